import Logging
import Metrics
import Testing

@testable import Sink

@Suite("The summary of a minute", .timeLimit(.minutes(3)))
struct ActivitySummaryTests {
    @Test("tells what was done since the line before")
    func tells() async throws {
        let samples = BatchSamples()
        let clock = ManualSinkClock()
        let log = MemoryLogSink()
        let logger = Logger(label: "test", level: .info, sink: log)
        let metrics = PipelineMetrics(registry: samples.registry, connector: "s")
        let health = DeliveryHealth(
            observer: ProblemRecorder(),
            throttled: metrics.throttled,
            throttledSince: metrics.throttledSince,
            clock: clock.clock,
            logger: logger
        )
        let summary = ActivitySummary(
            health: health,
            metrics: metrics,
            router: TopicRouter(routes: [:], fallback: nil),
            queue: IngestQueue(slots: 1, clock: clock.clock, onThrottle: { _ in }),
            buffers: try BufferBudget(memoryBytes: 1 << 20, diskBytes: 0, directory: "/"),
            lanes: 1,
            clock: clock.clock,
            logger: logger
        )
        let batch = try samples.batch(of: samples.partition(), 0..<10)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await summary.run() }
            for count in 1...2 {
                metrics.consumed.increment(by: 10)
                health.accepted(batch)
                let deadline = ContinuousClock.now + .seconds(60)
                // A line may fall between the two.
                while sum("records.consumed", log) < 10 * count || sum("batches.accepted", log) < count,
                    ContinuousClock.now < deadline
                {
                    clock.advance(by: .seconds(60))
                    await Task.yield()
                }
            }
            group.cancelAll()
        }
        #expect(sum("records.consumed", log) == 20)
        #expect(sum("rows.accepted", log) == batch.rows * 2)
        #expect(sum("batches.accepted", log) == 2)
        let last = try #require(log.entries.last)
        #expect(last.message == "activity since the start" && last.metadata["records.consumed"] == "20")
        let minute = try #require(log.entries.first { $0.message == "activity of the last minute" })
        #expect(minute.metadata["records.consumed_per_second"] != nil)
    }

    /// Adds up a figure over all lines of the summary.
    private func sum(_ key: String, _ log: MemoryLogSink) -> Int {
        log.entries.filter { $0.message == "activity of the last minute" }
            .reduce(0) { $0 + (Int($1.metadata[key] ?? "") ?? 0) }
    }
}
