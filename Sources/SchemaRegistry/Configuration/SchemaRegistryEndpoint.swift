package import Secrets
internal import Text

/// One URL of `schema.registry.url`, taken apart so that what stands before its `@` is never printed.
package struct SchemaRegistryEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// Scheme, host, port and path, without a slash at its end.
    package let url: String
    /// What stands before the `@`, decoded: `user:password`; `nil` when there is none.
    package let userInfo: Secret?

    /// Reads a URL such as `https://registry.example:8081/base`.
    /// - Throws: ``SchemaRegistryError`` with `invalidConfiguration` when it is no such URL; the message does not quote
    ///   it, since it may hold a password.
    package init(parsing text: String) throws(SchemaRegistryError) {
        let text = text.trimmed
        guard let scheme = ["http", "https"].first(where: { text.lowercased().hasPrefix("\($0)://") }) else {
            throw Self.invalid("does not begin with http:// or https://")
        }
        let rest = text.dropFirst(scheme.utf8.count + 3)
        guard !text.contains(where: { "?#\\".contains($0) || $0.isWhitespace || $0.isNewline }) else {
            throw Self.invalid("has a query, a fragment, a backslash or a space")
        }
        var authority = rest.prefix { $0 != "/" }
        let path = rest[authority.endIndex...]
        if let at = authority.lastIndex(of: "@") {
            let user = authority[..<at]
            userInfo = user.isEmpty ? nil : Secret(PercentEncoding.decoded(user))
            authority = authority[authority.index(after: at)...]
        } else {
            userInfo = nil
        }
        // What follows a slash in a password would count as the path, and be printed.
        guard !path.contains("@") else { throw Self.invalid("has an @ behind its first slash") }
        guard Self.isHostAndPort(authority) else { throw Self.invalid("has no host, or no number for its port") }
        var trimmed = path
        while trimmed.last == "/" { trimmed = trimmed.dropLast() }
        url = "\(scheme)://\(authority)\(trimmed)"
    }

    package var description: String { url }

    private static func isHostAndPort(_ text: Substring) -> Bool {
        var rest = text
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return false }
            rest = text[text.index(after: end)...]
            return rest.isEmpty || (rest.hasPrefix(":") && isPort(rest.dropFirst()))
        }
        guard let colon = rest.firstIndex(of: ":") else { return !rest.isEmpty }
        return colon != rest.startIndex && isPort(rest[rest.index(after: colon)...])
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { 0x30...0x39 ~= $0 } && UInt16(text).map { $0 > 0 } ?? false
    }

    private static func invalid(_ what: String) -> SchemaRegistryError {
        SchemaRegistryError(
            .invalidConfiguration,
            """
            a URL of schema.registry.url \(what); expected https://host:port/path or https://user:password@host:port/path, \
            in which special characters of a password are written as %XX
            """
        )
    }
}
