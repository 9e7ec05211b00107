/// A slot of a ``SpillSpace`` that holds bytes of a batch, and what they must be when they are read.
struct SpillSlot: Sendable, Hashable {
    /// Which slot of the file.
    let number: UInt32
    /// How many bytes it holds.
    let count: Int
    /// Their CRC-32C.
    let checksum: UInt32
}
