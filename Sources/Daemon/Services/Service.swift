/// A long-lived part of a program; `main` runs all of them in one ``ServiceGroup``.
package protocol Service: Sendable {
    /// What the service is called in logs; the type's name by default.
    var name: String { get }

    /// Does the work until graceful shutdown, then finishes what was begun and returns; cancellation means give up now.
    func run() async throws

    /// Is asked by SIGHUP to read again soon what may change while the service runs; returns at once.
    /// - Returns: Whether there is anything to be read again; by default there is not.
    func requestReload() -> Bool
}

extension Service {
    /// The type's name.
    package var name: String { String(describing: Self.self) }

    /// Nothing is read again.
    package func requestReload() -> Bool { false }
}
