internal import FoundationEssentials
internal import JSON

/// What a token says of itself, if it is a JWT (RFC 7519); nobody has checked its signature.
package struct TokenClaims: Sendable {
    private let value: JSONValue

    /// Reads the claims: the second of three parts, base64 of the alphabet for URLs, without padding.
    /// - Returns: `nil` for a token of another form.
    init?(_ token: String) {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        var text = parts[1].map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        text += [Character](repeating: "=", count: (4 - text.count % 4) % 4)
        guard let data = Data(base64Encoded: String(text)), let value = try? JSONValue(parsing: Array(data)),
            value.objectValue != nil
        else { return nil }
        self.value = value
    }

    /// A claim that is a text, such as `sub`, or `nil`.
    package subscript(name: String) -> String? { value[name]?.stringValue }

    /// When the token ends (`exp`), in seconds since 1970, or `nil`.
    package var end: Double? { value["exp"]?.doubleValue ?? value["exp"]?.stringValue.flatMap { Double($0) } }
}
