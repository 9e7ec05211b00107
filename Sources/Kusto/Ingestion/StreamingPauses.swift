internal import Synchronization

/// The tables whose batches are queued for a while instead of being streamed.
final class StreamingPauses: Sendable {
    private let ends = Mutex<[TableTarget: Duration]>([:])
    private let now: @Sendable () -> Duration

    init(now: @escaping @Sendable () -> Duration) { self.now = now }

    /// Whether a table's batches are to be queued now.
    func isPaused(_ target: TableTarget) -> Bool {
        let time = now()
        return ends.withLock { ends in
            guard let end = ends[target] else { return false }
            if end > time { return true }
            ends[target] = nil
            return false
        }
    }

    /// Lets a table's batches be queued for so long.
    /// - Returns: Whether that is news.
    func pause(_ target: TableTarget, for duration: Duration) -> Bool {
        guard duration > .zero else { return false }
        let time = now()
        return ends.withLock { ends in
            let before = ends[target] ?? .zero
            ends[target] = max(before, time + duration)
            return before <= time
        }
    }
}
