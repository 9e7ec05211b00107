internal import Synchronization

/// The bytes that this process holds until they are ingested: raw tails, pages in memory, slots on disk, and copies of
/// records that wait.
package final class BufferBudget: Sendable {
    /// The most bytes that raw tails may hold.
    package static let tailBytes = 4 << 20
    /// Records that wait in all lanes may hold this part of the memory.
    ///
    /// It is enough for the partitions that meet a new schema in a moment, and so little that at the default the batches
    /// of others do not have to go to disk for it (``PagePool/isInDemand``), however long a schema registry is away.
    package static let waitingPart = 16

    /// The pages of compressed batches.
    package let pool: PagePool
    /// The disk space for what does not fit into memory.
    package let disk: SpillSpace
    /// The raw tails of open batches.
    package let tails: TailBudget
    /// `buffer.memory.bytes`.
    package let memoryLimit: Int
    private let peak = Mutex(0)

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

    /// The most bytes that records that wait may hold.
    var waitingLimit: Int { memoryLimit / Self.waitingPart }

    /// Takes memory for records that wait, unless these hold as much as they may, or nothing is left.
    /// - Returns: Whether there was room.
    func takeWaiting(_ bytes: Int) -> Bool { pool.setAside(bytes, limit: waitingLimit) }

    /// Takes that memory back.
    func giveBackWaiting(_ bytes: Int) { pool.giveBack(bytes) }

    /// The bytes held in memory.
    package var memoryBytes: Int { pool.used * PagePool.pageBytes + tails.used }

    /// The most bytes that were held in memory at a time; those of raw tails count as they were whenever somebody asked.
    package var memoryPeakBytes: Int {
        let now = memoryBytes
        return peak.withLock { peak in
            peak = max(peak, now, pool.peak * PagePool.pageBytes)
            return peak
        }
    }

    /// What is free; zero while more is held than the limits allow.
    var free: BufferShares.Usage { room(beside: used) }

    /// Whether consuming more would break the budget.
    ///
    /// Full memory is enough: batches of a page or less do not go to disk, and a disk may be full before its limit.
    /// - Parameter kept: What stays in use while the rest is freed; it counts neither as used nor as room.
    func isExhausted(beside kept: BufferShares.Usage = BufferShares.Usage()) -> Bool {
        let (used, room) = (used, room(beside: kept))
        if pool.isUsedUp { return true }
        // What is in flight may still need the last eighth of the memory.
        return used.memory - kept.memory > room.memory - room.memory / 8
            && used.disk - kept.disk >= room.disk - room.disk / 16
    }

    /// Whether at most half is in use, so that consuming may go on.
    /// - Parameter kept: As for ``isExhausted(beside:)``.
    func isRelieved(beside kept: BufferShares.Usage = BufferShares.Usage()) -> Bool {
        let (used, room) = (used, room(beside: kept))
        guard !pool.isUsedUp, used.memory - kept.memory <= room.memory / 2 else { return false }
        return used.total - kept.total <= room.total / 2
    }

    private var used: BufferShares.Usage {
        BufferShares.Usage(memory: pool.used * PagePool.pageBytes, disk: disk.usedBytes)
    }

    private func room(beside kept: BufferShares.Usage) -> BufferShares.Usage {
        BufferShares.Usage(
            memory: max(0, pool.capacity * PagePool.pageBytes - kept.memory),
            disk: max(0, disk.capacity * SpillSpace.slotBytes - kept.disk)
        )
    }
}
