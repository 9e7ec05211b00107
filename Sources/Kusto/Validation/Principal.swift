internal import Identity

/// The identity that ingests, as Kusto writes it (Kusto, "Referencing security principals").
struct Principal: Sendable, Hashable {
    /// The name, such as `aadapp=1234;contoso.com`; without a tenant the cluster's own is meant.
    let name: String

    /// Reads the principal of a configuration; `nil` when only the token itself knows it.
    init?(_ configuration: KustoConfiguration) {
        switch configuration.credential {
        case .clientSecret(let application, _), .certificate(let application, _):
            name = "aadapp=\(application.clientID);\(application.tenantID)"
        case .workloadIdentity:
            guard let clientID = configuration.environment["AZURE_CLIENT_ID"],
                let tenantID = configuration.environment["AZURE_TENANT_ID"]
            else { return nil }
            name = "aadapp=\(clientID);\(tenantID)"
        case .managedIdentity(.clientID(let clientID)):
            name = "aadapp=\(clientID)"
        case .managedIdentity, .token, .oauthClient, .machineEndpoint:
            return nil
        }
    }
}
