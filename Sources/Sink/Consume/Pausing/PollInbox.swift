internal import Kafka
internal import Synchronization

/// What other threads ask of the poll thread, which alone may pause and resume partitions.
///
/// Bounded by the number of partitions and reasons: a request takes the place of an older one about the same.
package final class PollInbox: Sendable {
    /// The newest request about one partition and one reason.
    struct Request: Sendable, Hashable {
        let partition: TopicPartition
        let reason: PauseReason
    }

    private struct State {
        var requests: [Request: Bool] = [:]
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

    /// Asks the poll thread to do what is due without waiting for records first.
    func wake() { state.withLock { $0.isAwake = true } }

    /// Whether there is something to do.
    var isAwake: Bool { state.withLock { $0.isAwake || !$0.requests.isEmpty } }

    /// Returns the requests since the last call: whether to pause, by partition and reason.
    func take() -> [Request: Bool] {
        state.withLock { state in
            defer { state = State() }
            return state.requests
        }
    }
}
