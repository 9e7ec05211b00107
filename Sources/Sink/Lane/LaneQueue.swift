internal import Glibc

/// A bounded queue between threads: who adds waits while it is full, who takes waits while it is empty.
///
/// Unchecked because every access to `items` is under the POSIX mutex.
@safe
final class LaneQueue<Item: Sendable>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private let capacity: Int
    private var items: [Item] = []

    /// Creates an empty queue.
    /// - Parameter capacity: The most items before ``add(_:)`` waits; ``addAtOnce(_:)`` ignores it.
    init(capacity: Int) {
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

    /// Adds an item, after waiting for room.
    func add(_ item: Item) {
        unsafe pthread_mutex_lock(mutex)
        while items.count >= capacity { unsafe pthread_cond_wait(changed, mutex) }
        items.append(item)
        unsafe pthread_cond_broadcast(changed)
        unsafe pthread_mutex_unlock(mutex)
    }

    /// Adds an item without waiting: for the few that are not records.
    func addAtOnce(_ item: Item) {
        unsafe pthread_mutex_lock(mutex)
        items.append(item)
        unsafe pthread_cond_broadcast(changed)
        unsafe pthread_mutex_unlock(mutex)
    }

    /// Takes everything that is there, after waiting at most `timeout` for the first item.
    func takeAll(timeout: Duration) -> [Item] {
        var deadline = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &deadline)
        let nanoseconds = deadline.tv_nsec + Int(timeout.components.attoseconds / 1_000_000_000)
        deadline.tv_sec += Int(timeout.components.seconds) + nanoseconds / 1_000_000_000
        deadline.tv_nsec = nanoseconds % 1_000_000_000
        unsafe pthread_mutex_lock(mutex)
        while items.isEmpty {
            if unsafe pthread_cond_timedwait(changed, mutex, &deadline) == ETIMEDOUT { break }
        }
        let taken = items
        items.removeAll(keepingCapacity: true)
        unsafe pthread_cond_broadcast(changed)
        unsafe pthread_mutex_unlock(mutex)
        return taken
    }
}
