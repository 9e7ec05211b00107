internal import Kafka

/// Where reading of a partition begins, and what the group knows of it.
struct StartPosition: Sendable, Equatable {
    /// The first offset to read.
    let offset: Int64
    /// The group's committed offset, or `nil` when it has none, or none with the right text.
    let committed: Int64?
    /// The partition's end, if it was asked for.
    let end: Int64?
    /// The text that is committed with the partition's offset; see ``GroupBeginnings``.
    let memo: String
}
