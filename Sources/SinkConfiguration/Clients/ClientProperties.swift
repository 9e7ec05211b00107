package import Secrets

/// Properties of a Kafka client under librdkafka's names.
package struct ClientProperties: Sendable, Hashable {
    /// A property's value.
    package enum Value: Sendable, Hashable, CustomStringConvertible {
        case plain(String)
        case secret(Secret)
        /// A secret in a file, which may be replaced while the process runs.
        case rotated(RotatedSecret)

        /// The value itself, as it was at the start; to be called only where it is handed to the client.
        package func reveal() -> String {
            switch self {
            case .plain(let text): text
            case .secret(let secret): secret.reveal()
            case .rotated(let secret): secret.initial.reveal()
            }
        }

        package var description: String {
            switch self {
            case .plain(let text): text
            case .secret(let secret): "\(secret)"
            case .rotated(let secret): "\(secret.initial)"
            }
        }
    }

    /// How the user wrote a property.
    package struct Origin: Sendable, Hashable {
        /// The name, with its prefix.
        package let name: String
        /// The value as it may be printed.
        package let printable: String
    }

    /// The properties.
    package var values: [String: Value]
    /// Properties that are left out without a warning when an older library does not know them, since they are only
    /// defaults of ours.
    package var optionalNames: Set<String> = []
    /// How the user wrote the properties that are not defaults of ours.
    package var origins: [String: Origin] = [:]
    /// What the client needs for signing in and for TLS beside its properties.
    package var security = KafkaSecurity()

    /// The value of a property that is not secret, or `nil`.
    package subscript(name: String) -> String? {
        guard case .plain(let text) = values[name] else { return nil }
        return text
    }

    /// Names whose values must appear in no message: secrets, and what the user wrote in a way that is not printed as it is.
    ///
    /// librdkafka's reasons quote values.
    package var secretNames: Set<String> {
        let secrets = values.filter { if case .plain = $0.value { false } else { true } }.keys
        return Set(secrets).union(origins.filter { self[$0.key] != $0.value.printable }.keys)
    }

    /// Returns all values, secrets among them; to be called only where they are handed to the client.
    package func revealed() -> [String: String] { values.mapValues { $0.reveal() } }

    /// Returns the properties of one of several members in this process.
    ///
    /// Members must share neither a `client.id` of ours nor a `group.instance.id`, whose older holder would be fenced.
    package func forTask(_ task: Int) -> ClientProperties {
        var copy = self
        for name in ["client.id", "group.instance.id"] {
            if let base = self[name] { copy.values[name] = .plain("\(base)-\(task)") }
        }
        return copy
    }
}
