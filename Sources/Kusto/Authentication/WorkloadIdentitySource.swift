internal import FoundationEssentials
internal import Text

/// The token of a Kubernetes service account, exchanged at Entra ("workload identity federation").
///
/// The projected token rotates, so the file is read for each exchange.
struct WorkloadIdentitySource: TokenSource {
    let environment: [String: String]
    let wire: Wire

    func token(for cloud: CloudMetadata) async throws(KustoError) -> AccessToken {
        let clientID = try variable("AZURE_CLIENT_ID")
        let tenantID = try variable("AZURE_TENANT_ID")
        let file = try variable("AZURE_FEDERATED_TOKEN_FILE")
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw KustoError(
                .invalidConfiguration,
                "workload identity: the file of AZURE_FEDERATED_TOKEN_FILE, \(file), cannot be read; check that the service "
                    + "account's token is projected into the pod",
                leg: .token,
                disposition: .retry
            )
        }
        return try await TokenRequest.post(
            [
                ("client_id", clientID), ("grant_type", "client_credentials"), ("scope", cloud.scope),
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                ("client_assertion", text.trimmed),
            ],
            to: "\(authority(cloud))/\(PercentEncoding.path(tenantID))/oauth2/v2.0/token",
            wire
        )
    }

    private func authority(_ cloud: CloudMetadata) -> String {
        guard var host = environment["AZURE_AUTHORITY_HOST"]?.trimmed, !host.isEmpty else {
            return cloud.loginEndpoint
        }
        while host.hasSuffix("/") { host.removeLast() }
        return host.contains("://") ? host : "https://\(host)"
    }

    private func variable(_ name: String) throws(KustoError) -> String {
        if let value = environment[name], !value.isEmpty { return value }
        throw KustoError(
            .invalidConfiguration,
            "aad.auth.strategy=workload_identity: \(name) is not set; label the pod azure.workload.identity/use=true and annotate "
                + "its service account",
            leg: .token,
            disposition: .stop
        )
    }
}
