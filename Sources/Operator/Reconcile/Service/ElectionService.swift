internal import Daemon
internal import Kubernetes

/// Takes part in the leader's election, and ends the process when the lease is lost.
struct ElectionService: Service {
    private let elector: LeaderElector

    /// Wraps an elector.
    init(_ elector: LeaderElector) { self.elector = elector }

    var name: String { elector.name }

    func run() async throws {
        do {
            try await elector.run()
        } catch let error as LeaderElectionError {
            // Another process may write now; to start anew is the surest way not to.
            throw ExitError(.temporaryFailure, error.message)
        }
    }
}
