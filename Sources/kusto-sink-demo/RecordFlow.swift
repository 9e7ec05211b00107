import Glibc
import Kafka
import Synchronization
import Threads

/// Produces some records each tenth of a second, on a thread of its own, until it is stopped.
final class RecordFlow: Sendable {
    private struct State {
        var workload = DemoWorkload()
        var produced = 0
        var damageIsWanted = false
        var isStopped = false
        var failure: KafkaError?
    }

    /// Records each second, and how many come until it is only a few of them: the mock broker drops what exceeds 5 MB of a
    /// partition, without a word, and the first ones are about 2.
    private static let (rate, many, slowRate) = (3000.0, 40_000, 100.0)

    private let state = Mutex(State())
    private let producer: KafkaProducer

    /// - Throws: ``KafkaError`` when there is no client.
    init(_ producer: KafkaProducer) { self.producer = producer }

    /// Starts to produce.
    /// - Throws: `ThreadStartError` when the system has no thread left.
    func start() throws {
        _ = try BlockingThread(name: "record-flow") { [self] in
            let start = ContinuousClock.now
            while let records = next(since: start) {
                do {
                    try producer.sendAll(records, timeout: .seconds(30))
                    state.withLock { $0.produced += records.count }
                } catch {
                    return state.withLock { $0.failure = error as? KafkaError }
                }
            }
        }
    }

    /// How many records Kafka has acknowledged.
    /// - Throws: ``KafkaError`` when Kafka did not take one.
    func produced() throws -> Int {
        let (produced, failure) = state.withLock { ($0.produced, $0.failure) }
        if let failure { throw failure }
        return produced
    }

    /// Adds damaged records to the next ones.
    func addDamaged() { state.withLock { $0.damageIsWanted = true } }

    /// Produces no more; what was begun is still acknowledged.
    func stop() { state.withLock { $0.isStopped = true } }

    /// Whether all records that were made are acknowledged, after ``stop()``.
    var isComplete: Bool { state.withLock { $0.isStopped && $0.produced == $0.workload.count } }

    /// What was made so far.
    var workload: DemoWorkload { state.withLock(\.workload) }

    /// The records that are due, or `nil` after the stop.
    private func next(since start: ContinuousClock.Instant) -> [KafkaRecord]? {
        usleep(100_000)
        return state.withLock { state in
            guard !state.isStopped else { return nil }
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            let due = min(Int(seconds * Self.rate), Self.many + Int(seconds * Self.slowRate))
            var records = state.workload.next(max(0, due - state.workload.count))
            if state.damageIsWanted { records += state.workload.damaged() }
            state.damageIsWanted = false
            return records
        }
    }
}
