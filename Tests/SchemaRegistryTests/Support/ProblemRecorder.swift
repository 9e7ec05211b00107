import SchemaRegistry
import Synchronization

/// Remembers the problems that were told.
final class ProblemRecorder: SchemaRegistryObserver {
    private let events = Mutex<[String]>([])

    /// `+` and the text of each problem that appeared, `-` and the key of each that was over.
    var told: [String] { events.withLock { $0 } }

    func problemAppeared(_ key: String, _ text: String) { events.withLock { $0.append("+ \(key): \(text)") } }
    func problemCleared(_ key: String) { events.withLock { $0.append("- \(key)") } }
}
