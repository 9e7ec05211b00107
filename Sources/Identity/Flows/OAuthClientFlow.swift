internal import FoundationEssentials
internal import HTTP
internal import Secrets
internal import Text

/// An application of any identity provider, asked for as Kafka's own client does it: application and secret go as HTTP Basic.
struct OAuthClientFlow: TokenFlow {
    let client: OAuthClient
    let secret: HeldProof<Secret>
    let wire: TokenWire
    let needsTarget = false

    init(client: OAuthClient, wire: TokenWire) {
        self.client = client
        self.wire = wire
        secret = HeldProof(client.clientSecret)
    }

    func token(for target: TokenTarget) async throws(IdentityError) -> AccessToken {
        var form = "grant_type=client_credentials"
        if let scope = client.scope, !scope.isEmpty { form += "&scope=\(PercentEncoding.encoded(scope))" }
        return try await secret.use(report: wire.report) { secret async throws(IdentityError) in
            let pair = [client.clientID, secret.reveal()].map(written).joined(separator: ":")
            return try await TokenRequest.post(
                form,
                to: client.tokenURL,
                headers: [HTTPHeader("Authorization", "Basic \(Data(pair.utf8).base64EncodedString())")],
                renewal: .before(client.expiryBuffer),
                wire
            )
        }
    }

    private func written(_ text: String) -> String {
        client.encodesCredentials ? PercentEncoding.encoded(text).replacing("%20", with: "+") : text
    }
}
