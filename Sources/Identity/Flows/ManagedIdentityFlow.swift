internal import HTTP
internal import Text

/// The identity of a virtual machine, node or App Service, from the endpoint that Azure offers inside it.
struct ManagedIdentityFlow: TokenFlow {
    let clientID: String?
    let environment: [String: String]
    let wire: TokenWire
    let needsTarget = true

    func token(for target: TokenTarget) async throws(IdentityError) -> AccessToken {
        let resource = PercentEncoding.encoded(target.resource)
        let identity = clientID.map { "&client_id=\(PercentEncoding.encoded($0))" } ?? ""
        if let endpoint = environment["IDENTITY_ENDPOINT"], let header = environment["IDENTITY_HEADER"] {
            return try await TokenRequest.get(
                "\(endpoint)?api-version=2019-08-01&resource=\(resource)\(identity)",
                headers: [HTTPHeader("X-IDENTITY-HEADER", header)],
                wire
            )
        }
        let host = environment["AZURE_POD_IDENTITY_AUTHORITY_HOST"] ?? "http://169.254.169.254"
        return try await TokenRequest.get(
            "\(host)/metadata/identity/oauth2/token?api-version=2018-02-01&resource=\(resource)\(identity)",
            headers: [HTTPHeader("Metadata", "true")],
            wire
        )
    }
}
