/// The client that properties are for, which decides under which prefixes they are looked up.
enum ClientRole: Sendable, Hashable {
    case consumer
    /// What the producers of both dead-letter queues share.
    case producer
    case errorsDeadLetterQueue
    case miscDeadLetterQueue

    /// Prefixes of names, of which the later ones win; the empty one stands for Connect's worker.
    var prefixes: [String] {
        switch self {
        case .consumer: ["", "consumer.", "consumer.override."]
        case .producer, .errorsDeadLetterQueue, .miscDeadLetterQueue: ["", "producer.", "producer.override."]
        }
    }

    /// The prefix of a dead-letter queue's own properties; `nil` for the other clients.
    var queuePrefix: String? {
        switch self {
        case .consumer, .producer: nil
        case .errorsDeadLetterQueue: "errors.deadletterqueue."
        case .miscDeadLetterQueue: "misc.deadletterqueue."
        }
    }

    /// The place of a prefix among all of them: what stands further behind wins.
    static func layer(of prefix: String) -> Int {
        switch prefix {
        case "": 0
        case "consumer.", "producer.": 1
        case "consumer.override.", "producer.override.": 2
        default: 3
        }
    }

    /// Whether the client consumes.
    var isConsumer: Bool { self == .consumer }

    /// Names below a dead-letter queue's prefix that are settings of the queue, not of its producer.
    static let queueSettings: Set<String> = ["topic.name", "topic.replication.factor", "context.headers.enable"]

    /// Whether a worker's property without prefix is a client's: brokers and security.
    static func isShared(_ name: String) -> Bool {
        name == "bootstrap.servers" || name == "client.dns.lookup" || isSecurity(name)
    }

    /// Whether a client's property says how to speak to brokers.
    static func isSecurity(_ name: String) -> Bool {
        name == "security.protocol" || name.hasPrefix("sasl.") || name.hasPrefix("ssl.")
    }
}
