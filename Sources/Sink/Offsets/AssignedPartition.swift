package import Kafka
internal import Synchronization

/// A partition for the time that one consumer holds it: where its records go and what may be committed.
///
/// Made anew at each assignment, so that a batch that ends late settles offsets of its own assignment and of no other.
/// Its lane takes ranges, ingestion settles them, the poll thread asks what to commit.
package final class AssignedPartition: Sendable {
    private struct State {
        var ledger = PartitionLedger()
        var committed: Int64?
        /// Where reading begins, and the partition's end, as Kafka was asked; see ``OffsetProbe``.
        var start: Int64?
        var end: Int64?
    }

    /// Which partition it is.
    package let topicPartition: TopicPartition
    /// Where its records go.
    package let route: TableRoute
    /// The number of the lane that alone touches its open batch.
    let lane: Int
    private let state = Mutex(State())
    private let hasEnded = Atomic(false)

    init(_ topicPartition: TopicPartition, route: TableRoute, lane: Int) {
        self.topicPartition = topicPartition
        self.route = route
        self.lane = lane
    }

    /// Whether the partition went to somebody else, so that work on its batches is wasted.
    var isAbandoned: Bool { hasEnded.load(ordering: .acquiring) }

    /// Whether everything read is done.
    var isDrained: Bool { state.withLock { $0.ledger.isDrained } }

    /// How many ranges, nearly all of them sealed batches, are not settled.
    var pendingBatches: Int { state.withLock { $0.ledger.unsettledCount } }

    /// The next offset to read after a restart, or `nil` while nothing was read.
    var committable: Int64? { state.withLock { $0.ledger.committable } }

    /// ``committable`` when it differs from what was committed last.
    var uncommitted: Int64? { state.withLock { $0.ledger.committable == $0.committed ? nil : $0.ledger.committable } }

    /// Whether it is known where in the partition the sink stands.
    var hasPosition: Bool { state.withLock { $0.ledger.committable != nil || $0.start != nil } }

    /// The next offset to ingest, the one committed last and the end when Kafka was asked, each as far as it is known.
    var standing: (committable: Int64?, committed: Int64?, end: Int64?) {
        state.withLock { ($0.ledger.committable ?? $0.start, $0.committed, $0.end) }
    }

    /// Notes where reading begins, where the partition ends, and the group's offset, `nil` when it has none or was not asked.
    func note(start: Int64, end: Int64, committed: Int64?) {
        state.withLock { state in
            state.end = end
            if state.start == nil { state.start = start }
            if state.committed == nil { state.committed = committed }
        }
    }

    /// Says that the partition went to somebody else: nothing of this assignment is committed any more.
    func abandon() { hasEnded.store(true, ordering: .releasing) }

    /// Says that the record at `offset` opened a batch.
    func open(at offset: Int64) { state.withLock { $0.ledger.open(at: offset) } }

    /// Says that everything below `offset` was read.
    func advance(to offset: Int64) { state.withLock { $0.ledger.advance(to: offset) } }

    /// Closes the open batch, whose range is held back until the ticket is settled.
    func seal(_ range: OffsetRange) -> LedgerTicket { state.withLock { $0.ledger.seal(range) } }

    /// Holds a range of its own back until the ticket is settled; it may lie inside the range of the open batch.
    func take(_ range: OffsetRange) -> LedgerTicket { state.withLock { $0.ledger.take(range) } }

    /// Says that a range is done with.
    func settle(_ ticket: LedgerTicket) { state.withLock { $0.ledger.settle(ticket) } }

    /// Says what the group's offset is.
    func noteCommitted(_ offset: Int64) { state.withLock { $0.committed = offset } }
}
