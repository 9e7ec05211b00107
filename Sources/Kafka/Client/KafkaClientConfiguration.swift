internal import Secrets

/// Properties of a client under librdkafka's names.
package struct KafkaClientConfiguration: Sendable {
    /// The properties.
    package var values: [String: String]
    /// Names whose values appear in no message.
    package var secretNames: Set<String>
    /// Names of properties that an older library may not know, which is not worth a warning.
    package var optionalNames: Set<String>
    /// Gives the tokens for OAUTHBEARER; without it no client can sign in by that mechanism.
    package var tokens: KafkaTokenSource?

    /// Creates a configuration.
    package init(
        _ values: [String: String],
        secretNames: Set<String> = [],
        optionalNames: Set<String> = [],
        tokens: KafkaTokenSource? = nil
    ) {
        self.values = values
        self.secretNames = secretNames
        self.optionalNames = optionalNames
        self.tokens = tokens
    }
}

extension KafkaClientConfiguration {
    /// Has clients that are made from now on sign in with another user and password.
    mutating func setCredentials(user: Secret, password: Secret) {
        values["sasl.username"] = user.reveal()
        values["sasl.password"] = password.reveal()
        secretNames.insert("sasl.password")
    }
}
