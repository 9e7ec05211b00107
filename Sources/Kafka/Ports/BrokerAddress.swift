/// Where a broker is, as `bootstrap.servers` and the cluster's metadata name it.
package struct BrokerAddress: Sendable, Hashable, CustomStringConvertible {
    /// A name or an address, without the brackets of IPv6.
    package let host: String
    /// The port.
    package let port: Int

    /// The port of an address that names none, as librdkafka takes it.
    package static let defaultPort = 9092

    /// Creates an address.
    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `host:port`, `host`, `[address]:port` and those with a protocol in front, such as `SSL://host:port`.
    /// - Returns: `nil` when it is none of these.
    package init?(_ text: String) {
        var rest = text[...]
        if let mark = rest.firstRange(of: "://") { rest = rest[mark.upperBound...] }
        var port = Self.defaultPort
        if let colon = rest.lastIndex(of: ":"), rest[colon...].dropFirst().allSatisfy({ $0.isASCII && $0.isNumber }),
            rest.hasPrefix("[") || rest.firstIndex(of: ":") == colon
        {
            guard let number = Int(rest[colon...].dropFirst()), (1...65535).contains(number) else { return nil }
            port = number
            rest = rest[..<colon]
        }
        if rest.hasPrefix("["), rest.hasSuffix("]") { rest = rest.dropFirst().dropLast() }
        guard !rest.isEmpty, !rest.contains(where: { $0.isWhitespace || $0 == "/" || $0 == "," }) else { return nil }
        (host, self.port) = (String(rest), port)
    }

    /// Reads a list as `bootstrap.servers` holds it; what is no address is left out.
    package static func list(_ text: String) -> [BrokerAddress] {
        text.split(separator: ",").compactMap { part in
            BrokerAddress(String(part.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()))
        }
    }

    /// `host:port`.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
