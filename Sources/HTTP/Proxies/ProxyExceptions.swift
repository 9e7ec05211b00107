/// Servers that are reached without the proxy, as the variable `NO_PROXY` lists them.
///
/// libcurl's own list (`CURLOPT_NOPROXY`) knows no ports, and before its version 8 mistakes IPv6 addresses, so it is
/// read here.
package struct ProxyExceptions: Sendable, Hashable {
    private enum Place: Sendable, Hashable {
        case everything
        /// A host and those below it.
        case host(String)
        /// Only those below it.
        case below(String)
        case network(IPNetwork)
    }

    private struct Entry: Sendable, Hashable {
        let place: Place
        let port: Int?

        func matches(_ target: RequestTarget) -> Bool {
            guard port == nil || port == target.port else { return false }
            switch place {
            case .everything: return true
            case .host(let name): return target.host == name || target.host.hasSuffix(".\(name)")
            case .below(let name): return target.host.hasSuffix(".\(name)")
            case .network(let network): return target.address.map(network.contains) ?? false
            }
        }
    }

    private let entries: [Entry]

    /// No exceptions.
    package static let none = ProxyExceptions([String]())

    /// Reads entries; those that are none count for nothing.
    ///
    /// An entry is a host, which stands for itself and all hosts below it; `.host` or `*.host` for those below it alone;
    /// an address or a range of addresses, such as `10.0.0.0/8` and `fd00::/8`; or `*` for every server. Each may be
    /// followed by a port, before which an IPv6 address stands in brackets. Names are not resolved.
    package init(_ entries: [some StringProtocol]) { self.entries = entries.compactMap { Self.entry($0) } }

    /// The entries of a list that is separated by commas, blanks, or both.
    package static func split(_ list: String) -> [Substring] { list.split { $0 == "," || $0.isWhitespace } }

    /// Whether text is an entry.
    package static func isEntry(_ text: some StringProtocol) -> Bool { entry(text) != nil }

    func contains(_ target: RequestTarget) -> Bool { entries.contains { $0.matches(target) } }

    private static func entry(_ text: some StringProtocol) -> Entry? {
        let text = text.lowercased()
        if text == "*" { return Entry(place: .everything, port: nil) }
        if let network = IPNetwork(text) { return Entry(place: .network(network), port: nil) }
        var (name, port) = (text[...], Int?.none)
        if let colon = text.lastIndex(of: ":"), !text[colon...].contains("]") {
            let digits = text[text.index(after: colon)...]
            guard digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let number = UInt16(digits), number > 0 else {
                return nil
            }
            (name, port) = (text[..<colon], Int(number))
        }
        if name.hasPrefix("["), name.hasSuffix("]") { name = name.dropFirst().dropLast() }
        if let address = IPNetwork(name) { return Entry(place: .network(address), port: port) }
        let isBelow = name.hasPrefix("*.") || name.hasPrefix(".")
        let host = isBelow ? name[name.index(after: name.firstIndex(of: ".") ?? name.startIndex)...] : name
        let isName = host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            !label.isEmpty
                && label.utf8.allSatisfy { byte in
                    switch byte {
                    case 0x30...0x39, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
                    default: false
                    }
                }
        }
        guard isName else { return nil }
        return Entry(place: isBelow ? .below(String(host)) : .host(String(host)), port: port)
    }
}
