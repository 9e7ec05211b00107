package import Daemon

/// Where the endpoint listens, as `metrics.address` says it.
package enum EndpointAddress: Sendable, Hashable {
    /// There is no endpoint.
    case off
    /// A host to bind and a port; port 0 lets the system choose one.
    case listen(host: String, port: Int)

    /// Reads `off` or `host:port`; an IPv6 host stands in brackets.
    /// - Throws: ``ExitError`` with `usage` for anything else.
    package init(_ text: String) throws(ExitError) {
        if text.lowercased() == "off" {
            self = .off
            return
        }
        let wrong = ExitError(.usage, "metrics.address=\(text) is neither host:port nor off")
        guard let colon = text.lastIndex(of: ":") else { throw wrong }
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let port = Int(digits), port <= 65535
        else { throw wrong }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw wrong
        }
        guard !host.isEmpty else { throw wrong }
        self = .listen(host: String(host), port: port)
    }
}
