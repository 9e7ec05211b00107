internal import Glibc

/// A bounded queue between threads: adding waits while it is full, taking waits while it is empty.
///
/// Every wait has an end: the caller says how long it can wait. Unchecked because every access to `items` is under the
/// POSIX mutex.
@safe
package final class HandOverQueue<Item: Sendable>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private let capacity: Int
    private var items: [Item] = []

    /// Creates an empty queue.
    /// - Parameter capacity: The most items before ``add(_:timeout:)`` waits; ``addAtOnce(_:)`` ignores it.
    package init(capacity: Int) {
        self.capacity = capacity
        unsafe mutex = .allocate(capacity: 1)
        unsafe changed = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(changed, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(changed)
        unsafe pthread_mutex_destroy(mutex)
        unsafe changed.deallocate()
        unsafe mutex.deallocate()
    }

    /// Adds an item, after waiting at most `timeout` for room.
    /// - Returns: Whether there was room; otherwise the queue is as it was.
    package func add(_ item: Item, timeout: Duration) -> Bool {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        guard wait(timeout, until: { items.count < capacity }) else { return false }
        items.append(item)
        unsafe pthread_cond_broadcast(changed)
        return true
    }

    /// Adds an item without waiting, also to a full queue: for the few items that are not records.
    package func addAtOnce(_ item: Item) {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        items.append(item)
        unsafe pthread_cond_broadcast(changed)
    }

    /// Takes everything that is there, after waiting at most `timeout` for the first item.
    package func takeAll(timeout: Duration) -> [Item] {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        guard wait(timeout, until: { !items.isEmpty }) else { return [] }
        let taken = items
        items.removeAll(keepingCapacity: true)
        unsafe pthread_cond_broadcast(changed)
        return taken
    }

    /// Waits, with the mutex held, until `condition` is true or `timeout` is over; returns the condition.
    private func wait(_ timeout: Duration, until condition: () -> Bool) -> Bool {
        if condition() { return true }
        guard timeout > .zero else { return false }
        var deadline = Self.deadline(after: timeout)
        while !condition() {
            if unsafe pthread_cond_timedwait(changed, mutex, &deadline) == ETIMEDOUT { return condition() }
        }
        return true
    }

    /// The time of the monotonic clock in `timeout`, at most a year away.
    private static func deadline(after timeout: Duration) -> timespec {
        var deadline = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &deadline)
        let wait = min(timeout, .seconds(365 * 86400)).components
        let nanoseconds = deadline.tv_nsec + Int(wait.attoseconds / 1_000_000_000)
        deadline.tv_sec += Int(wait.seconds) + nanoseconds / 1_000_000_000
        deadline.tv_nsec = nanoseconds % 1_000_000_000
        return deadline
    }
}
