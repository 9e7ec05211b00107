internal import Dispatch
internal import Glibc
internal import Synchronization

/// The memory for compressed batches: pages of one mapping, so that nothing fragments and freed pages are used again first.
///
/// When the mapping is used up, pages come from the heap, since a record that was consumed has to go somewhere. The
/// poll thread stops consuming before that (``BufferBudget/isExhausted(beside:)``), so this overdraft is never more
/// than what was in flight.
///
/// Unchecked because the region is only reached through pages, each of which has one owner at a time.
@safe
package final class PagePool: @unchecked Sendable {
    /// The bytes of a page.
    package static let pageBytes = 4096

    @safe private struct State {
        var free: [Page] = []
        /// Pages of the mapping that were never handed out; they cost no memory yet.
        var untouched: Int
        var handedOut = 0
        /// The bytes of other memory that count as if they were the pool's.
        var aside = 0
        var peak = 0

        var used: Int { handedOut + (aside + PagePool.pageBytes - 1) / PagePool.pageBytes }
    }

    /// How many pages the pool has.
    package let capacity: Int
    private let region: UnsafeMutableRawPointer
    private let state: Mutex<State>
    private let freed = DispatchSemaphore(value: 0)
    private let isAwaited = Atomic(false)

    /// Creates a pool.
    /// - Parameter bytes: Its size, rounded down to pages; at least 16 pages.
    /// - Throws: ``SinkFailure`` with `clientConfiguration` when the system has no address space for so much.
    package init(bytes: Int) throws(SinkFailure) {
        capacity = max(16, bytes / Self.pageBytes)
        let length = capacity * Self.pageBytes
        let mapping = unsafe mmap(nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let mapping = unsafe mapping, unsafe mapping != MAP_FAILED else {
            throw SinkFailure(
                .clientConfiguration,
                "buffer.memory.bytes: the system refuses to give \(length) bytes of memory; lower it"
            )
        }
        unsafe region = mapping
        state = Mutex(State(untouched: capacity))
    }

    deinit { unsafe munmap(region, capacity * Self.pageBytes) }

    /// How many pages are handed out, the overdraft included, or stand for bytes that were set aside.
    package var used: Int { state.withLock { $0.used } }

    /// The most pages that were in use at a time.
    package var peak: Int { state.withLock { $0.peak } }

    /// Whether more than an eighth is used, so that a batch which takes no records for a while should go to disk.
    var isInDemand: Bool { used > capacity / 8 }

    /// Whether less than a quarter is left.
    package var isLow: Bool { used > capacity - capacity / 4 }

    /// Whether nothing is left.
    package var isUsedUp: Bool { used >= capacity }

    /// Returns a page, or `nil` when the pool is used up and `overdraft` is false.
    func allocate(overdraft: Bool) -> Page? {
        state.withLock { state in
            guard overdraft || state.used < capacity else { return nil }
            let page: Page
            if let free = state.free.popLast() {
                page = free
            } else if state.untouched > 0 {
                page = unsafe Page(region + (capacity - state.untouched) * Self.pageBytes)
                state.untouched -= 1
            } else {
                page = unsafe Page(.allocate(byteCount: Self.pageBytes, alignment: 64))
            }
            state.handedOut += 1
            state.peak = max(state.peak, state.used)
            return page
        }
    }

    /// Takes pages back.
    func free(_ pages: [Page]) {
        guard !pages.isEmpty else { return }
        let end = unsafe region + capacity * Self.pageBytes
        state.withLock { state in
            state.handedOut -= pages.count
            for page in pages {
                if unsafe page.address >= region && page.address < end {
                    state.free.append(page)
                } else {
                    unsafe page.address.deallocate()
                }
            }
        }
        noteRoom()
    }

    /// Counts bytes of other memory as if they were the pool's.
    /// - Parameter limit: The most bytes that may be counted in this way.
    /// - Returns: Whether there was room for them; otherwise nothing has changed.
    func setAside(_ bytes: Int, limit: Int) -> Bool {
        state.withLock { state in
            let before = state.aside
            guard bytes <= limit - before else { return false }
            state.aside += bytes
            guard state.used <= capacity else {
                state.aside = before
                return false
            }
            state.peak = max(state.peak, state.used)
            return true
        }
    }

    /// Takes bytes back that were set aside.
    func giveBack(_ bytes: Int) {
        state.withLock { $0.aside -= bytes }
        noteRoom()
    }

    /// The bytes that are set aside.
    var aside: Int { state.withLock { $0.aside } }

    /// Waits until pages were freed, at most for `timeout`; for one thread at a time.
    func awaitFreedPages(timeout: Duration) {
        isAwaited.store(true, ordering: .releasing)
        _ = freed.wait(timeout: .now() + timeout.seconds)
    }

    private func noteRoom() {
        if isAwaited.exchange(false, ordering: .acquiringAndReleasing) { freed.signal() }
    }
}
