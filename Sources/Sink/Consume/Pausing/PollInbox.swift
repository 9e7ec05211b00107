internal import Kafka
internal import KafkaClients
internal import Synchronization

/// What other threads ask of the poll thread, which alone may pause and resume partitions.
///
/// Bounded by the number of partitions and reasons: a request takes the place of an older one about the same.
/// Partitions are told apart by assignment where a request of an earlier one must not be taken for one of the next.
package final class PollInbox: Sendable {
    /// The newest request about one partition and one reason.
    struct Request: Sendable, Hashable {
        let partition: TopicPartition
        let reason: PauseReason
    }

    /// Has the records of a partition fetched again, which its lane has dropped.
    struct Return: Sendable {
        let partition: AssignedPartition
        let offset: Int64
    }

    private struct State {
        var returns: [ObjectIdentifier: Return] = [:]
        var requests: [Request: Bool] = [:]
        var login: ClientSnapshot.Login?
        var isAwake = false
    }

    private let state = Mutex(State())

    init() {}

    /// Asks not to fetch a partition for this reason until ``resume(_:_:)``.
    func pause(_ partition: TopicPartition, _ reason: PauseReason) {
        state.withLock { $0.requests[Request(partition: partition, reason: reason)] = true }
    }

    /// Takes a reason back.
    func resume(_ partition: TopicPartition, _ reason: PauseReason) {
        state.withLock { $0.requests[Request(partition: partition, reason: reason)] = false }
    }

    /// Asks to have records fetched again from `offset` on; what the lane gets until it is told so, it drops.
    func readAgain(_ partition: AssignedPartition, from offset: Int64) {
        state.withLock { $0.returns[ObjectIdentifier(partition)] = Return(partition: partition, offset: offset) }
    }

    /// Asks to sign in with another user and password from the next connection on.
    func setLogin(_ login: ClientSnapshot.Login) { state.withLock { $0.login = login } }

    /// Returns the user and password to sign in with, when there are new ones since the last call.
    func takeLogin() -> ClientSnapshot.Login? { state.withLock { $0.login.take() } }

    /// Asks the poll thread to do what is due without waiting for records first.
    func wake() { state.withLock { $0.isAwake = true } }

    /// Whether there is something to do.
    var isAwake: Bool { state.withLock { $0.isAwake || !$0.requests.isEmpty || !$0.returns.isEmpty } }

    /// Returns the requests since the last call: whether to pause, by partition and reason.
    func take() -> [Request: Bool] {
        state.withLock { state in
            defer { (state.requests, state.isAwake) = ([:], false) }
            return state.requests
        }
    }

    /// Returns what is to be fetched again since the last call.
    func takeReturns() -> [Return] {
        state.withLock { state in
            defer { state.returns = [:] }
            return Array(state.returns.values)
        }
    }
}
