internal import HTTP
internal import JSON

extension APIError {
    /// What an answer without success means.
    init(_ response: HTTPResponse, of call: APICall) {
        let body = try? JSONValue(parsing: response.body)
        let seconds = response.header("Retry-After").flatMap { Int64($0) }.map { Duration.seconds(max(0, $0)) }
        // Something on the way, such as a load balancer, answers in its own words, which are left out.
        self.init(
            status: response.status,
            body: body?["kind"]?.stringValue == "Status" ? body : nil,
            retryAfter: seconds,
            of: call
        )
    }

    /// What a `Status` means.
    /// - Parameters:
    ///   - status: The code.
    ///   - body: The `Status`, or `nil` when there is none.
    ///   - retryAfter: What the header says about coming again.
    ///   - call: What was asked.
    init(status: Int, body: JSONValue?, retryAfter: Duration? = nil, of call: APICall) {
        let details = body?["details"]
        let causes = (details?["causes"]?.arrayValue ?? []).map { cause in
            Cause(
                reason: cause["reason"]?.stringValue ?? "",
                field: cause["field"]?.stringValue ?? "",
                message: cause["message"]?.stringValue ?? ""
            )
        }
        let seconds = details?["retryAfterSeconds"]?.intValue.flatMap { $0 > 0 ? Duration.seconds($0) : nil }
        let code = Code(status: status, reason: body?["reason"]?.stringValue ?? "", causes: causes, verb: call.verb)
        // What the server refuses of a Secret it may quote.
        let isQuotable = call.kind != .secret || code != .invalid
        let said = isQuotable ? body?["message"]?.stringValue : nil
        let fields = causes.map(\.field).filter { !$0.isEmpty }
        let answer =
            said ?? ("HTTP status \(status)" + (fields.isEmpty ? "" : ", fields \(fields.joined(separator: ", "))"))
        self.init(
            code,
            "cannot \(call.action): \(answer)" + (code.remedy(call, status).map { "; \($0)" } ?? ""),
            status: status,
            causes: isQuotable ? causes : causes.map { Cause(reason: $0.reason, field: $0.field, message: "") },
            retryAfter: retryAfter ?? seconds
        )
    }

    /// What a request means that got no answer.
    init(_ error: HTTPError, of call: APICall) {
        switch error.code {
        case .cancelled: self.init(.cancelled, "cannot \(call.action): the request was cancelled")
        case .responseTooLarge: self.init(.tooLarge, "cannot \(call.action): \(error.message)")
        case .invalidURL, .invalidConfiguration:
            self.init(.configuration, "cannot \(call.action): \(error.message)")
        default: self.init(.unreachable, "cannot \(call.action): no answer from the API server: \(error.message)")
        }
    }
}

extension APIError.Code {
    /// What a status, its reason and its causes mean.
    fileprivate init(status: Int, reason: String, causes: [APIError.Cause], verb: APICall.Verb) {
        func has(_ cause: String) -> Bool { causes.contains { $0.reason == cause } }
        switch (status, reason) {
        // A watch from a version that the server has not reached, as after its data was restored, has to begin anew.
        case (_, _) where has("ResourceVersionTooLarge") && verb == .watch: self = .gone
        case (401, _): self = .unauthorized
        case (403, _): self = has("NamespaceTerminating") ? .namespaceTerminating : .forbidden
        case (404, _): self = .notFound
        case (409, "AlreadyExists"): self = .alreadyExists
        case (409, _): self = .conflict
        case (410, _), (_, "Expired"), (_, "Gone"): self = .gone
        case (400, _), (405, _), (406, _), (413, _), (415, _), (422, _): self = .invalid
        case (429, _): self = .tooManyRequests
        case (500..., _): self = .unavailable
        default: self = .other
        }
    }

    /// What can be done about it, if that is not plain.
    fileprivate func remedy(_ call: APICall, _ status: Int) -> String? {
        switch self {
        case .unauthorized: "the server does not know this identity: check the token or certificate"
        case .forbidden: "grant this identity \(call.permission) (a Role and a RoleBinding)"
        case .invalid where status == 415:
            "this server does not know this kind of patch; Kubernetes 1.28 or later is needed"
        case .tooManyRequests: "the server is overloaded; this is tried again later"
        default: nil
        }
    }
}
