internal import FoundationEssentials
internal import JSON
internal import Logging

/// Finds the endpoint of a request, applies faults and authentication, and answers.
struct RequestRouter: Sendable {
    private enum Destination {
        case control
        case metadata
        case entra
        case machine(MachineIdentityEndpoint.Place)
        case openID(OpenIDEndpoint.Document)
        case management, query, streaming
        case storage(StorageResource, StorageAddress)
        case nowhere

        var endpoint: FaultEndpoint? {
            switch self {
            case .metadata: .metadata
            case .entra, .machine, .openID: .token
            case .management: .management
            case .query: .query
            case .streaming: .streaming
            case .storage(let resource, _):
                switch resource.kind {
                case .blob: .blob
                case .queue: .queue
                case .table: .table
                }
            case .control, .nowhere: nil
            }
        }

        /// Whether requests are written down, for tests that compare them.
        var isIdentity: Bool { endpoint == .token || endpoint == .metadata }

        var account: String? {
            if case .storage(let resource, _) = self { resource.account } else { nil }
        }
    }

    /// The cluster.
    let parts: ClusterParts
    /// The service that was reached.
    let service: ClusterService

    /// Answers a request; errors become answers too.
    func reply(to request: EmulatorRequest) async -> EmulatorReply {
        let destination = destination(of: request)
        let requestID = request.header("x-ms-client-request-id") ?? UUID().uuidString.lowercased()
        var reply: EmulatorReply
        do {
            if destination.isIdentity {
                let (request, body) = try await request.held(upTo: 64 << 10)
                reply = try await faulty(request, destination, requestID)
                parts.identityRequests.append(request, body: body, status: reply.status)
            } else {
                reply = try await faulty(request, destination, requestID)
            }
        } catch let error as EmulatorError {
            reply = Self.reply(to: error, destination, requestID)
        } catch let error as JSONError {
            reply = Self.reply(to: EmulatorError(.syntax, "the body is not JSON: \(error)"), destination, requestID)
        } catch {
            // The body broke off, so the client is gone and gets no answer.
            parts.logger.debug("request broke off", ["http.path": request.path, "error": "\(error)"])
            reply = EmulatorReply(status: 500, cut: .beforeAnswer)
        }
        decorate(&reply, destination, requestID)
        return reply
    }

    private func destination(of request: EmulatorRequest) -> Destination {
        switch request.path {
        case "/v1/rest/auth/metadata": return .metadata
        case "/v1/rest/mgmt": return .management
        case "/v1/rest/query", "/v2/rest/query": return .query
        case "/jwks": return .openID(.keys)
        default: break
        }
        if let place = MachineIdentityEndpoint.Place(rawValue: request.path) { return .machine(place) }
        if let document = OpenIDEndpoint.Document(rawValue: request.path) { return .openID(document) }
        if request.path.hasPrefix("/v1/rest/ingest/") { return service == .dataManagement ? .nowhere : .streaming }
        if request.path.hasPrefix("/emulator/") { return .control }
        if EntraEndpoint.serves(request.path) { return .entra }
        guard service != .engine, let address = StorageAddress(path: request.path, query: request.query),
            let resource = parts.layout.resource(
                account: address.account,
                name: StatusTableEndpoint.tableName(address.name)
            )
        else { return .nowhere }
        return .storage(resource, address)
    }

    private func faulty(
        _ request: EmulatorRequest,
        _ destination: Destination,
        _ requestID: String
    ) async throws -> EmulatorReply {
        var call: EngineEndpoint.Call?
        switch destination {
        case .management, .query:
            call = try await EngineEndpoint(parts: parts, service: service).call(in: request)
        default: break
        }
        guard let endpoint = destination.endpoint else { return try await answer(request, destination, call) }
        let text = call.map { "\(request.path) \($0.text)" } ?? request.path
        let event = FaultEvent(
            endpoint: endpoint,
            account: destination.account,
            method: request.method,
            text: text
        )
        let outcome = parts.faults.strike(event)
        if outcome.delayMilliseconds > 0 { try await Task.sleep(for: .milliseconds(outcome.delayMilliseconds)) }
        switch outcome.kind {
        case .refuse: return EmulatorReply(status: 500, cut: .beforeAnswer)
        case .silence:
            await parts.silence.wait()
            return EmulatorReply(status: 500, cut: .beforeAnswer)
        case .cutUpload(let bytes): return try await answer(request.cut(afterBytes: bytes), destination, call)
        case .throttle(let seconds):
            var reply = refusal(429, nil, isPermanent: false, destination, requestID)
            if let seconds { reply.headers.append(("Retry-After", String(seconds))) }
            return reply
        case .answer(let status, let body, let isPermanent):
            return refusal(status, body, isPermanent: isPermanent, destination, requestID)
        case .cut(let bytes):
            var reply = try await answer(request, destination, call)
            reply.cut = bytes.map { .afterBytes($0) } ?? .beforeAnswer
            return reply
        case .delay, .duplicate, .reject, .fail, nil: return try await answer(request, destination, call)
        }
    }

