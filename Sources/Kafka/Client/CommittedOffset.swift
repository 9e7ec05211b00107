/// What a group has committed for a partition.
package struct CommittedOffset: Sendable, Hashable {
    /// The next offset to read.
    package var offset: Int64
    /// Text that is committed with the offset, at most 4,096 bytes by a broker's default.
    package var metadata: String

    /// Creates an offset, without text unless some is given.
    package init(_ offset: Int64, metadata: String = "") {
        self.offset = offset
        self.metadata = metadata
    }
}
