internal import Text

/// The parts of an endpoint's URL, read strictly: what two parsers might read differently is refused, since the host
/// decides who gets a credential.
package struct EndpointURL: Sendable, Hashable {
    /// Why a URL is refused.
    package struct Refusal: Error, Equatable {
        /// What is wrong with it; never quotes it, since it may hold a password.
        package let reason: String
    }

    /// `http` or `https`.
    package var scheme: String
    /// In lower case; an IPv6 address without brackets.
    package var host: String
    /// The port, when one is written.
    package var port: Int?
    /// Empty, or beginning with a slash and not ending in one.
    package var path: String

    /// Reads a URL; without a scheme it is `https`.
    /// - Throws: ``Refusal`` for everything that some reader could read otherwise: users, queries, backslashes, characters
    ///   beyond ASCII, empty labels such as that behind a dot at the end, and addresses that are written in an unusual way.
    package init(_ text: String) throws(Refusal) {
        guard text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value < 0x7F && $0 != "\\" }) else {
            throw Refusal(reason: "a URL holds only printable ASCII characters, and neither blanks nor backslashes")
        }
        var rest = text[...]
        var scheme = "https"
        if let separator = text.firstRange(of: "://") {
            scheme = text[..<separator.lowerBound].lowercased()
            rest = text[separator.upperBound...]
        }
        guard scheme == "https" || scheme == "http" else { throw Refusal(reason: "the scheme must be https") }
        guard !rest.contains("?"), !rest.contains("#") else {
            throw Refusal(reason: "an endpoint has neither query nor fragment")
        }
        let authority = rest.prefix { $0 != "/" }
        guard !authority.contains("@") else { throw Refusal(reason: "an endpoint holds no user name") }
        (host, port) = try Self.hostAndPort(in: authority)
        self.scheme = scheme
        path = String(rest.dropFirst(authority.count))
        while path.hasSuffix("/") { path.removeLast() }
    }

    /// Whether text is a host's name or address and nothing else; an IPv6 address stands in brackets.
    package static func isHost(_ text: String) -> Bool {
        guard let url = try? EndpointURL(text), url.port == nil else { return false }
        return url.text.dropFirst("https://".count) == text.lowercased()
    }

    /// The URL, without a slash at the end.
    package var text: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(scheme)://\(name)\(port.map { ":\($0)" } ?? "")\(path)"
    }

    /// Whether the host is this machine.
    package var isLoopback: Bool { Loopback.contains(host) }

    private static func hostAndPort(in authority: Substring) throws(Refusal) -> (String, Int?) {
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { throw Refusal(reason: "an address lacks its bracket") }
            let address = authority[authority.index(after: authority.startIndex)..<end].lowercased()
            guard !address.isEmpty, address.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else {
                throw Refusal(reason: "the address in brackets is none")
            }
            return (address, try port(in: authority[authority.index(after: end)...]))
        }
        let host = authority.prefix { $0 != ":" }.lowercased()
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        let isName = labels.allSatisfy { label in
            (1...63).contains(label.count) && label.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
        }
        guard isName, host.count <= 253 else { throw Refusal(reason: "the host's name is not valid") }
        guard !IPv4Address.isLike(host) || IPv4Address.isCanonical(host) else {
            throw Refusal(reason: "an address is written as four decimal numbers without leading zeros")
        }
        return (host, try port(in: authority.dropFirst(host.count)))
    }

    private static func port(in rest: Substring) throws(Refusal) -> Int? {
        if rest.isEmpty { return nil }
        guard rest.first == ":", let port = UInt16(rest.dropFirst()), port > 0, rest.dropFirst().allSatisfy(\.isNumber)
        else {
            throw Refusal(reason: "the port must be a number from 1 to 65535")
        }
        return Int(port)
    }
}
