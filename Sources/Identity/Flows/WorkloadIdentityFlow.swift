internal import Secrets
internal import Text

/// The token of a Kubernetes service account, exchanged at Entra ("workload identity federation").
///
/// The projected token rotates, so the file is read for each exchange.
struct WorkloadIdentityFlow: TokenFlow {
    /// The most bytes of a token's file.
    private static let maximumBytes = 64 << 10

    /// The application, if it is another one than the environment names.
    var clientID: String?
    let environment: [String: String]
    let wire: TokenWire
    let needsTarget = true

    func token(for target: TokenTarget) async throws(IdentityError) -> AccessToken {
        let clientID = if let clientID { clientID } else { try variable("AZURE_CLIENT_ID") }
        let application = EntraApplication(tenantID: try variable("AZURE_TENANT_ID"), clientID: clientID)
        return try await TokenRequest.entra(
            application,
            proof: [
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                ("client_assertion", try assertion(in: try variable("AZURE_FEDERATED_TOKEN_FILE"))),
            ],
            at: try authority(target),
            for: target,
            wire
        )
    }

    private func assertion(in file: String) throws(IdentityError) -> String {
        let bytes: [UInt8]
        do throws(BoundedFile.Failure) {
            bytes = try BoundedFile.read(file, limit: Self.maximumBytes)
        } catch {
            throw unusable(file, error.reason(limit: Self.maximumBytes))
        }
        let token = String(decoding: bytes, as: UTF8.self).trimmed
        guard !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw unusable(file, token.isEmpty ? "is empty" : "holds something else than a token")
        }
        return token
    }

    /// A mount may come or be corrected while the process runs.
    private func unusable(_ file: String, _ reason: String) -> IdentityError {
        IdentityError(
            .invalidConfiguration,
            "workload identity: the file of AZURE_FEDERATED_TOKEN_FILE, \(file), \(reason); check that the service account's "
                + "token is projected into the pod"
        )
    }

    /// Where the pod's token is exchanged: the pod's own word goes before the cluster's, as in Azure's SDKs.
    private func authority(_ target: TokenTarget) throws(IdentityError) -> String {
        guard let host = environment["AZURE_AUTHORITY_HOST"]?.trimmed, !host.isEmpty else {
            return target.loginEndpoint
        }
        if let endpoint = LoginEndpoint.read(host) { return endpoint }
        throw IdentityError(
            .untrustedEndpoint,
            "workload identity: AZURE_AUTHORITY_HOST must be a login endpoint with https, such as "
                + "https://login.microsoftonline.com; no credential is sent there",
            needsChange: true
        )
    }

    private func variable(_ name: String) throws(IdentityError) -> String {
        if let value = environment[name], !value.isEmpty { return value }
        throw IdentityError(
            .invalidConfiguration,
            "workload identity: \(name) is not set; label the pod azure.workload.identity/use=true and annotate its service "
                + "account",
            needsChange: true
        )
    }
}
