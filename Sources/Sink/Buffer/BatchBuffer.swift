internal import Glibc
internal import HTTP

/// The bytes of one batch as they go to ADX: pages in memory, and slots on disk for what did not fit.
///
/// Life: one lane appends until the batch is sealed; afterwards nothing changes and any thread may read; the last owner
/// gives the memory back. What is on disk always comes before what is in memory.
///
/// Unchecked because of that order: the lane hands the sealed batch on through a queue's lock, which publishes its writes.
@safe package final class BatchBuffer: HTTPBodySource, @unchecked Sendable {
    private let pool: PagePool
    private let disk: SpillSpace
    private let account: BufferAccount
    private var slots: [SpillSlot] = []
    /// For each slot, how many bytes on disk come before it; the last slot of each spill may be partly filled.
    private var slotStarts: [Int] = []
    private var diskBytes = 0
    private var pages: [Page] = []
    private var lastPageUsed = PagePool.pageBytes

    /// Creates an empty buffer.
    /// - Parameter account: Counts what the buffer holds.
    package init(pool: PagePool, disk: SpillSpace, account: BufferAccount = BufferAccount()) {
        self.pool = pool
        self.disk = disk
        self.account = account
    }

    deinit {
        account.note(memory: -pages.count * PagePool.pageBytes)
        account.note(disk: -slots.count * SpillSpace.slotBytes)
        pool.free(pages)
        disk.free(slots.map(\.number))
    }

    /// The bytes held.
    package var count: Int { diskBytes + memoryBytes }

    /// The bytes that the buffer costs: whole pages in memory, and what is on disk.
    var heldBytes: Int { diskBytes + pages.count * PagePool.pageBytes }

    /// The bytes held in memory.
    package var memoryBytes: Int { pages.isEmpty ? 0 : (pages.count - 1) * PagePool.pageBytes + lastPageUsed }

    /// Adds bytes at the end.
    func append(_ bytes: UnsafeRawBufferPointer) {
        var rest = unsafe bytes[...]
        while unsafe !rest.isEmpty {
            if pages.isEmpty || lastPageUsed == PagePool.pageBytes { addPage() }
            let room = PagePool.pageBytes - lastPageUsed
            let piece = unsafe UnsafeRawBufferPointer(rebasing: rest.prefix(room))
            guard let source = piece.baseAddress else { return }
            unsafe memcpy(pages[pages.count - 1].address + lastPageUsed, source, piece.count)
            lastPageUsed += piece.count
            unsafe rest = rest.dropFirst(piece.count)
        }
    }

    /// Adds bytes at the end.
    func append(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { unsafe append($0) }
    }

    /// Says that nothing will be added for a while, so that the batch can leave memory when other batches may need it.
    func rest() {
        if pool.isInDemand { spill() }
    }

    /// Copies bytes from `offset` on.
    /// - Throws: ``SinkFailure`` with `localFault` when the disk does not give back what was written.
    package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        var done = 0
        while done < buffer.count, offset + done < count {
            let position = offset + done
            let target = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            done +=
                unsafe position < diskBytes ? try readDisk(position, target) : readMemory(position - diskBytes, target)
        }
        return done
    }

    private func readDisk(_ position: Int, _ target: UnsafeMutableRawBufferPointer) throws(SinkFailure) -> Int {
        var (low, high) = (0, slotStarts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if slotStarts[middle] <= position { low = middle } else { high = middle }
        }
        return unsafe try disk.read(slots[low], at: position - slotStarts[low], into: target)
    }

    private func readMemory(_ position: Int, _ target: UnsafeMutableRawBufferPointer) -> Int {
        let page = position / PagePool.pageBytes
        let start = position % PagePool.pageBytes
        let end = page == pages.count - 1 ? lastPageUsed : PagePool.pageBytes
        let length = min(end - start, target.count)
        guard let base = target.baseAddress else { return 0 }
        unsafe memcpy(base, pages[page].address + start, length)
        return length
    }

    private func addPage() {
        // Four pages fill a slot; fewer are written only when the pool is used up.
        let mayLeave = pages.count >= SpillSpace.slotBytes / PagePool.pageBytes
        if mayLeave, pool.isLow || account.prefersDisk { spill() }
        if let page = pool.allocate(overdraft: false) {
            add(page)
        } else {
            spill()
            if let page = pool.allocate(overdraft: true) { add(page) }
        }
        lastPageUsed = 0
    }

    private func add(_ page: Page) {
        pages.append(page)
        account.note(memory: PagePool.pageBytes)
    }

    private func spill() {
        guard !pages.isEmpty else { return }
        let pieces = unsafe pages.indices.map { index in
            unsafe UnsafeRawBufferPointer(
                start: pages[index].address,
                count: index == pages.count - 1 ? lastPageUsed : PagePool.pageBytes
            )
        }
        guard let written = unsafe disk.write(pieces) else { return }
        for slot in written {
            slotStarts.append(diskBytes)
            diskBytes += slot.count
        }
        slots += written
        account.note(disk: written.count * SpillSpace.slotBytes)
        account.note(memory: -pages.count * PagePool.pageBytes)
        pool.free(pages)
        pages.removeAll(keepingCapacity: true)
        lastPageUsed = PagePool.pageBytes
    }
}
