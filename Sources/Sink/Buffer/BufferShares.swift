/// Which tables may not put more into the buffers: those whose batches cannot leave and that hold more than is free.
///
/// The buffers are shared without reserves. A table whose batches get through may use all of them, since it gives them
/// back soon. One whose batches fail may hold as much as is still free: half of the buffers if it is the only one, a
/// third each of two, so that there is always something left for the others. The same rule holds for memory alone,
/// since batches of a page or less do not go to disk; batches that can go there leave memory early.
///
/// Pure: it only compares numbers.
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
    ///   - free: What is free.
    ///   - isPaused: Whether the table is already paused because of this. It is then resumed only when it holds much
    ///     less, since a pause throws away what was prefetched.
    static func isOver(_ held: Usage, free: Usage, isPaused: Bool) -> Bool {
        let factor = isPaused ? 3 : 1
        return held.memory * factor > free.memory || held.total * factor > free.total
    }

    /// Whether a table's new batches should go to disk, well before it is paused for the memory that it holds.
    static func prefersDisk(_ held: Usage, free: Usage) -> Bool { held.memory > free.memory / 2 }
}
