/// Which tables may not put more into the buffers: those whose batches cannot leave and that hold more than is free.
///
/// The buffers are shared without reserves. A table that flows may use all of them, since it gives back soon. One whose
/// batches fail may hold as much as is still free: half of the buffers if it is the only one, a third each of two, so that
/// there is always something left for the others. That goes for the memory by itself too, since batches of a page or less
/// do not go to disk; batches that do leave memory early.
///
/// Pure, but for what it tells the accounts.
struct BufferShares {
    /// Bytes in memory and on disk.
    struct Usage: Equatable {
        var memory = 0
        var disk = 0
        var total: Int { memory + disk }
    }

    /// Whether a table may not put more into the buffers.
    /// - Parameters:
    ///   - held: What the table's batches hold.
    ///   - free: What nobody holds.
    ///   - isPaused: Whether the table is paused for that already: then it waits until it holds much less, since a pause
    ///     throws away what was prefetched.
    static func isOver(_ held: Usage, free: Usage, isPaused: Bool) -> Bool {
        let factor = isPaused ? 3 : 1
        return held.memory * factor > free.memory || held.total * factor > free.total
    }

    /// Whether a table's new batches should go to disk, well before it is paused for the memory that it holds.
    static func prefersDisk(_ held: Usage, free: Usage) -> Bool { held.memory > free.memory / 2 }
}
