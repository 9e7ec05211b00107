/// One question to the endpoint of a process on this machine.
struct HealthProbe {
    /// Where an endpoint is.
    struct Address: Equatable, CustomStringConvertible {
        /// An IP address, without brackets.
        let host: String
        /// A port that can be connected to.
        let port: Int

        /// Reads `HOST:PORT`, as the settings of the endpoint are written: an IPv6 address stands in brackets, no host
        /// means this machine, and so does an address that stands for all of them.
        init?(_ text: String) {
            guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
                (1...65535).contains(port)
            else { return nil }
            var host = text[..<colon]
            let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
            if isBracketed { host = host.dropFirst().dropLast() }
            guard isBracketed == host.contains(":") else { return nil }
            self.port = port
            self.host =
                switch host {
                case "", "0.0.0.0", "localhost": "127.0.0.1"
                case "::": "::1"
                default: String(host)
                }
        }

        /// The address as it stands in a URL.
        var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    }

    /// What came of the question.
    enum Outcome: Equatable {
        /// All is well, and the endpoint said this.
        case healthy(String)
        /// The endpoint answered with another status than 200, and gave these reasons, one a line.
        case unhealthy(status: Int, String)
        /// No answer came, or none that can be understood.
        case silent(String)
    }

    /// The most bytes of an answer that are read.
    private static let limit = 65536

    /// Where the endpoint is.
    let address: Address
    /// Whether the question is for readiness and not for liveness.
    let asksReadiness: Bool

    /// What is asked for.
    var url: String { "http://\(address)\(path)" }

    private var path: String { asksReadiness ? "/readyz" : "/healthz" }

    /// Asks; blocks at most `timeout`.
    func ask(timeout: Duration = .seconds(3)) -> Outcome {
        let deadline = ContinuousClock.now + timeout
        // Without keep-alive the answer ends where the connection does.
        let request = "GET \(path) HTTP/1.0\r\nHost: \(address)\r\nUser-Agent: kusto-sink-health\r\n\r\n"
        do throws(ProbeConnection.Failure) {
            let connection = try ProbeConnection(to: address, deadline: deadline)
            try connection.send(Array(request.utf8), deadline: deadline)
            return Self.outcome(of: try connection.receive(upTo: Self.limit, deadline: deadline))
        } catch {
            return .silent(error.reason)
        }
    }

    /// Reads an answer.
    static func outcome(of answer: [UInt8]) -> Outcome {
        let text = String(decoding: answer, as: UTF8.self)
        guard let head = text.firstRange(of: "\r\n\r\n") else { return .silent("the answer is not one of HTTP") }
        let words = text[..<head.lowerBound].prefix { $0 != "\r\n" }.split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            return .silent("the answer is not one of HTTP")
        }
        let body = String(text[head.upperBound...])
        return status == 200 ? .healthy(body) : .unhealthy(status: status, body)
    }
}
