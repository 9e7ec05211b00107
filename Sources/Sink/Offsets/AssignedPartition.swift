internal import FoundationEssentials
package import Kafka
internal import Synchronization

/// A partition for as long as one member holds it and reads the same log of it.
///
/// A new one is made at each assignment, and when the log turns out to be another one, so that a batch that ends late
/// settles only offsets of its own log. Its lane takes ranges, ingestion settles them, the poll thread asks what to
/// commit.
package final class AssignedPartition: Sendable {
    private static let process = UUID().uuidString.lowercased()
    private static let last = Atomic<UInt64>(0)

    private struct State {
        var ledger = PartitionLedger()
        var start: Int64?
        var committed: Int64?
        /// The partition's end, when Kafka was last asked; see ``OffsetProbe``.
        var end: Int64?
        var memo = ""

        mutating func begin(at start: StartPosition) {
            ledger.advance(to: start.offset)
            if self.start == nil { self.start = start.offset }
            committed = PlantedFault.startNotCommitted.isPlanted ? start.offset : start.committed
            end = start.end
            memo = start.memo
        }
    }

    /// Tells assignments apart, those of other processes included.
    let name: String
    /// Which partition it is.
    package let topicPartition: TopicPartition
    /// Where its records go.
    package let route: TableRoute
    /// The number of the lane that alone touches its open batch.
    let lane: Int
    /// The text that is committed with the partition's offset; see ``GroupBeginnings``.
    var memo: String { state.withLock { $0.memo } }
    /// The partition as it was read before its log became another one, while records of the old log are on their way.
    let predecessor: AssignedPartition?
    /// The number of the task that reads it.
    let task: Int
    private let inbox: PollInbox?
    private let state = Mutex(State())
    private let hasEnded = Atomic(false)
    private let hasAnotherLog = Atomic(false)

    /// - Parameters:
    ///   - start: Where reading begins, or `nil` while only the client knows.
    ///   - task: The number of the task that reads it.
    ///   - inbox: Asks the partition's poll thread to pause it.
    init(
        _ topicPartition: TopicPartition,
        route: TableRoute,
        lane: Int,
        start: StartPosition? = nil,
        predecessor: AssignedPartition? = nil,
        task: Int = 0,
        inbox: PollInbox? = nil
    ) {
        self.task = task
        name = "\(Self.process)-\(Self.last.wrappingAdd(1, ordering: .relaxed).newValue)"
        self.inbox = inbox
        self.topicPartition = topicPartition
        self.route = route
        self.lane = lane
        self.predecessor = predecessor
        if let start { begin(at: start) }
    }

    /// The first offset that is read under this assignment, or `nil` while that is unknown.
    var start: Int64? { state.withLock { $0.start } }

    /// Says where reading begins, when that was not known at the assignment.
    func begin(at start: StartPosition) { state.withLock { $0.begin(at: start) } }

    /// Asks not to fetch the partition for this reason until ``resume(_:)``.
    func pause(_ reason: PauseReason) { inbox?.pause(topicPartition, reason) }

    /// Takes a reason back.
    func resume(_ reason: PauseReason) { inbox?.resume(topicPartition, reason) }

    /// Asks to have records fetched again that its lane has dropped.
    /// - Parameter offset: That of the first one; everything before it was read.
    func readAgain(from offset: Int64) {
        // Offsets without records may come before it. From the ledger's position on none of them is left out.
        inbox?.readAgain(self, from: state.withLock { $0.ledger.position } ?? offset)
    }

    /// Whether the partition went to another member, so that work on its batches is wasted.
    var isAbandoned: Bool { hasEnded.load(ordering: .acquiring) }

    /// Whether everything read is settled.
    var isDrained: Bool { state.withLock { $0.ledger.isDrained } && predecessor?.isDrained ?? true }

    /// How many ranges, nearly all of them sealed batches, are not settled.
    var pendingBatches: Int { state.withLock { $0.ledger.unsettledCount } + (predecessor?.pendingBatches ?? 0) }

    /// The next offset to read after a restart, or `nil` while that is unknown.
    var committable: Int64? { state.withLock { $0.ledger.committable } }

    /// ``committable`` when it differs from what was committed last.
    var uncommitted: Int64? { state.withLock { $0.ledger.committable == $0.committed ? nil : $0.ledger.committable } }

    /// The next offset to ingest, the one committed last and the end that Kafka named last, each as far as it is known.
    var standing: (committable: Int64?, committed: Int64?, end: Int64?) {
        state.withLock { ($0.ledger.committable, $0.committed, $0.end) }
    }

    /// Notes where the partition ends.
    func note(end: Int64) { state.withLock { $0.end = end } }

    /// Whether the partition's log is another one now, so that its records cannot be read again.
    var isSuperseded: Bool { hasAnotherLog.load(ordering: .acquiring) }

    /// Notes that the partition's log is another one now.
    func supersede() { hasAnotherLog.store(true, ordering: .releasing) }

    /// Notes that the partition went to another member: no more work is done for this assignment.
    func abandon() {
        hasEnded.store(true, ordering: .releasing)
        predecessor?.abandon()
    }

    /// Notes that the record at `offset` opened a batch.
    func open(at offset: Int64) { state.withLock { $0.ledger.open(at: offset) } }

    /// Notes that everything below `offset` was read.
    func advance(to offset: Int64) { state.withLock { $0.ledger.advance(to: offset) } }

    /// Notes that no record is left between the last one that was received and `offset`.
    /// - Parameter received: The offset after the last record received, or `nil` when none was.
    /// - Returns: Whether the lane has worked up to there, so that this could be noted.
    func advance(over received: Int64?, to offset: Int64) -> Bool {
        state.withLock { state in
            guard state.ledger.position == received else { return false }
            state.ledger.advance(to: offset)
            return true
        }
    }

    /// Closes the open batch, whose range is held back until the ticket is settled.
    func seal(_ range: OffsetRange) -> LedgerTicket { state.withLock { $0.ledger.seal(range) } }

    /// Holds back a separate range until the ticket is settled; it may lie inside the range of the open batch.
    func take(_ range: OffsetRange) -> LedgerTicket { state.withLock { $0.ledger.take(range) } }

    /// Notes that a range is done with.
    func settle(_ ticket: LedgerTicket) { state.withLock { $0.ledger.settle(ticket) } }

    /// Notes the group's committed offset.
    func noteCommitted(_ offset: Int64) { state.withLock { $0.committed = offset } }
}
