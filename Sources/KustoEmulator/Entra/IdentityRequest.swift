/// A request for a token or for a cluster's metadata, as it was sent.
package struct IdentityRequest: Sendable, Hashable {
    /// The method, such as `POST`.
    package let method: String
    /// The path, percent-encoded.
    package let path: String
    /// The query, without the question mark.
    package let query: String
    /// The header fields, by their names in lower case.
    package let headers: [String: String]
    /// The body.
    package let body: String
    /// The status of the answer.
    package let status: Int
}
