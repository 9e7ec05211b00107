/// Properties of a client under librdkafka's names.
package struct KafkaClientConfiguration: Sendable {
    /// The properties.
    package var values: [String: String]
    /// Names whose values appear in no message.
    package var secretNames: Set<String>
    /// Names of properties that an older library may not know, which is not worth a warning.
    package var optionalNames: Set<String>

    /// Creates a configuration.
    package init(_ values: [String: String], secretNames: Set<String> = [], optionalNames: Set<String> = []) {
        self.values = values
        self.secretNames = secretNames
        self.optionalNames = optionalNames
    }
}
