/// A request as endpoints see it, whichever way it came in.
struct EmulatorRequest: Sendable {
    /// The HTTP method in upper case.
    let method: String
    /// The path as it was sent, percent-encoded.
    let path: String
    /// The query as it was sent, without the question mark.
    let query: String
    /// The value of a header by its name in any letter case.
    let header: @Sendable (String) -> String?
    /// The header fields in their order.
    var fields: [(name: String, value: String)] = []
    /// Hands the body on, piece by piece.
    let forEachChunk: @Sendable (_ body: (([UInt8]) throws -> Void)) async throws -> Void

    /// The whole body.
    /// - Throws: ``EmulatorError`` with `invalidData` when it is larger than `limit`.
    func collect(upTo limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        try await forEachChunk { chunk in
            bytes.append(contentsOf: chunk)
            guard bytes.count <= limit else {
                throw EmulatorError(.invalidData, "the request's body is larger than \(limit) bytes")
            }
        }
        return bytes
    }

    /// The same request with its body in memory, and the body.
    /// - Throws: ``EmulatorError`` with `invalidData` when it is larger than `limit`.
    func held(upTo limit: Int) async throws -> (request: EmulatorRequest, body: [UInt8]) {
        let body = try await collect(upTo: limit)
        let request = EmulatorRequest(method: method, path: path, query: query, header: header, fields: fields) {
            take in
            if !body.isEmpty { try take(body) }
        }
        return (request, body)
    }

    /// The query's parameters.
    var parameters: QueryParameters { QueryParameters(query) }

    /// The same request with a body that breaks off after so many bytes: a fault.
    func cut(afterBytes limit: Int) -> EmulatorRequest {
        let forEachChunk = forEachChunk
        return EmulatorRequest(method: method, path: path, query: query, header: header, fields: fields) { body in
            var count = 0
            try await forEachChunk { chunk in
                count += chunk.count
                guard count < limit else { throw CancellationError() }
                try body(chunk)
            }
            // A shorter body is cut at its end.
            throw CancellationError()
        }
    }
}
