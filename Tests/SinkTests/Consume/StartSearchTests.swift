import Kafka
import Synchronization
import Testing

@testable import Sink

/// A group and a cluster that answer from memory, or fail.
final class FakeOffsets: OffsetReading {
    struct State {
        var committed: [TopicPartition: CommittedOffset] = [:]
        var watermarks: [TopicPartition: (low: Int64, high: Int64)] = [:]
        var counts: [String: Int] = [:]
        /// How many of the next requests fail.
        var failures = 0
        var requests: [String] = []
    }

    private let state: Mutex<State>

    init(_ state: State) { self.state = Mutex(state) }

    var requests: [String] { state.withLock { $0.requests } }

    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

    private func answer<Answer>(_ name: String, _ body: (State) -> Answer) throws(KafkaError) -> Answer {
        let answer: Answer? = state.withLock { state in
            state.requests.append(name)
            guard state.failures == 0 else {
                state.failures -= 1
                return nil
            }
            return body(state)
        }
        guard let answer else { throw KafkaError(.brokerUnavailable, "away") }
        return answer
    }

    func committed(
        _ partitions: [TopicPartition],
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: CommittedOffset] {
        try answer("committed") { state in state.committed.filter { partitions.contains($0.key) } }
    }

    func watermarks(
        _ partitions: [TopicPartition],
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: (low: Int64, high: Int64)] {
        try answer("watermarks") { state in state.watermarks.filter { partitions.contains($0.key) } }
    }

    func partitionCounts(timeout: Duration) throws(KafkaError) -> [String: Int] { try answer("counts", \.counts) }
}

@Suite("Where reading begins")
struct StartSearchTests {
    private func name(_ partition: Int32) -> TopicPartition { TopicPartition(topic: "t", partition: partition) }

    private func state(partitions: Int) -> FakeOffsets.State {
        var state = FakeOffsets.State()
        state.counts = ["t": partitions]
        for number in 0..<Int32(partitions) { state.watermarks[name(number)] = (100, 200) }
        return state
    }

    private func find(
        _ state: FakeOffsets.State,
        _ policy: OffsetResetPolicy,
        _ partitions: [Int32],
        _ beginnings: GroupBeginnings = GroupBeginnings()
    ) -> (outcome: StartSearch.Outcome, beginnings: GroupBeginnings, requests: [String]) {
        let fake = FakeOffsets(state)
        var beginnings = beginnings
        let outcome = StartSearch(reader: fake, policy: policy).find(
            partitions.map(name),
            &beginnings,
            timeout: .seconds(1)
        )
        return (outcome, beginnings, fake.requests)
    }

