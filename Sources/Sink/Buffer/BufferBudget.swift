/// Every byte that is not ingested yet and that this process holds: raw tails, pages, disk.
package final class BufferBudget: Sendable {
    /// What raw tails may hold of the budget.
    package static let tailBytes = 4 << 20

    /// The pages of compressed batches.
    package let pool: PagePool
    /// The disk for what does not fit.
    package let disk: SpillSpace
    /// The raw tails of open batches.
    package let tails: TailBudget
    /// `buffer.memory.bytes`.
    package let memoryLimit: Int

    /// Creates the budget.
    /// - Parameters:
    ///   - memoryBytes: The most bytes in memory (`buffer.memory.bytes`).
    ///   - diskBytes: The most bytes on disk (`buffer.disk.bytes`); 0 for none.
    ///   - directory: Where the disk buffer is (`tempdir.path`).
    /// - Throws: ``SinkFailure`` with `unwritableDirectory`, or `clientConfiguration` for more memory than there can be.
    package init(memoryBytes: Int, diskBytes: Int, directory: String) throws(SinkFailure) {
        let tail = min(Self.tailBytes, memoryBytes / 2)
        memoryLimit = memoryBytes
        pool = try PagePool(bytes: memoryBytes - tail)
        disk = try SpillSpace(directory: directory, bytes: diskBytes)
        tails = TailBudget(bytes: tail)
    }

    /// The bytes held in memory.
    package var memoryBytes: Int { pool.used * PagePool.pageBytes + tails.used }

    /// Whether consuming more would break the budget.
    ///
    /// Memory alone breaks it too: batches of a page or less do not go to disk, and a disk may be full before its limit.
    package var isExhausted: Bool { pool.isUsedUp || pool.isExhausted && disk.isExhausted }

    /// Whether at most half is in use, so that consuming may go on.
    package var isRelieved: Bool {
        guard pool.used <= pool.capacity / 2 else { return false }
        let used = pool.used * PagePool.pageBytes + disk.usedBytes
        return used <= (pool.capacity * PagePool.pageBytes + disk.capacity * SpillSpace.slotBytes) / 2
    }
}
