internal import Glibc
internal import Kafka
internal import Synchronization
internal import Threads

/// Runs the searches for positions on threads of their own; the poll thread asks, goes on polling, and takes the answers.
///
/// librdkafka's calls block, and the group removes a member whose poll thread waits too long for a broker that is away.
final class PositionFinder: Sendable {
    /// What a search has found.
    enum Answer: Sendable {
        /// Where reading begins, as far as it was found in time, and the number of the search.
        case starts(Int, StartSearch.Outcome)
        /// Where reading goes on for partitions whose next offset is not in their log, as far as leaders answered.
        case resets([TopicPartition: OffsetReset])
    }

    private struct State {
        var beginnings = GroupBeginnings()
        var answers: [Answer] = []
        var comparing = false
        var isCancelled = false
    }

    /// The pause between two tries.
    private static let pause = Duration.milliseconds(200)
    /// The most time for one request.
    private static let patience = Duration.seconds(2)

    private let reader: any OffsetReading
    private let search: StartSearch
    private let clock: SinkClock
    private let state = Mutex(State())

    init(reader: any OffsetReading, policy: OffsetResetPolicy, clock: SinkClock) {
        self.reader = reader
        search = StartSearch(reader: reader, policy: policy)
        self.clock = clock
    }

    /// Begins to search where partitions begin, and tries again until `deadline` on the clock.
    /// - Parameter number: Comes back with the answer.
    func locate(_ partitions: [TopicPartition], until deadline: Duration, number: Int) {
        run(orElse: .starts(number, StartSearch.Outcome())) { [self] in
            var outcome = StartSearch.Outcome()
            while true {
                let missing = partitions.filter { outcome.starts[$0] == nil && !outcome.refused.contains($0) }
                let found = find(missing, until: deadline)
                outcome.starts.merge(found.starts) { $1 }
                outcome.refused += found.refused
                outcome.failure = found.failure
                let isComplete = outcome.starts.count + outcome.refused.count >= partitions.count
                if isComplete || clock.now() + Self.pause >= deadline || isCancelled { break }
                usleep(UInt32(Self.pause.components.attoseconds / 1_000_000_000_000))
            }
            return .starts(number, outcome)
        }
    }

    /// Begins to compare offsets that are not in their partitions' logs with what the logs have.
    /// - Returns: Whether it began; not while an earlier comparison is under way.
    func compare(_ offsets: [TopicPartition: Int64]) -> Bool {
        let mayBegin = state.withLock { state in
            guard !state.comparing else { return false }
            state.comparing = true
            return true
        }
        guard mayBegin else { return false }
        run(orElse: .resets([:])) { [self] in
            let ends = (try? reader.watermarks(Array(offsets.keys), timeout: Self.patience)) ?? [:]
            var resets: [TopicPartition: OffsetReset] = [:]
            for (name, offset) in offsets {
                if let ends = ends[name] { resets[name] = OffsetReset(refused: offset, low: ends.low) }
            }
            return .resets(resets)
        }
        return true
    }

    /// Returns the answers since the last call.
    func take() -> [Answer] {
        state.withLock { state in
            guard !state.answers.isEmpty else { return [] }
            defer { state.answers.removeAll() }
            return state.answers
        }
    }

    /// Notes that a topic was deleted, so that partitions found under its name later are read from their beginning.
    func noteDeletion(of topic: String) { state.withLock { $0.beginnings.noteDeletion(of: topic) } }

    /// Ends the searches as soon as their requests are answered.
    func cancel() { state.withLock { $0.isCancelled = true } }

    private var isCancelled: Bool { state.withLock { $0.isCancelled } }

    private func find(_ partitions: [TopicPartition], until deadline: Duration) -> StartSearch.Outcome {
        var beginnings = state.withLock { $0.beginnings }
        let left = max(deadline - clock.now(), .milliseconds(100))
        let outcome = search.find(partitions, &beginnings, timeout: min(Self.patience, left))
        state.withLock { $0.beginnings.formUnion(beginnings) }
        return outcome
    }

    private func run(orElse failure: Answer, _ body: @escaping @Sendable () -> Answer) {
        do {
            _ = try BlockingThread(name: "kafka-positions") { [self] in note(body()) }
        } catch {
            // The system has no thread left: the answer is that nothing was found, and the caller asks again.
            note(failure)
        }
    }

    private func note(_ answer: Answer) {
        state.withLock { state in
            state.answers.append(answer)
            if case .resets = answer { state.comparing = false }
        }
    }
}
