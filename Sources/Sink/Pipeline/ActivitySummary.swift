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
                    ["processors.before": processors, "processors": available, "lanes": lanes]
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
    ) -> LogData {
        [
            "records.consumed": now.consumed - before.consumed,
            "batches.accepted": now.totals.batches - before.totals.batches,
            "rows.accepted": now.totals.rows - before.totals.rows,
            "bytes.accepted": now.totals.rawBytes - before.totals.rawBytes,
            "attempts.failed": now.totals.failures - before.totals.failures,
            "rows.dropped": now.totals.dropped - before.totals.dropped,
            "kafka.partitions.count": Int(metrics.assigned.value),
            "kafka.lag": Int(metrics.lag.value),
            "buffer.memory_bytes": buffers.memoryBytes,
            "buffer.disk_bytes": buffers.disk.usedBytes,
        ]
    }
}
