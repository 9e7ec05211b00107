internal import HTTP
internal import Secrets

/// An identity of this machine, from the endpoint that Azure offers there.
struct ManagedIdentityFlow: TokenFlow {
    let identity: ManagedIdentity
    let environment: [String: String]
    let wire: TokenWire
    /// Where the agent of Azure Arc writes its keys.
    var arcKeyFolder = ArcAgent.keyFolder
    let needsTarget = true

    func token(for target: TokenTarget) async throws(IdentityError) -> AccessToken {
        // These endpoints want the scope without its "/.default".
        let resource = target.resource.hasSuffix("/") ? String(target.resource.dropLast()) : target.resource
        switch IdentitySource(environment) {
        case .serviceFabric:
            throw unsupported(
                "Service Fabric (IDENTITY_SERVER_THUMBPRINT is set) is not supported, since nothing but a thumbprint vouches for "
                    + "its endpoint; use an application with a secret or certificate instead"
            )
        case .appService(let endpoint, let header):
            let request = try MachineRequest(
                endpoint: endpoint,
                of: "IDENTITY_ENDPOINT",
                parameters: [("api-version", "2019-08-01"), ("resource", resource)]
                    + identity.parameters(resourceID: "mi_res_id"),
                headers: [("X-IDENTITY-HEADER", header.reveal(), "IDENTITY_HEADER")]
            )
            return try await request.token(wire)
        case .arc(let endpoint):
            try requireOwn(of: "Azure Arc")
            let agent = try ArcAgent(endpoint: endpoint, resource: resource, keyFolder: arcKeyFolder, wire)
            return try await agent.token()
        case .machineLearning(let endpoint, let secret, let ownClientID):
            let request = try MachineRequest(
                endpoint: endpoint,
                of: "MSI_ENDPOINT",
                parameters: [("api-version", "2017-09-01"), ("resource", resource)]
                    + (try clientID(own: ownClientID, of: "Azure Machine Learning").map { [("clientid", $0)] } ?? []),
                headers: [("secret", secret.reveal(), "MSI_SECRET")]
            )
            return try await request.token(wire)
        case .cloudShell(let endpoint):
            try requireOwn(of: "Cloud Shell")
            let request = try MachineRequest(
                method: .post,
                endpoint: endpoint,
                of: "MSI_ENDPOINT",
                parameters: [("resource", resource)],
                headers: [("Metadata", "true", nil)]
            )
            return try await request.token(wire)
        case .workloadIdentity:
            let clientID = try clientID(own: nil, of: "workload identity")
            return try await WorkloadIdentityFlow(clientID: clientID, environment: environment, wire: wire)
                .token(for: target)
        case .metadataService(let base):
            return try await MetadataService(base: base, resource: resource, identity, wire).token()
        }
    }

    private func clientID(own: String?, of place: String) throws(IdentityError) -> String? {
        switch identity {
        case .systemAssigned: return own
        case .clientID(let id): return id
        case .objectID, .resourceID:
            throw unsupported("\(place) takes an identity by its client id only; \(wire.remedy)")
        }
    }

    private func requireOwn(of place: String) throws(IdentityError) {
        guard identity != .systemAssigned else { return }
        throw unsupported("\(place) has the machine's own identity only, and another one is named; \(wire.remedy)")
    }

    private func unsupported(_ reason: String) -> IdentityError {
        IdentityError(.invalidConfiguration, "managed identity: \(reason)", needsChange: true)
    }
}
