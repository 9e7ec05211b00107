internal import Logging
internal import Metrics

/// Logs once a minute what the sink did, so that a log alone shows that it works.
struct ActivitySummary: Sendable {
    /// How much time a line covers.
    static let interval = Duration.seconds(60)

    let health: DeliveryHealth
    let metrics: PipelineMetrics
    let buffers: BufferBudget
    /// How many lanes were started.
    let lanes: Int
    let clock: SinkClock
    let logger: Logger

    /// Logs until the task is cancelled.
    func run() async {
        var before = (totals: DeliveryHealth.Totals(), consumed: 0)
        var processors = ProcessorCount.available
        while true {
            await clock.sleep(Self.interval)
            guard !Task.isCancelled else { return }
            let now = (totals: health.totals, consumed: metrics.consumed.value)
            logger.info("activity of the last minute", Self.data(from: before, to: now, metrics, buffers))
            before = now
            let available = ProcessorCount.available
            if available != processors {
                logger.warning(
                    "the CPU limit of this process has changed; the lanes stay as they are until the next start",
                    ["processors.before": String(processors), "processors": String(available), "lanes": String(lanes)]
                )
                processors = available
            }
        }
    }

    private static func data(
        from before: (totals: DeliveryHealth.Totals, consumed: Int),
        to now: (totals: DeliveryHealth.Totals, consumed: Int),
        _ metrics: PipelineMetrics,
        _ buffers: BufferBudget
    ) -> [String: String] {
        [
            "records.consumed": String(now.consumed - before.consumed),
            "batches.accepted": String(now.totals.batches - before.totals.batches),
            "rows.accepted": String(now.totals.rows - before.totals.rows),
            "bytes.accepted": String(now.totals.rawBytes - before.totals.rawBytes),
            "attempts.failed": String(now.totals.failures - before.totals.failures),
            "rows.dropped": String(now.totals.dropped - before.totals.dropped),
            "kafka.partitions.count": String(Int(metrics.assigned.value)),
            "kafka.lag": String(Int(metrics.lag.value)),
            "buffer.memory_bytes": String(buffers.memoryBytes),
            "buffer.disk_bytes": String(buffers.disk.usedBytes),
        ]
    }
}
