internal import FoundationEssentials
internal import Text

/// The token of a Kubernetes service account, exchanged at Entra ("workload identity federation").
///
/// The projected token rotates, so the file is read for each exchange.
struct WorkloadIdentityFlow: TokenFlow {
    let environment: [String: String]
    let wire: TokenWire
    let needsTarget = true

    func token(for target: TokenTarget) async throws(IdentityError) -> AccessToken {
        let clientID = try variable("AZURE_CLIENT_ID")
        let application = EntraApplication(tenantID: try variable("AZURE_TENANT_ID"), clientID: clientID)
        let file = try variable("AZURE_FEDERATED_TOKEN_FILE")
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw IdentityError(
                .invalidConfiguration,
                "workload identity: the file of AZURE_FEDERATED_TOKEN_FILE, \(file), cannot be read; check that the service "
                    + "account's token is projected into the pod"
            )
        }
        return try await TokenRequest.entra(
            application,
            proof: [
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                ("client_assertion", text.trimmed),
            ],
            at: try authority(target),
            for: target,
            wire
        )
    }

    /// Where the pod's token is exchanged: the pod's own word goes before the cluster's, as in Azure's SDKs.
    private func authority(_ target: TokenTarget) throws(IdentityError) -> String {
        guard let text = environment["AZURE_AUTHORITY_HOST"]?.trimmed, !text.isEmpty else {
            return target.loginEndpoint
        }
        guard let url = try? EndpointURL(text), url.scheme == "https" || url.isLoopback else {
            throw IdentityError(
                .untrustedEndpoint,
                "workload identity: AZURE_AUTHORITY_HOST must be an https URL of Entra's host, such as "
                    + "https://login.microsoftonline.com; the pod's token is not sent there",
                needsChange: true
            )
        }
        return url.text
    }

    private func variable(_ name: String) throws(IdentityError) -> String {
        if let value = environment[name], !value.isEmpty { return value }
        throw IdentityError(
            .invalidConfiguration,
            "aad.auth.strategy=workload_identity: \(name) is not set; label the pod azure.workload.identity/use=true and annotate "
                + "its service account",
            needsChange: true
        )
    }
}
