/// Why a ``RefreshedValue`` could not be fetched.
package protocol RefreshError: Error, Sendable {
    /// Whether the task that fetched was cancelled, which says nothing about the service.
    var isCancellation: Bool { get }
    /// One sentence for whoever runs the system, without any secret.
    var message: String { get }
    /// The kind of failure, as in logs.
    var codeName: String { get }
    /// Whether a person has to change something before it can succeed.
    var isRefusal: Bool { get }
}
