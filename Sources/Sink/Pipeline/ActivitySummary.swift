internal import Logging
internal import Metrics

/// Logs once a minute what the sink did, so that a log alone shows that it works, and at its end what it has done since
/// its start.
struct ActivitySummary: Sendable {
    /// How much time a line covers.
    static let interval = Duration.seconds(60)

    /// What is compared with what was a minute before.
    private struct Figures {
        var time = Duration.zero
        var totals = DeliveryHealth.Totals()
        var consumed = 0
        var tables = TableTotals()
    }

    private let health: DeliveryHealth
    private let metrics: PipelineMetrics
    private let router: TopicRouter
    private let queue: IngestQueue
    private let buffers: BufferBudget
    private let lanes: Int
    private let clock: SinkClock
    private let logger: Logger
    /// What was counted before: counters outlive a pipeline.
    private let start: Figures

    /// Takes what the lines are made of.
    /// - Parameter lanes: How many lanes were started.
    init(
        health: DeliveryHealth,
        metrics: PipelineMetrics,
        router: TopicRouter,
        queue: IngestQueue,
        buffers: BufferBudget,
        lanes: Int,
        clock: SinkClock,
        logger: Logger
    ) {
        self.health = health
        self.metrics = metrics
        self.router = router
        self.queue = queue
        self.buffers = buffers
        self.lanes = lanes
        self.clock = clock
        self.logger = logger
        start = Self.figures(health, metrics, router, clock)
    }

    /// Logs until the task is cancelled, and then once more.
    func run() async {
        var before = start
        var processors = ProcessorCount.available
        while true {
            await clock.sleep(Self.interval)
            guard !Task.isCancelled else { break }
            let now = figures()
            logger.info("activity of the last minute", data(from: before, to: now))
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
        logger.info("activity since the start", data(from: start, to: figures()))
    }

    private func figures() -> Figures { Self.figures(health, metrics, router, clock) }

    private static func figures(
        _ health: DeliveryHealth,
        _ metrics: PipelineMetrics,
        _ router: TopicRouter,
        _ clock: SinkClock
    ) -> Figures {
        Figures(time: clock.now(), totals: health.totals, consumed: metrics.consumed.value, tables: router.totals)
    }

    private func data(from before: Figures, to now: Figures) -> LogData {
        let seconds = (now.time - before.time).seconds
        func rate(_ count: Int) -> Double { seconds > 0 ? (Double(count) / seconds * 10).rounded() / 10 : 0 }
        let (records, bytes) = (now.consumed - before.consumed, now.totals.rawBytes - before.totals.rawBytes)
        return [
            "activity.seconds": Int(seconds.rounded()),
            "records.consumed": records,
            "records.consumed_per_second": rate(records),
            "records.skipped": now.tables.skipped - before.tables.skipped,
            "records.failed": now.tables.failed - before.tables.failed,
            "dead_letters.sent": now.tables.deadLetters - before.tables.deadLetters,
            "batches.accepted": now.totals.batches - before.totals.batches,
            "batches.waiting": queue.count,
            "rows.accepted": now.totals.rows - before.totals.rows,
            "bytes.accepted": bytes,
            "bytes.accepted_per_second": rate(bytes),
            "attempts.failed": now.totals.failures - before.totals.failures,
            "rows.dropped": now.totals.dropped - before.totals.dropped,
            "kafka.partitions.count": Int(metrics.assigned.value),
            "kafka.lag": Int(metrics.lag.value),
            "buffer.memory_bytes": buffers.memoryBytes,
            "buffer.disk_bytes": buffers.disk.usedBytes,
        ]
    }
}
