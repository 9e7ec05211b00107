/// An answer with its whole body; a status such as 404 is an answer too, not an error.
package struct HTTPResponse: Sendable, Hashable {
    /// The status code.
    package var status: Int
    /// The header fields in their order.
    package var headers: [HTTPHeader]
    /// The body, decoded.
    package var body: [UInt8]

    /// Creates an answer.
    package init(status: Int, headers: [HTTPHeader] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first value of a header field, whatever the case of its name.
    package func header(_ name: String) -> String? { headers.first(name) }

    /// Whether the status is from 200 to 299.
    package var isSuccess: Bool { (200..<300).contains(status) }
}
