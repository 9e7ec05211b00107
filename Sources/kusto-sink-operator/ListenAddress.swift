import Daemon

/// Where probes and metrics are served.
struct ListenAddress: Equatable {
    /// The address to listen on, without brackets.
    let host: String
    /// The port; 0 takes a free one.
    let port: Int

    /// Reads `HOST:PORT`, where an IPv6 address stands in brackets and an empty host means all addresses.
    /// - Throws: `ExitError` with `usage` when it is something else.
    init(_ text: String) throws(ExitError) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65535).contains(port)
        else {
            throw ExitError(.usage, "--listen \(text): give HOST:PORT, such as 0.0.0.0:8080")
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw ExitError(.usage, "--listen \(text): write an IPv6 address in brackets, such as [::]:8080")
        }
        self.host = host.isEmpty ? "0.0.0.0" : String(host)
        self.port = port
    }
}
