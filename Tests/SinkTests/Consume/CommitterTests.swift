import Kafka
import Logging
import Metrics
import SinkConfiguration
import Synchronization
import Testing

@testable import Sink

/// Takes commits instead of a group.
private final class FakeGroup: OffsetCommitting {
    struct State {
        var commits: [(offsets: [TopicPartition: CommittedOffset], isAsync: Bool)] = []
        var mayCommit = true
        var failure: KafkaError?
    }

    private let state = Mutex(State())

    var commits: [(offsets: [TopicPartition: CommittedOffset], isAsync: Bool)] { state.withLock { $0.commits } }
    var mayCommit: Bool { state.withLock { $0.mayCommit } }

    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

    func commit(_ offsets: [TopicPartition: CommittedOffset], mode: GroupMember.CommitMode) throws(KafkaError) {
        let failure = state.withLock { state in
            if case .async = mode {
                state.commits.append((offsets, true))
            } else {
                state.commits.append((offsets, false))
            }
            return state.failure
        }
        if let failure { throw failure }
    }
}

@Suite("When offsets are committed")
struct CommitterTests {
    private let group = FakeGroup()
    private let log = MemoryLogSink()
    private let registry = MetricsRegistry()

    private func committer() -> Committer {
        Committer(
            interval: .seconds(1),
            metrics: PipelineMetrics(registry: registry, connector: "s"),
            logger: Logger(label: "t", sink: log),
            now: .zero
        )
    }

    private func partition(_ number: Int32 = 0, start: Int64, committed: Int64? = nil) throws -> AssignedPartition {
        AssignedPartition(
            TopicPartition(topic: "t", partition: number),
            route: try ConsumeSamples.route(registry),
            lane: 0,
            start: StartPosition(offset: start, committed: committed, end: nil, memo: "partitions=2")
        )
    }

    @Test("The position at which reading begins is committed without waiting for the interval")
    func hastens() throws {
        var committer = committer()
        let partition = try partition(start: 7)
        try committer.commitIfDue([partition], through: group, .milliseconds(1))
        #expect(group.commits.isEmpty)
        committer.hasten()
        try committer.commitIfDue([partition], through: group, .milliseconds(2))
        #expect(
            group.commits.map(\.offsets) == [[partition.topicPartition: CommittedOffset(7, metadata: "partitions=2")]]
        )
        #expect(group.commits.first?.isAsync == true)
    }

    @Test("What the group has already is not committed again")
    func unchanged() throws {
        var committer = committer()
        let partition = try partition(start: 7, committed: 7)
        try committer.commitIfDue([partition], through: group, .seconds(5))
        try committer.commitNow([partition], through: group, timeout: .seconds(1))
        #expect(group.commits.isEmpty)
        partition.advance(to: 9)
        try committer.commitIfDue([partition], through: group, .seconds(7))
        #expect(group.commits.count == 1)
    }

    @Test("One commit is in flight at a time, and a lost answer does not end commits for ever")
    func oneAtATime() throws {
        var committer = committer()
        let partition = try partition(start: 7)
        try committer.commitIfDue([partition], through: group, .seconds(1))
        partition.advance(to: 8)
        try committer.commitIfDue([partition], through: group, .seconds(3))
        #expect(group.commits.count == 1 && committer.isInFlight)
        committer.succeeded()
        try committer.commitIfDue([partition], through: group, .seconds(4))
        #expect(group.commits.count == 2)
        try committer.commitIfDue([partition], through: group, .seconds(34))
        #expect(group.commits.count == 2)
        try committer.commitIfDue([partition], through: group, .seconds(35))
        #expect(group.commits.count == 3)
    }

    @Test("Nothing is committed while the member waits for its generation")
    func waits() throws {
        var committer = committer()
        let partition = try partition(start: 7)
        group.change { $0.mayCommit = false }
        try committer.commitIfDue([partition], through: group, .seconds(1))
        #expect(group.commits.isEmpty)
        group.change { $0.mayCommit = true }
        try committer.commitIfDue([partition], through: group, .seconds(1.1))
        #expect(group.commits.count == 1)
    }

    @Test("A failed commit is tried again, is counted, and ends nothing")
    func failure() throws {
        var committer = committer()
        let partition = try partition(start: 7)
        group.change { $0.failure = KafkaError(.timedOut, "slow") }
        try committer.commitIfDue([partition], through: group, .seconds(1))
        #expect(!committer.isInFlight)
        try committer.commitNow([partition], through: group, timeout: .seconds(1))
        group.change { $0.failure = nil }
        try committer.commitIfDue([partition], through: group, .seconds(2))
        committer.failed(KafkaError(.timedOut, "slow"))
        try committer.commitNow([partition], through: group, timeout: .seconds(1))
        #expect(partition.uncommitted == nil)
        let page = registry.render()
        #expect(page.contains(#"kusto_sink_offset_commits_total{connector="s",outcome="failure"} 3"#))
        #expect(page.contains(#"kusto_sink_offset_commits_total{connector="s",outcome="success"} 1"#))
        #expect(log.entries.count { $0.level == .warning } == 3)
    }

    @Test("A new log's lower offset is committed, also behind a late answer about the old one")
    func goesBack() throws {
        var committer = committer()
        let old = try partition(start: 1000, committed: 1000)
        let new = AssignedPartition(
            old.topicPartition,
            route: old.route,
            lane: 0,
            start: StartPosition(offset: 0, committed: 1000, end: nil, memo: old.memo),
            predecessor: old
        )
        try committer.commitIfDue([new], through: group, .seconds(1))
        committer.succeeded()
        new.noteCommitted(0)
        #expect(new.uncommitted == nil)
        new.noteCommitted(1000)
        try committer.commitIfDue([new], through: group, .seconds(2))
        #expect(group.commits.map { $0.offsets[new.topicPartition]?.offset } == [0, 0])
    }
}
