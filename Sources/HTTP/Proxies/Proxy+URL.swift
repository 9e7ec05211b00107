internal import Secrets
internal import Text

extension HTTPClientConfiguration.Proxy {
    /// Reads a proxy's URL, such as `http://user:password@proxy:3128`, as environment variables and kubeconfigs have it.
    ///
    /// Without a port it is the scheme's own, 1080 with SOCKS. User and password may have special characters as `%XX`.
    /// - Parameters:
    ///   - url: The URL.
    ///   - needsScheme: Whether `proxy:3128` is refused, which otherwise means a proxy that speaks HTTP.
    ///   - setting: What a person changes to get another proxy, for messages.
    /// - Returns: `nil` when it is no URL of a proxy. What is wrong with it is not said, since it may hold a password.
    package init?(url: String, needsScheme: Bool = false, setting: String) {
        guard url.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }) else { return nil }
        var (kind, rest) = (Kind.http, url[...])
        if let scheme = url.firstRange(of: "://") {
            let word = url[..<scheme.lowerBound].lowercased()
            // With curl the latter says that the proxy resolves names, which it does here in any case.
            guard let known = Kind(rawValue: word == "socks5h" ? "socks5" : word) else { return nil }
            (kind, rest) = (known, url[scheme.upperBound...])
        } else if needsScheme {
            return nil
        }
        let authority = rest.prefix { !"/?#".contains($0) }
        // Else a password with one of these signs in it would be taken for a host and a port.
        guard ["", "/"].contains(rest[authority.endIndex...]) else { return nil }
        let at = authority.lastIndex(of: "@")
        let place = at.map { authority[authority.index(after: $0)...] } ?? authority
        var (host, port) = (place, kind.defaultPort)
        // The colon before a port comes after the bracket that closes an IPv6 address.
        if let colon = place.lastIndex(of: ":"), !place[colon...].contains("]") {
            guard let number = UInt16(place[place.index(after: colon)...]), number > 0 else { return nil }
            (host, port) = (place[..<colon], Int(number))
        }
        guard Self.isHost(host) else { return nil }
        self.init(kind: kind, host: String(host), port: port, setting: setting)
        guard let at else { return }
        let parts = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        credentials = Credentials(
            user: PercentEncoding.decoded(parts[0]),
            password: Secret(PercentEncoding.decoded(parts.count > 1 ? parts[1] : ""))
        )
    }

    /// Whether text is a name, an IPv4 address, or an IPv6 address in brackets.
    private static func isHost(_ text: Substring) -> Bool {
        if text.hasPrefix("["), text.hasSuffix("]") { return IPAddress(text.dropFirst().dropLast()) != nil }
        return !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}

extension HTTPClientConfiguration.Proxy.Kind {
    fileprivate var defaultPort: Int {
        switch self {
        case .http: 80
        case .https: 443
        case .socks5: 1080
        }
    }
}
