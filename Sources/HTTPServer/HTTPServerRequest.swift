/// A request: its head, and its body as it comes in.
package struct HTTPServerRequest: Sendable {
    /// The method, such as `GET`.
    package let method: String
    /// The path, percent-encoded as it was sent.
    package let path: String
    /// The query as it was sent, without `?`; empty when there is none.
    package let query: String
    /// The header fields in their order.
    package let headers: [HTTPHeader]
    /// The body.
    package let body: HTTPServerRequestBody

    /// The first value of a header field, whatever the case of its name.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.count == name.count && $0.name.lowercased() == name.lowercased() }?.value
    }

    /// Reads the whole body.
    /// - Parameter limit: The most bytes that are held.
    /// - Returns: The body's bytes.
    /// - Throws: ``HTTPServerError`` when there are more bytes than `limit` or the client goes away.
    package func collect(upTo limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await chunk in body {
            guard bytes.count + chunk.count <= limit else {
                throw HTTPServerError(.bodyTooLarge, "the request's body is larger than \(limit) bytes")
            }
            bytes += chunk
        }
        return bytes
    }
}
