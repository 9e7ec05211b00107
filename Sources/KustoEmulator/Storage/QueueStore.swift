internal import Synchronization

/// All storage queues, with one bound on what they hold.
final class QueueStore: Sendable {
    private let queues = Mutex<[StorageResource: MessageQueue]>([:])
    private let clock: WallClock
    private let maximumBytes: Int

    /// Creates empty queues that hold at most `maximumBytes` of text together.
    init(clock: WallClock, maximumBytes: Int = 512 << 20) {
        self.clock = clock
        self.maximumBytes = maximumBytes
    }

    /// Puts a message in; `nil` when the queues are full.
    ///
    /// It can be read after `delay` ticks and is dropped after `lifetime` ticks, or never.
    func put(_ text: String, in queue: StorageResource, lifetime: Int64?, delay: Int64 = 0) -> QueueMessage? {
        let now = clock.now()
        let expires = lifetime.map { now + $0 } ?? DateTimeText.maximum
        return queues.withLock { queues in
            guard queues.values.reduce(0, { $0 + $1.bytes }) + text.utf8.count <= maximumBytes else { return nil }
            return queues[queue, default: MessageQueue()].put(text, now: now, expires: expires, visible: now + delay)
        }
    }

    /// Looks at the first visible messages.
    func peek(_ limit: Int, in queue: StorageResource) -> [QueueMessage] {
        let now = clock.now()
        return queues.withLock { $0[queue]?.peek(limit, now: now) ?? [] }
    }

    /// Takes the first visible messages and hides them for some ticks.
    func take(_ limit: Int, in queue: StorageResource, hiding ticks: Int64) -> [QueueMessage] {
        let now = clock.now()
        return queues.withLock { $0[queue]?.take(limit, now: now, hiddenUntil: now + ticks) ?? [] }
    }

    /// Deletes a message; returns whether the receipt was its latest.
    func delete(id: String, popReceipt: String, in queue: StorageResource) -> Bool {
        queues.withLock { $0[queue]?.delete(id: id, popReceipt: popReceipt) ?? false }
    }

    /// How many messages a queue has.
    func count(in queue: StorageResource) -> Int { queues.withLock { $0[queue]?.count ?? 0 } }

    /// Ticks until the next hidden message of these queues becomes visible, if any is hidden.
    func delayUntilVisible(in resources: [StorageResource]) -> Int64? {
        let now = clock.now()
        return queues.withLock { queues in resources.compactMap { queues[$0]?.nextVisible(after: now) }.min() }
            .map { $0 - now }
    }

    /// Deletes the messages of one queue, or of all.
    func removeAll(in queue: StorageResource? = nil) {
        queues.withLock { queues in
            if let queue { queues[queue]?.removeAll() } else { queues = [:] }
        }
    }
}
