package import JSON

/// A request as a ``ScriptedAPIServer`` got it.
package struct ScriptedRequest: Sendable, Hashable {
    /// The method, such as `GET`.
    package let method: String
    /// The path as it was sent.
    package let path: String
    /// The query's parameters, decoded; of those with the same name the last.
    package let query: [String: String]
    /// The header fields by lower-case name; several values of one name are joined by a comma.
    package let headers: [String: String]
    /// The body.
    package let body: [UInt8]

    /// The body as JSON, or `nil`.
    package var json: JSONValue? { try? JSONValue(parsing: body) }

    /// Decodes a query as it was sent.
    static func parameters(_ query: String) -> [String: String] {
        var parameters: [String: String] = [:]
        for part in query.split(separator: "&") {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            parameters[decoded(sides[0])] = sides.count > 1 ? decoded(sides[1]) : ""
        }
        return parameters
    }

    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = UInt8(String(Substring(rest.prefix(2))), radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
