internal import Kafka

/// Where reading of a partition begins, and what the group knows of it.
struct StartPosition: Sendable, Equatable {
    /// The first offset to read.
    let offset: Int64
    /// What the group has committed, or `nil` when it has nothing.
    let committed: Int64?
    /// The partition's end, if it was asked for.
    let end: Int64?
    /// What the group keeps beside the partition's offset; see ``GroupBeginnings``.
    let memo: String
}
