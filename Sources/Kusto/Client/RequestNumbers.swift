internal import FoundationEssentials
internal import Synchronization

/// Names for requests, by which Azure's support finds them: the process's own and a number.
final class RequestNumbers: Sendable {
    private let process = UUID().uuidString.lowercased()
    private let last = Atomic(0)

    /// The next name.
    func next() -> String { "\(process)-\(last.wrappingAdd(1, ordering: .relaxed).newValue)" }
}
