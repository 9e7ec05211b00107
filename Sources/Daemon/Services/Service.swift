/// A long-lived part of a program; `main` runs all of them in one ``ServiceGroup``.
package protocol Service: Sendable {
    /// What the service is called in logs; the type's name by default.
    var name: String { get }

    /// Does the work until graceful shutdown, then finishes what was begun and returns; cancellation means give up now.
    func run() async throws
}

extension Service {
    /// The type's name.
    package var name: String { String(describing: Self.self) }
}
