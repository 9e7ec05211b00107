/// A URL without what may be a credential: the user with the password, the query and the fragment.
struct PublicURL: Hashable {
    /// The URL that may be shown; nothing but its scheme when it is not one.
    let text: String
    /// The user and the password as they stood in it, or `nil`.
    let user: String?
    /// Whether a query or a fragment was left out.
    let hadQuery: Bool

    /// Takes a URL apart; user and password are sought before the first `/`, `?` or `#`.
    init(_ url: String) {
        let start = url.firstRange(of: "://")?.upperBound ?? url.startIndex
        let end = url[start...].firstIndex { $0 == "?" || $0 == "#" } ?? url.endIndex
        let authority = url[start..<end].prefix { $0 != "/" }
        hadQuery = end < url.endIndex
        let mark = authority.lastIndex(of: "@")
        user = mark.map { String(authority[..<$0]) }
        let host = mark.map { authority.index(after: $0) } ?? start
        // What follows a colon and is no port may be a password that holds a mark of its own.
        let isWhole = Self.hasPort(url[host..<authority.endIndex])
        text = isWhole ? "\(url[..<start])\(url[host..<end])" : String(url[..<start])
    }

    /// Whether a host's port, if there is one, is a number.
    private static func hasPort(_ host: Substring) -> Bool {
        guard let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") else { return true }
        return host[host.index(after: colon)...].allSatisfy { $0.isASCII && $0.isNumber }
    }
}