    @Test(
        "A new group begins where the policy says, and remembers how many partitions there were",
        arguments: zip([OffsetResetPolicy.beginning, .end], [Int64(100), 200])
    )
    func newGroup(policy: OffsetResetPolicy, offset: Int64) {
        let (outcome, _, requests) = find(state(partitions: 2), policy, [0, 1])
        for number in Int32(0)...1 {
            #expect(
                outcome.starts[name(number)]
                    == StartPosition(offset: offset, committed: nil, end: 200, memo: "partitions=2")
            )
        }
        #expect(outcome.refused.isEmpty && outcome.failure == nil)
        #expect(requests == ["committed", "counts", "committed", "watermarks"])
    }

    @Test("A group goes on at its offset, for which one request is enough")
    func oldGroup() {
        var state = state(partitions: 1)
        state.committed[name(0)] = CommittedOffset(150, metadata: "partitions=1")
        let (outcome, _, requests) = find(state, .end, [0])
        #expect(
            outcome.starts[name(0)] == StartPosition(offset: 150, committed: 150, end: nil, memo: "partitions=1")
        )
        #expect(requests == ["committed"])
    }

    @Test("What somebody else keeps beside an offset is carried on")
    func foreignMemo() {
        var state = state(partitions: 1)
        state.committed[name(0)] = CommittedOffset(150, metadata: "theirs")
        #expect(find(state, .end, [0]).outcome.starts[name(0)]?.memo == "theirs")
    }

    @Test("A partition that was added after the group had begun is read from its beginning")
    func added() {
        var state = state(partitions: 4)
        for number in Int32(0)...1 { state.committed[name(number)] = CommittedOffset(9, metadata: "partitions=2") }
        // A member that holds old partitions learns the old count from their offsets; another one learns it from the
        // offsets of partitions that it does not hold.
        #expect(find(state, .end, [0, 2, 3]).outcome.starts[name(2)]?.offset == 100)
        let (outcome, _, _) = find(state, .end, [2, 3])
        #expect(outcome.starts.values.map(\.offset) == [100, 100])
        #expect(outcome.starts.values.map(\.memo) == ["partitions=2", "partitions=2"])
        #expect(find(state, .refuse, [2]).outcome.starts[name(2)]?.offset == 100)
    }

    @Test("A member that runs knows it too when the group keeps no text")
    func addedWhileRunning() {
        var beginnings = GroupBeginnings()
        beginnings.begin("t", count: 2)
        #expect(find(state(partitions: 4), .end, [2], beginnings).outcome.starts[name(2)]?.offset == 100)
        #expect(find(state(partitions: 4), .end, [1], beginnings).outcome.starts[name(1)]?.offset == 200)
    }

    @Test("Members that begin at the same time do not take each other's partitions for added ones")
    func beginTogether() {
        var state = state(partitions: 4)
        for number in Int32(0)...1 { state.committed[name(number)] = CommittedOffset(200, metadata: "partitions=4") }
        #expect(find(state, .end, [2, 3]).outcome.starts.values.map(\.offset) == [200, 200])
    }

    @Test("A group without text takes no partition for an added one")
    func legacy() {
        var state = state(partitions: 4)
        state.committed[name(0)] = CommittedOffset(9)
        let (outcome, beginnings, _) = find(state, .end, [0, 1, 2, 3])
        #expect(outcome.starts[name(3)]?.offset == 200)
        #expect(beginnings["t"] == 4)
    }

    @Test("All of a topic that was deleted and made anew is read from its beginning")
    func madeAnew() {
        var beginnings = GroupBeginnings()
        beginnings.begin("t", count: 2)
        beginnings.noteDeletion(of: "t")
        let (outcome, _, _) = find(state(partitions: 2), .end, [0, 1], beginnings)
        #expect(outcome.starts.values.map(\.offset) == [100, 100])
        #expect(outcome.starts[name(0)]?.memo == "partitions=0")
    }

    @Test("Without an offset `none` leaves the choice to a person")
    func refused() {
        var state = state(partitions: 2)
        state.committed[name(0)] = CommittedOffset(9)
        let (outcome, _, _) = find(state, .refuse, [0, 1])
        #expect(outcome.refused == [name(1)])
        #expect(outcome.starts[name(0)]?.offset == 9)
    }

    @Test("A leader that does not answer keeps its own partitions only")
    func leaderIsAway() {
        var state = state(partitions: 2)
        state.watermarks[name(1)] = nil
        let (outcome, _, _) = find(state, .beginning, [0, 1])
        #expect(outcome.starts.keys.map(\.partition) == [0])
        #expect(outcome.refused.isEmpty)
    }

    @Test("A failure is told, and nothing is made up")
    func failure() {
        var state = state(partitions: 1)
        state.failures = 1
        let (outcome, _, _) = find(state, .beginning, [0])
        #expect(outcome.starts.isEmpty)
        #expect(outcome.failure?.code == .brokerUnavailable)
    }

    @Test("The search is tried again until it has everything")
    func triesAgain() async throws {
        var state = state(partitions: 2)
        state.failures = 2
        let fake = FakeOffsets(state)
        var positions = Positions(reader: fake, policy: .beginning, clock: .system)
        positions.locate([name(0), name(1)], until: SinkClock.system.now() + .seconds(120))
        while !positions.takeAnswers() { try await Task.sleep(for: .milliseconds(5)) }
        #expect(positions.takeStarts().starts.count == 2)
    }

    @Test("A search that finds nothing ends at its deadline")
    func givesUp() async throws {
        var state = state(partitions: 1)
        state.failures = .max
        var positions = Positions(reader: FakeOffsets(state), policy: .beginning, clock: .system)
        positions.locate([name(0)], until: SinkClock.system.now() + .milliseconds(300))
        while !positions.takeAnswers() { try await Task.sleep(for: .milliseconds(5)) }
        #expect(positions.takeStarts().starts.isEmpty)
    }

    @Test(
        "An offset that is not in the log",
        arguments: zip(
            [Int64(50), 99, 100, 150, 200, 201],
            [
                OffsetReset.expired(from: 50, to: 100), .expired(from: 99, to: 100), .present(100), .present(150),
                .present(200), .truncated(from: 201, to: 100),
            ]
        )
    )
    func reset(offset: Int64, expected: OffsetReset) {
        #expect(OffsetReset(at: offset, low: 100, high: 200) == expected)
    }

    @Test("It is found out where to read on, once a leader answers")
    func readsOn() async throws {
        let fake = FakeOffsets(state(partitions: 3))
        fake.change { $0.watermarks[name(1)] = nil }
        var positions = Positions(reader: fake, policy: .end, clock: .system)
        positions.noteLoss(of: name(0), at: 20)
        positions.noteLoss(of: name(1), at: 300)
        positions.noteLoss(of: name(2), at: nil)
        var found: [TopicPartition: OffsetReset] = [:]
        var now = Duration.zero
        func look(until count: Int) async throws {
            while found.count < count {
                found.merge(positions.takeResets(now)) { $1 }
                _ = positions.takeAnswers()
                now += .seconds(1)
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        try await look(until: 2)
        #expect(found == [name(0): .expired(from: 20, to: 100), name(2): .found(200)])
        fake.change { $0.watermarks[name(1)] = (0, 7) }
        try await look(until: 3)
        #expect(found[name(1)] == .truncated(from: 300, to: 0))
    }
}
