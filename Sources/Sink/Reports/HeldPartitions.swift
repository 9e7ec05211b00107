internal import Kafka
internal import Synchronization

/// The partitions that this process holds, for those who get to know of a partition by its name.
final class HeldPartitions: Sendable {
    private struct State {
        var table: [TopicPartition: AssignedPartition] = [:]
        var hasNews = false
    }

    private let state = Mutex(State())

    init() {}

    /// Whether it holds none.
    var isEmpty: Bool { state.withLock { $0.table.isEmpty } }

    /// Notes that a partition was assigned.
    func add(_ partition: AssignedPartition) {
        state.withLock { state in
            state.table[partition.topicPartition] = partition
            state.hasNews = true
        }
    }

    /// Returns whether a partition was assigned since the last call.
    func takeNews() -> Bool {
        state.withLock { state in
            defer { state.hasNews = false }
            return state.hasNews
        }
    }

    /// Forgets the partitions that went to other members.
    func purge() { state.withLock { state in state.table = state.table.filter { !$0.value.isAbandoned } } }

    /// The partition as it is assigned now, if it is.
    subscript(name: TopicPartition) -> AssignedPartition? {
        state.withLock { $0.table[name] }.flatMap { $0.isAbandoned ? nil : $0 }
    }
}
