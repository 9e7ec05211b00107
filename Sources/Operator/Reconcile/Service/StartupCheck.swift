internal import Daemon
internal import Kubernetes
internal import Logging

/// Waits at the start until the API server answers and lets the operator in.
struct StartupCheck: Sendable {
    /// How long the server may stay away or refuse us before the process gives up.
    static let limit = Duration.seconds(30)
    /// How long a question waits for the next after one that failed.
    static let pace = Duration.seconds(1)

    let clock: KubernetesClock
    let logger: Logger
    /// Asks the server; throws why it does not let us in.
    let knock: @Sendable () async throws(APIError) -> Void

    /// Returns when the server lets us in, or when the process is told to stop.
    /// - Throws: `ExitError` with `unavailable` when it does not for ``limit``; `CancellationError`.
    func run(_ shutdown: GracefulShutdown) async throws {
        let start = clock.now()
        var told: String?
        while !shutdown.isTriggered {
            do throws(APIError) {
                return try await knock()
            } catch {
                if error.message != told {
                    logger.warning("the API server does not let the operator in yet", ["error": error.message])
                    told = error.message
                }
                guard clock.now() - start < Self.limit else {
                    throw ExitError(.unavailable, "the API server does not let the operator in: \(error.message)")
                }
            }
            try await clock.sleep(Self.pace)
        }
    }
}
