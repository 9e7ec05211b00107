internal import Synchronization

/// Keeps log entries in memory, for tests and for the last lines of a failing run.
package final class MemoryLogSink: LogSink {
    private let stored = Mutex<[LogEntry]>([])
    private let capacity: Int

    /// Creates a sink that keeps the last `capacity` entries.
    package init(capacity: Int = 10_000) { self.capacity = capacity }

    /// The entries kept, oldest first.
    package var entries: [LogEntry] { stored.withLock { $0 } }

    package func write(_ entry: LogEntry) {
        stored.withLock { entries in
            if entries.count == capacity { entries.removeFirst() }
            entries.append(entry)
        }
    }
}
