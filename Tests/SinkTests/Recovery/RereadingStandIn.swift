import Kafka
import Synchronization

@testable import Sink

/// A log from which recoveries read again, with failures as a test wants them.
final class RereadingStandIn: RecordRereading {
    /// Called before each reading with its number, from 1, and its range; what it returns the reading fails with.
    typealias Hook = @Sendable (Int, OffsetRange) -> OffsetRangeError?

    private let records: [LaneFixture.Record]
    private let hook: Hook
    private let begun = Atomic(0)
    private let running = Mutex((now: 0, most: 0))

    /// - Parameters:
    ///   - records: In the order of their offsets.
    ///   - hook: Blocks or fails readings.
    init(_ records: [LaneFixture.Record], hook: @escaping Hook = { _, _ in nil }) {
        self.records = records
        self.hook = hook
    }

    /// How often a range was read.
    var readings: Int { begun.load(ordering: .relaxed) }
    /// The most readings at a time.
    var mostAtATime: Int { running.withLock { $0.most } }

    func read(
        _ partition: TopicPartition,
        _ range: OffsetRange,
        timeout: Duration,
        isCancelled: @escaping @Sendable () -> Bool,
        _ body: (any RecordSource, Range<Int>) -> Bool
    ) throws(OffsetRangeError) {
        running.withLock { state in
            state.now += 1
            state.most = max(state.most, state.now)
        }
        defer { running.withLock { $0.now -= 1 } }
        if let failure = hook(begun.wrappingAdd(1, ordering: .relaxed).newValue, range) { throw failure }
        let found = records.filter { range.lower <= $0.offset && $0.offset < range.upper }
        // Chunks of seven, as the real reader delivers pieces.
        for start in stride(from: 0, to: found.count, by: 7) {
            if isCancelled() { throw OffsetRangeError(code: .cancelled, message: "cancelled", position: range.lower) }
            let chunk = Array(found[start..<min(start + 7, found.count)])
            guard body(LaneFixture.Records(chunk), 0..<chunk.count) else { return }
        }
    }
}

/// Keeps dead letters, or refuses them.
final class DeadLetterStandIn: DeadLetterSending {
    let topic = "dead"
    let addsContext: Bool
    private let hook: @Sendable (DeadLetter) -> SinkFailure?
    private let kept = Mutex<[DeadLetter]>([])

    /// - Parameter hook: Is called with each letter before it is kept; what it returns the sending fails with.
    init(addsContext: Bool = false, hook: @escaping @Sendable (DeadLetter) -> SinkFailure? = { _ in nil }) {
        self.addsContext = addsContext
        self.hook = hook
    }

    /// The letters, in the order of their offsets.
    var letters: [DeadLetter] { kept.withLock { $0 }.sorted { $0.offset < $1.offset } }
    /// The offsets of the letters' records.
    var offsets: [Int64] { letters.map(\.offset) }

    func send(_ letter: DeadLetter, table: TableMetrics) async throws(SinkFailure) {
        await Task.yield()
        if let failure = hook(letter) { throw failure }
        kept.withLock { $0.append(letter) }
    }
}
