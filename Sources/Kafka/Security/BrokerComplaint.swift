/// A text of librdkafka about a connection, such as `sasl_ssl://host:9093/1: SSL handshake failed: … (after 5ms in state …)`.
struct BrokerComplaint {
    /// The broker as `host:port`; empty when the text names none.
    let broker: String
    /// What is said of it.
    let reason: String

    init(_ text: String) {
        var rest = text[...]
        if let end = rest.ranges(of: " (after ").last { rest = rest[..<end.lowerBound] }
        var broker = ""
        if let end = rest.firstRange(of: ": ") {
            let name = rest[..<end.lowerBound]
            // `host:port/id`, where the id may be `bootstrap`, with the protocol in front unless there is no security.
            let address = name[(name.firstRange(of: "://")?.upperBound ?? name.startIndex)...].prefix { $0 != "/" }
            if Self.isAddress(address) {
                broker = String(address)
                rest = rest[end.upperBound...]
            } else if name.hasSuffix("Coordinator") {
                // It is named by what it does, and its address begins the text.
                rest = rest[end.upperBound...]
                if let end = rest.firstRange(of: ": "), Self.isAddress(rest[..<end.lowerBound]) {
                    broker = String(rest[..<end.lowerBound])
                    rest = rest[end.upperBound...]
                }
            }
        }
        self.broker = broker
        reason = String(rest)
    }

    private static func isAddress(_ text: Substring) -> Bool {
        guard let colon = text.lastIndex(of: ":") else { return false }
        let port = text[text.index(after: colon)...]
        return !text.contains(" ") && !port.isEmpty && port.allSatisfy(\.isNumber)
    }
}
