/// Why there is no token for a client.
package struct KafkaTokenError: Error, Sendable, CustomStringConvertible {
    /// The reason, as the end of a sentence, without any secret.
    package let message: String
    /// Whether whoever gives tokens refuses, or lacks what somebody has to set; otherwise a service may only be away.
    package let isFinal: Bool

    /// Creates an error.
    package init(_ message: String, isFinal: Bool) {
        self.message = message
        self.isFinal = isFinal
    }

    package var description: String { message }
}
