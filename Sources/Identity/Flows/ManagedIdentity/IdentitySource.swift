internal import Secrets

/// Where this machine offers the tokens of its identities, as the process's variables say.
enum IdentitySource: Sendable, Hashable {
    /// Service Fabric, whose endpoint only the thumbprint of its certificate vouches for.
    case serviceFabric
    /// App Service, Functions and Container Apps.
    case appService(endpoint: String, header: Secret)
    /// The agent of Azure Arc, on machines outside of Azure.
    case arc(endpoint: String)
    /// Azure Machine Learning; the machine's own identity has a client id there.
    case machineLearning(endpoint: String, secret: Secret, ownClientID: String?)
    /// Cloud Shell.
    case cloudShell(endpoint: String)
    /// A pod whose service account the webhook of Azure's workload identities has prepared.
    case workloadIdentity
    /// The metadata service ("IMDS") of virtual machines, scale sets and the nodes of AKS.
    case metadataService(base: String)

    /// Where virtual machines find the metadata service.
    static let metadataServiceBase = "http://169.254.169.254"

    /// Finds out where this process runs, in the order that Azure's own libraries have; an empty variable counts as absent.
    init(_ environment: [String: String]) {
        func value(_ name: String) -> String? {
            environment[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        if let endpoint = value("IDENTITY_ENDPOINT"), let header = value("IDENTITY_HEADER") {
            self =
                value("IDENTITY_SERVER_THUMBPRINT") == nil
                ? .appService(endpoint: endpoint, header: Secret(header)) : .serviceFabric
        } else if let endpoint = value("IDENTITY_ENDPOINT"), value("IMDS_ENDPOINT") != nil {
            self = .arc(endpoint: endpoint)
        } else if let endpoint = value("MSI_ENDPOINT") {
            self =
                value("MSI_SECRET").map {
                    .machineLearning(
                        endpoint: endpoint,
                        secret: Secret($0),
                        ownClientID: value("DEFAULT_IDENTITY_CLIENT_ID")
                    )
                } ?? .cloudShell(endpoint: endpoint)
        } else if value("AZURE_AUTHORITY_HOST") != nil, value("AZURE_TENANT_ID") != nil,
            value("AZURE_FEDERATED_TOKEN_FILE") != nil
        {
            self = .workloadIdentity
        } else {
            self = .metadataService(
                base: value("AZURE_POD_IDENTITY_AUTHORITY_HOST") ?? Self.metadataServiceBase
            )
        }
    }
}
