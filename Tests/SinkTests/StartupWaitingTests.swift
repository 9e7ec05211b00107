import Logging
import Synchronization
import Testing

@testable import Sink

@Suite("What is told while a start waits")
struct StartupWaitingTests {
    @Test("is told once, then every ten seconds with how long it has lasted, and when it is over")
    func lines() {
        let lines = MemoryLogSink()
        let now = Mutex(Duration.zero)
        let clock = SinkClock(now: { now.withLock { $0 } }, wallMilliseconds: { 0 }, sleep: { _ in })
        let waiting = StartupWaiting(
            limit: .seconds(30),
            clock: clock,
            logger: Logger(label: "test", sink: lines)
        )
        for _ in 0..<50 {
            waiting.note("Kafka", "nobody listens")
            now.withLock { $0 += .milliseconds(500) }
        }
        waiting.end("Azure Data Explorer")
        waiting.end("Kafka")
        waiting.end("Kafka")
        let told = lines.entries.map { "\($0.level) \($0.message)" }
        #expect(
            told == [
                "warning the start waits for Kafka, for 30 s at most (startup.timeout.ms)",
                "warning the start still waits for Kafka", "warning the start still waits for Kafka",
                "info the start has what it waited for: Kafka",
            ]
        )
        #expect(lines.entries.map { $0.metadata["waited.seconds"].map { "\($0)" } } == [nil, "10", "20", "25"])
    }
}
