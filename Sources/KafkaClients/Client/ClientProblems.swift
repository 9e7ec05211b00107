/// Everything that keeps a Kafka client from being made of its properties.
package struct ClientProblems: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence for each: which property, which file, what is wrong, what to do; without any secret.
    package let messages: [String]

    /// Creates problems.
    package init(_ messages: [String]) { self.messages = messages }

    package var description: String { messages.joined(separator: "; ") }
}