    private func answer(
        _ request: EmulatorRequest,
        _ destination: Destination,
        _ call: EngineEndpoint.Call?
    ) async throws -> EmulatorReply {
        switch destination {
        case .control: return try await ControlEndpoint(parts: parts).reply(to: request)
        case .metadata: return metadata(request)
        case .entra:
            let endpoint = EntraEndpoint(
                authority: parts.tokens,
                clock: parts.configuration.clock,
                baseURL: parts.addresses.base(of: request, at: service)
            )
            return try await endpoint.reply(to: request)
        case .machine(let place):
            let endpoint = MachineIdentityEndpoint(
                place: place,
                authority: parts.tokens,
                arcKeys: parts.arcKeys,
                clock: parts.configuration.clock
            )
            return try await endpoint.reply(to: request)
        case .openID(let document):
            let endpoint = OpenIDEndpoint(
                document: document,
                applications: parts.tokens.applications,
                key: parts.providerKey,
                clock: parts.configuration.clock,
                baseURL: parts.addresses.base(of: request, at: service)
            )
            return try await endpoint.reply(to: request)
        case .management, .query, .streaming:
            guard parts.tokens.admits(request.header("Authorization")) else { return Self.unauthenticated }
            let engine = EngineEndpoint(parts: parts, service: service)
            switch (destination, call) {
            case (.management, .some(let call)): return try await engine.manage(call, request)
            case (.query, .some(let call)): return try await engine.query(call, request)
            default: return try await StreamingEndpoint(parts: parts).reply(to: request)
            }
        case .storage(let resource, let address):
            switch resource.kind {
            case .blob: return try await BlobEndpoint(parts: parts).reply(to: request, address, in: resource)
            case .queue: return try await QueueEndpoint(parts: parts).reply(to: request, address, in: resource)
            case .table: return try await StatusTableEndpoint(parts: parts).reply(to: request, address, in: resource)
            }
        case .nowhere:
            return .json(
                404,
                ["error": ["code": "NotFound", "message": .string("there is nothing at \(request.path)")]]
            )
        }
    }

    private func metadata(_ request: EmulatorRequest) -> EmulatorReply {
        let base = parts.addresses.base(of: request, at: service)
        return .json(
            200,
            [
                "AzureAD": [
                    "LoginEndpoint": .string(base), "LoginMfaRequired": false,
                    "KustoClientAppId": "db662dc1-0cfe-4e1c-a843-19a68e65be58",
                    "KustoClientRedirectUri": "https://microsoft/kustoclient",
                    "KustoServiceResourceId": "https://kusto.kusto.windows.net",
                    "FirstPartyAuthorityUrl": .string("\(base)/f8cdef31-a31e-4b4a-93e4-5f571e91255a"),
                ]
            ]
        )
    }

    private static var unauthenticated: EmulatorReply {
        var reply = KustoErrorBody.reply(
            401,
            code: "Unauthorized",
            message: "the request carries no bearer token that is good here",
            isPermanent: true,
            requestID: "",
            type: "Kusto.Data.Exceptions.KustoRequestDeniedException"
        )
        reply.headers.append(("WWW-Authenticate", "Bearer realm=\"emulator\""))
        return reply
    }

    private func refusal(
        _ status: Int,
        _ body: String?,
        isPermanent: Bool,
        _ destination: Destination,
        _ requestID: String
    ) -> EmulatorReply {
        if let body {
            return EmulatorReply(
                status: status,
                headers: [("Content-Type", "application/json")],
                body: .bytes(Array(body.utf8))
            )
        }
        if case .storage = destination {
            let code =
                status == 403
                ? "AuthenticationFailed"
                : status == 503 ? "ServerBusy" : status >= 500 ? "InternalError" : "InvalidInput"
            return .storageError(status, code, "a fault was set on this endpoint")
        }
        if destination.endpoint == .token {
            let name = status == 429 || status >= 500 ? "temporarily_unavailable" : "invalid_client"
            return .json(status, ["error": .string(name), "error_description": "a fault was set on this endpoint"])
        }
        let (code, type) =
            switch status {
            case 429: ("TooManyRequests", "Kusto.Data.Exceptions.KustoRequestThrottledException")
            case 403: ("Forbidden", "Kusto.Data.Exceptions.KustoRequestDeniedException")
            case 500...: ("General_InternalServerError", "Kusto.Data.Exceptions.KustoServiceException")
            default: ("General_BadRequest", "Kusto.Data.Exceptions.KustoBadRequestException")
            }
        return KustoErrorBody.reply(
            status,
            code: code,
            message: "a fault was set on this endpoint",
            isPermanent: isPermanent,
            requestID: requestID,
            type: type
        )
    }

    private static func reply(to error: EmulatorError, _ destination: Destination, _ requestID: String) -> EmulatorReply
    {
        switch destination {
        case .storage:
            .storageError(
                error.isPermanent ? 400 : 500,
                error.isPermanent ? "InvalidInput" : "InternalError",
                error.message
            )
        case .control: .json(400, ["error": .string(error.message)])
        default: KustoErrorBody.reply(error, requestID: requestID)
        }
    }

    private func decorate(_ reply: inout EmulatorReply, _ destination: Destination, _ requestID: String) {
        reply.headers.append(("x-ms-client-request-id", requestID))
        if case .storage = destination {
            reply.headers.append(("x-ms-request-id", UUID().uuidString.lowercased()))
            reply.headers.append(("x-ms-version", "2021-08-06"))
        } else {
            reply.headers.append(("x-ms-activity-id", UUID().uuidString.lowercased()))
        }
    }
}
