/// Where a command came in, and whose it is.
struct CommandCaller: Sendable {
    /// The service that the command reached.
    var service = ClusterService.everything
    /// Scheme, host and port under which it was reached; storage URLs start with it.
    var baseURL = ""
    /// Where the other services listen.
    var addresses: ClusterAddresses?
    /// The application whose token the request carries; `nil` when no application is known.
    var application: String?
}
