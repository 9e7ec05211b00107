internal import Synchronization

/// Where the services of the cluster listen, once they do.
final class ClusterAddresses: Sendable {
    /// `http` or `https`.
    let scheme: String
    private let urls = Mutex((engine: "", ingestion: ""))

    /// Creates addresses that are not known yet.
    init(isSecure: Bool) { scheme = isSecure ? "https" : "http" }

    /// The engine's URL; empty while it does not listen.
    var engine: String { urls.withLock { $0.engine } }

    /// Data Management's URL; the engine's when both are one.
    var ingestion: String { urls.withLock { $0.ingestion } }

    /// Says where they listen.
    func set(engine: String, ingestion: String) { urls.withLock { $0 = (engine, ingestion) } }

    /// Scheme, host and port under which a client reached a service.
    func base(of request: EmulatorRequest, at service: ClusterService) -> String {
        request.header("Host").map { "\(scheme)://\($0)" } ?? (service == .engine ? engine : ingestion)
    }
}
