/// What is at an address, as far as connecting and a greeting tell.
package enum PortFinding: Sendable, Equatable {
    /// The name does not resolve; the system's reason.
    case unresolved(String)
    /// Nobody listens there.
    case refused
    /// No answer came in time.
    case unanswered
    /// The system says no; its reason.
    case unreachable(String)
    /// Somebody listens.
    case open
    /// Somebody listens who speaks TLS.
    case speaksTLS
    /// Somebody listens who speaks HTTP.
    case speaksHTTP
    /// Somebody listens who speaks AMQP.
    case speaksAMQP

    /// Whether a connection can be made.
    package var isOpen: Bool {
        switch self {
        case .open, .speaksTLS, .speaksHTTP, .speaksAMQP: true
        case .unresolved, .refused, .unanswered, .unreachable: false
        }
    }

    /// What that is in words, as the end of a sentence that begins with the address.
    package var words: String {
        switch self {
        case .unresolved(let reason): "its name does not resolve (\(reason))"
        case .refused: "nobody listens on the port (connection refused)"
        case .unanswered: "nothing answers (a firewall may drop the packets)"
        case .unreachable(let reason): "it cannot be reached (\(reason))"
        case .open: "it takes the connection, and does not answer as Kafka does"
        case .speaksTLS: "it speaks TLS"
        case .speaksHTTP: "it answers in HTTP: this is the port of a web server, not of a broker"
        case .speaksAMQP: "it answers in AMQP: this is not the port for Kafka's protocol"
        }
    }
}
