internal import Synchronization

/// The memories of all sinks.
///
/// A sink is looked at by one worker at a time, so it takes the memory, works on it and gives it back; the lock is held
/// for neither.
final class SinkMemories: Sendable {
    private let memories = Mutex<[SinkKey: SinkMemory]>([:])

    /// The memory of a sink, or `nil` when nothing is known of one of that name.
    func memory(of key: SinkKey) -> SinkMemory? { memories.withLock { $0[key] } }

    /// Keeps the memory of a sink.
    func keep(_ memory: SinkMemory, of key: SinkKey) { memories.withLock { $0[key] = memory } }

    /// Forgets a sink that is gone.
    /// - Returns: Whether anything was known of it.
    func forget(_ key: SinkKey) -> Bool { memories.withLock { $0.removeValue(forKey: key) != nil } }
}
