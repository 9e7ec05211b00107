internal import HTTPServer

extension EmulatorRequest {
    /// Wraps a request of the HTTP server.
    init(_ request: HTTPServerRequest) {
        self.init(
            method: request.method.uppercased(),
            path: request.path,
            query: request.query,
            header: { request.header($0) },
            fields: request.headers.map { ($0.name, $0.value) },
            forEachChunk: { body in
                for try await chunk in request.body { try body(chunk) }
            }
        )
    }
}

extension EmulatorReply {
    /// The reply as the HTTP server sends it.
    var response: HTTPServerResponse {
        if cut == .beforeAnswer { return .abort }
        let headers = headers.map { HTTPHeader(name: $0.name, value: $0.value) }
        let content: HTTPServerResponse.Body
        switch body {
        case .bytes(let bytes): content = .bytes(bytes)
        case .stored(let stored): content = .file(stored.segment.file.path, stored.range)
        }
        var response = HTTPServerResponse(status: status, headers: headers, body: content)
        if case .stored(let stored) = body { response.owner = stored.segment }
        if case .afterBytes(let count) = cut { return response.abort(afterBytes: count) }
        return response
    }
}
