/// A text of librdkafka about a connection, such as `sasl_ssl://host:9093/1: SSL handshake failed: … (after 5ms in state …)`.
struct BrokerComplaint {
    /// The broker as `host:port`; empty when the text names none.
    let broker: String
    /// What is said of it.
    let reason: String
    /// What the client was about to do, such as `SSL_HANDSHAKE` or `UP`; empty when the text does not say.
    let state: String
    /// For how many milliseconds it had been at that.
    let age: Int

    init(_ text: String) {
        var rest = text[...]
        var (state, age) = ("", 0)
        if let end = rest.ranges(of: " (after ").last {
            let tail = rest[end.upperBound...]
            age = Int(tail.prefix(while: \.isNumber)) ?? 0
            if let mark = tail.firstRange(of: "in state ") {
                state = String(tail[mark.upperBound...].prefix { $0.isLetter || $0 == "_" })
            }
            rest = rest[..<end.lowerBound]
        }
        (self.state, self.age) = (state, age)
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

    /// Whether a connection that was never of use has ended.
    var isCut: Bool {
        age < Self.shortLife && ["Disconnected", "Send failed", "Receive failed"].contains(where: reason.hasPrefix)
    }

    /// A connection that ends sooner, in milliseconds, was never of use.
    static let shortLife = 2000

    private static func isAddress(_ text: Substring) -> Bool {
        guard let colon = text.lastIndex(of: ":") else { return false }
        let port = text[text.index(after: colon)...]
        return !text.contains(" ") && !port.isEmpty && port.allSatisfy(\.isNumber)
    }
}
