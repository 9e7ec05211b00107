internal import FoundationEssentials
internal import JSON

/// The endpoints that give a machine tokens of its identities: the metadata service of virtual machines ("IMDS"), App
/// Service, Azure Machine Learning, Azure Arc's agent and Cloud Shell.
struct MachineIdentityEndpoint: Sendable {
    /// Which of them.
    enum Place: String, Sendable, CaseIterable {
        case metadataService = "/metadata/identity/oauth2/token"
        case appService = "/machine/app-service/token"
        case machineLearning = "/machine/azure-ml/token"
        case arc = "/machine/arc/metadata/identity/oauth2/token"
        case cloudShell = "/machine/cloud-shell/token"
    }

    /// Which of the endpoints was asked.
    let place: Place
    /// Issues the tokens.
    let authority: TokenAuthority
    /// The keys of Azure Arc's agent.
    let arcKeys: ArcKeys
    /// For times in answers.
    let clock: WallClock

    /// Answers a request.
    func reply(to request: EmulatorRequest) async throws -> EmulatorReply {
        switch place {
        case .metadataService: return metadataService(request)
        case .appService:
            guard request.header("X-IDENTITY-HEADER") == authority.applications.policy.machine.secret else {
                return Self.appServiceError(401, "the header X-IDENTITY-HEADER is not that of IDENTITY_HEADER")
            }
            guard request.parameters["api-version"] == "2019-08-01" else {
                return Self.appServiceError(400, "the parameter api-version must be 2019-08-01")
            }
            return token(request.parameters, resourceID: "mi_res_id", Self.appServiceError)
        case .machineLearning:
            guard request.header("secret") == authority.applications.policy.machine.secret else {
                return Self.appServiceError(401, "the header secret is not that of MSI_SECRET")
            }
            guard request.parameters["api-version"] == "2017-09-01" else {
                return Self.appServiceError(400, "the parameter api-version must be 2017-09-01")
            }
            return token(request.parameters, clientID: "clientid", Self.appServiceError)
        case .arc: return arc(request)
        case .cloudShell:
            guard request.method == "POST", request.header("Metadata") == "true" else {
                return Self.metadataError(400, "Required metadata header not specified")
            }
            let body = String(decoding: try await request.collect(upTo: 64 << 10), as: UTF8.self)
            return token(QueryParameters(body, isForm: true), hasLifetime: true, Self.metadataError)
        }
    }

    private func metadataService(_ request: EmulatorRequest) -> EmulatorReply {
        // What came through a proxy did not come from this machine.
        guard request.header("Metadata") == "true", request.header("X-Forwarded-For") == nil else {
            return Self.metadataError(400, "Required metadata header not specified")
        }
        guard request.parameters["api-version"].map({ $0 >= "2018-02-01" }) == true else {
            return Self.metadataError(400, "the parameter api-version is missing or too old")
        }
        return token(request.parameters, resourceID: "msi_res_id", hasLifetime: true, Self.metadataError)
    }

    private func arc(_ request: EmulatorRequest) -> EmulatorReply {
        guard let folder = authority.applications.policy.machine.arcKeyFolder else { return .empty(404) }
        guard request.header("Metadata") == "true" else {
            return Self.metadataError(400, "Required metadata header not specified")
        }
        if let key = request.header("Authorization").flatMap(Self.basic), arcKeys.take(key) {
            return token(request.parameters, hasLifetime: true, Self.metadataError)
        }
        guard let path = arcKeys.make(in: folder) else { return .empty(500) }
        return .empty(401, [("WWW-Authenticate", "Basic realm=\(path)")])
    }

    /// The answer with a token of the identity that the parameters name.
    private func token(
        _ parameters: QueryParameters,
        clientID: String = "client_id",
        resourceID: String? = nil,
        hasLifetime: Bool = false,
        _ error: (Int, String) -> EmulatorReply
    ) -> EmulatorReply {
        guard let resource = parameters["resource"], !resource.isEmpty else {
            return error(400, "the parameter resource is missing")
        }
        let machine = authority.applications.policy.machine
        let application: String?
        if let id = parameters[clientID] {
            let isThere =
                machine.assigned.isEmpty
                ? authority.applications.knows(id) : machine.assigned.contains { $0.clientID == id }
            application = isThere ? id : nil
        } else if let id = parameters["object_id"] {
            application = machine.assigned.first { $0.objectID == id }?.clientID
        } else if let id = resourceID.flatMap({ parameters[$0] }) {
            application = machine.assigned.first { $0.resourceID == id }?.clientID
        } else {
            application = machine.hasOwn ? MachineIdentities.ownClientID : nil
        }
        guard let application else { return error(400, "Identity not found") }
        return authority.issue(to: application)
            .reply(asText: true, resource: resource, hasLifetime: hasLifetime, clock)
    }

    private static func metadataError(_ status: Int, _ text: String) -> EmulatorReply {
        .json(status, ["error": "invalid_request", "error_description": .string(text)])
    }

    private static func appServiceError(_ status: Int, _ text: String) -> EmulatorReply {
        .json(status, ["statusCode": .integer(Int64(status)), "message": .string(text)])
    }

    private static func basic(_ header: String) -> String? {
        header.lowercased().hasPrefix("basic ") ? String(header.dropFirst(6)) : nil
    }
}
