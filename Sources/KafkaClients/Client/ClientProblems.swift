/// Everything that keeps a Kafka client from being made of its properties.
package struct ClientProblems: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence for each: which property, which file, what is wrong, what to do; without any secret.
    package let messages: [String]

    /// Those of the messages that are about a certificate which is good at another time than now.
    package let untimely: Set<String>

    /// Creates problems.
    package init(_ messages: [String], untimely: Set<String> = []) {
        self.messages = messages
        self.untimely = untimely
    }

    package var description: String { messages.joined(separator: "; ") }
}
