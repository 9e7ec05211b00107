internal import Synchronization

/// The applications of Entra, which may change while the cluster runs, as when a secret is replaced.
final class ApplicationRegistry: Sendable {
    /// What is fixed.
    let policy: AuthenticationPolicy
    private let applications: Mutex<[String: EmulatedApplication]>
    /// Until when the ids of assertions are remembered, in seconds since 1970.
    private let assertions = Mutex<[String: Int]>([:])

    /// Creates a registry of the policy's applications.
    init(policy: AuthenticationPolicy) {
        self.policy = policy
        applications = Mutex(policy.applications)
    }

    /// Whether there are applications at all; without any, everybody gets a token.
    var isEmpty: Bool { applications.withLock { $0.isEmpty } }

    /// The application of an id.
    subscript(id: String) -> EmulatedApplication? { applications.withLock { $0[id] } }

    /// Adds an application, replaces it, or with `nil` removes it.
    func set(_ application: EmulatedApplication?, for id: String) { applications.withLock { $0[id] = application } }

    /// Whether there is an application of this id; any is there when none are configured.
    func knows(_ id: String) -> Bool { applications.withLock { $0.isEmpty ? !id.isEmpty : $0[id] != nil } }

    /// Whether an application is there and may ingest.
    func mayIngest(_ id: String) -> Bool {
        (knows(id) || policy.machine.has(id)) && !policy.applicationsWithoutIngestRight.contains(id)
    }

    /// Takes an assertion's id, or returns `false` when it was taken before.
    /// - Parameters:
    ///   - end: When the assertion ends, in seconds since 1970.
    ///   - now: The time.
    func take(_ id: String, until end: Int, now: Int) -> Bool {
        assertions.withLock { assertions in
            assertions = assertions.filter { $0.value > now }
            return assertions.updateValue(end, forKey: id) == nil
        }
    }
}
