/// Why a partition is not fetched for a while.
struct PauseReason: OptionSet, Sendable, Hashable {
    let rawValue: UInt16

    /// The buffers of the process are full.
    static let buffers = PauseReason(rawValue: 1 << 0)
    /// Many partitions are behind, and others have their turn; see ``FetchTurns``.
    static let turns = PauseReason(rawValue: 1 << 1)
    /// The worker stops.
    static let stop = PauseReason(rawValue: 1 << 2)
    /// Where reading begins is not known yet.
    static let position = PauseReason(rawValue: 1 << 7)
    /// The schema of the partition's next record is being fetched.
    static let registry = PauseReason(rawValue: 1 << 3)
    /// The dead-letter queue has no room for the partition's next letter.
    static let deadLetters = PauseReason(rawValue: 1 << 8)
    /// The table's batches fill its share of the buffers; see ``BufferShares``.
    static let share = PauseReason(rawValue: 1 << 4)
    /// The partition's lane takes no more records; see ``LaneFeed``.
    static let lane = PauseReason(rawValue: 1 << 5)
    /// The group has taken the partition, and its batches are being finished.
    static let leaving = PauseReason(rawValue: 1 << 6)
}
