internal import HTTP
internal import Text

/// A request to an endpoint that this machine offers.
///
/// It never goes through a proxy, which knows another machine by that address. It is given up early where nobody takes the
/// connection, as at the metadata service's address on machines outside of Azure.
struct MachineRequest: Sendable {
    /// What is sent.
    private(set) var request: HTTPRequest
    /// Where it goes, for messages.
    var url: String { request.url }

    /// Creates a request.
    /// - Parameters:
    ///   - endpoint: The URL, which may have a query already.
    ///   - variable: Where the URL stands, for messages.
    ///   - parameters: The query, or the form of a `post`.
    ///   - headers: Further fields.
    /// - Throws: ``IdentityError`` when the endpoint is no URL, or a field holds what no field can.
    init(
        method: HTTPMethod = .get,
        endpoint: String,
        of variable: String,
        parameters: [(String, String)] = [],
        headers: [(name: String, value: String, variable: String?)]
    ) throws(IdentityError) {
        guard Self.isURL(endpoint) else {
            throw IdentityError(
                .invalidConfiguration,
                "managed identity: \(variable) is no http or https URL",
                needsChange: true
            )
        }
        var fields = [HTTPHeader("Accept", "application/json")]
        for (name, value, variable) in headers {
            guard value.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
                throw IdentityError(
                    .invalidConfiguration,
                    "managed identity: \(variable ?? name) holds characters that no header can have",
                    needsChange: true
                )
            }
            fields.append(HTTPHeader(name, value))
        }
        let query = parameters.map { "\($0)=\(PercentEncoding.encoded($1))" }.joined(separator: "&")
        let hasQueryInURL = method == .get && !query.isEmpty
        if method == .post { fields.append(HTTPHeader("Content-Type", "application/x-www-form-urlencoded")) }
        request = HTTPRequest(
            method: method,
            url: hasQueryInURL ? "\(endpoint)\(endpoint.contains("?") ? "&" : "?")\(query)" : endpoint,
            headers: fields,
            body: method == .post ? .bytes(Array(query.utf8)) : .empty,
            timeout: .seconds(10),
            connectTimeout: .seconds(2),
            maximumResponseBytes: TokenRequest.maximumAnswerBytes,
            bypassesProxy: true
        )
    }

    /// The same request with a field more.
    func adding(_ header: HTTPHeader) -> MachineRequest {
        var copy = self
        copy.request.headers.append(header)
        return copy
    }

    /// Sends it once and reads the token in the answer.
    /// - Parameter renewal: As for ``TokenRequest/post(_:to:headers:renewal:_:)``.
    func token(renewal: AccessToken.Renewal? = nil, _ wire: TokenWire) async throws(IdentityError) -> AccessToken {
        try TokenRequest.read(try await wire.send(request), url: url, isMachine: true, renewal, wire)
    }

    /// Whether this is a URL with a host and without a user.
    private static func isURL(_ text: String) -> Bool {
        let parts = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count > 2 && ["http:", "https:"].contains(parts[0].lowercased()) && parts[1].isEmpty
            && !parts[2].isEmpty && !parts[2].contains { "@\\?#".contains($0) }
            && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }
    }
}
