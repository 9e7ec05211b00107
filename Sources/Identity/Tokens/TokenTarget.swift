/// Where a token is asked for, and for what.
struct TokenTarget: Sendable, Hashable {
    /// Entra's host, such as `https://login.microsoftonline.com`.
    let loginEndpoint: String
    /// The resource that the token is for, such as `https://kusto.kusto.windows.net`.
    let resource: String

    /// The scope to ask for at Entra's v2.0 endpoint.
    var scope: String { (resource.hasSuffix("/") ? resource : resource + "/") + ".default" }
}
