/// The beginning of an answer.
package struct HTTPResponseHead: Sendable, Hashable {
    /// The status code.
    package var status: Int
    /// The header fields in their order.
    package var headers: [HTTPHeader]

    /// Creates a head.
    package init(status: Int, headers: [HTTPHeader] = []) {
        self.status = status
        self.headers = headers
    }

    /// The first value of a header field, whatever the case of its name.
    package func header(_ name: String) -> String? { headers.first(name) }
}
