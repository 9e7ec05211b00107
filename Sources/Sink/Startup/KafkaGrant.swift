internal import SinkConfiguration

/// The command that gives a client's user a right at its brokers.
struct KafkaGrant: Sendable {
    private let servers: String
    private let principal: String

    init(_ properties: ClientProperties) {
        servers = properties["bootstrap.servers"] ?? ""
        principal = Self.principal(properties)
    }

    /// Returns the command, as `kafka-acls` of Confluent takes it, or `kafka-acls.sh` of Apache.
    /// - Parameters:
    ///   - operation: The right, such as `Read`.
    ///   - resource: The kind of thing that it is about: `topic` or `group`.
    ///   - name: Which one.
    func command(_ operation: String, on resource: String, _ name: String) -> String {
        "kafka-acls --bootstrap-server \(Self.word(servers)) --add --allow-principal \(Self.word("User:\(principal)")) "
            + "--operation \(operation) --\(resource) \(Self.word(name))"
    }

    /// Who the client is to the brokers, as far as the configuration says so in words that may be shown.
    ///
    /// A user of SCRAM is one of Kafka's own. One of PLAIN may be an API key, which is not shown.
    private static func principal(_ properties: ClientProperties) -> String {
        let isSASL = (properties["security.protocol"] ?? "").lowercased().hasPrefix("sasl")
        guard isSASL else {
            return properties.security.identity == nil && properties.values["ssl.certificate.pem"] == nil
                && properties.values["ssl.certificate.location"] == nil
                && properties.values["ssl.keystore.location"] == nil
                ? "ANONYMOUS" : "<the subject of the client's certificate>"
        }
        if properties.security.oauth != nil { return "<the subject of the token>" }
        guard let kerberos = properties.security.kerberos else {
            let mechanism = properties["sasl.mechanism"] ?? properties["sasl.mechanisms"] ?? ""
            if mechanism.uppercased().hasPrefix("SCRAM"), let user = properties.values["sasl.username"] {
                return user.reveal()
            }
            let name = properties.origins["sasl.username"]?.name ?? "sasl.username"
            return name.hasSuffix("sasl.jaas.config") ? "<the username in \(name)>" : "<the value of \(name)>"
        }
        // By the brokers' default rule the user is what stands before the host and the realm.
        let primary = kerberos.principal?.prefix { $0 != "/" && $0 != "@" } ?? ""
        return primary.isEmpty ? "<the name of the Kerberos principal>" : String(primary)
    }

    /// A word as a shell reads it.
    private static func word(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-", ":", ",", "/", "@": true
            default: false
            }
        }
        return isPlain && !text.isEmpty ? text : "'\(text.replacing("'", with: #"'\''"#))'"
    }
}
