internal import HTTP
internal import Secrets

/// Who a request says it comes from.
struct Credential: Sendable, Hashable {
    /// The value of the `Authorization` field, or `nil` for none.
    var authorization: Secret?
    /// A client certificate besides the cluster's own, or `nil`.
    var identity: TLSSettings.ClientCertificate?
}

/// A credential as it was got, and how long it is good.
struct FetchedCredential: Sendable {
    let credential: Credential
    /// After this time a new one is got; `nil` when this one stays.
    var freshFor: Duration?
    /// After this time it is not used any more; `nil` when only the server can say.
    var usableFor: Duration?
}

/// Where credentials come from.
protocol CredentialSource: Sendable {
    /// Whether ``fetch()`` takes long enough to need a thread of its own.
    var isSlow: Bool { get }

    /// Gets a credential; blocks.
    func fetch() throws(APIError) -> FetchedCredential
}
