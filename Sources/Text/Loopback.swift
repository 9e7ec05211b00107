/// Which hosts are this machine, so that what is sent to them does not leave it.
package enum Loopback {
    /// Whether a host is this machine: `localhost`, `::1`, or an address in 127.0.0.0/8 (RFC 1122, 3.2.1.3).
    /// - Parameter host: A name or an address, in lower case; an IPv6 address without brackets.
    package static func contains(_ host: some StringProtocol) -> Bool {
        host == "localhost" || host == "::1" || (host.hasPrefix("127.") && IPv4Address.isCanonical(host))
    }

    /// Whether the host of a URL is this machine; one with a user name in it never is, since parsers differ there.
    package static func contains(hostOf url: String) -> Bool {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count > 2, parts[1].isEmpty, !parts[2].contains(where: { "@\\?#".contains($0) }) else {
            return false
        }
        let authority = parts[2]
        guard authority.hasPrefix("[") else { return contains(authority.prefix { $0 != ":" }.lowercased()) }
        return contains(authority.dropFirst().prefix { $0 != "]" })
    }
}
