internal import Synchronization

/// What the callbacks of a group's member learn and the poll thread needs.
final class Membership: Sendable {
    private let isLeaving = Atomic(false)
    private let hasAssignment = Atomic(false)
    private let joins = Atomic(false)

    /// Whether the member waits to be told its generation.
    var isJoining: Bool { joins.load(ordering: .acquiring) }

    /// Whether the group has ever given this member an assignment, even an empty one.
    var wasAssigned: Bool { hasAssignment.load(ordering: .acquiring) }

    /// Whether the member is closing, so that nobody polls for its events any more.
    var isClosing: Bool { isLeaving.load(ordering: .acquiring) }

    /// Notes what a line of the log says about joining.
    func noteJoinState(_ line: String) {
        if let isJoining = JoinState.isJoining(line) { joins.store(isJoining, ordering: .releasing) }
    }

    /// Notes that the group has given an assignment, even an empty one.
    func noteAssignment() { hasAssignment.store(true, ordering: .releasing) }

    /// From now on rebalances are answered by the callback itself.
    func beginClosing() { isLeaving.store(true, ordering: .releasing) }
}
