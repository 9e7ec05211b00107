internal import Glibc

/// A regular expression over topic names that means the same in Java and in POSIX's extended dialect.
package struct TopicPattern: Sendable, Hashable {
    /// Why an expression is refused.
    package struct Refusal: Error, Equatable {
        /// What is not allowed, and what to write instead.
        package let reason: String
    }

    /// The expression as written.
    package let expression: String

    /// Checks an expression.
    /// - Throws: ``Refusal`` when it is malformed or would mean different things in the two dialects.
    package init(_ expression: String) throws(Refusal) {
        var checker = TopicPatternChecker(expression)
        try checker.check()
        self.expression = expression
        guard unsafe withMatcher({ _ in true }) != nil else { throw Refusal(reason: "the expression is malformed") }
    }

    /// What librdkafka subscribes to: it searches, while Connect matches the whole name.
    package var subscription: String { "^(\(expression))$" }

    /// Kafka's own topics, which never match; in librdkafka's form for topics to be ignored.
    static let internalTopics = ["__consumer_offsets", "__transaction_state"]

    /// Whether the whole of a topic's name matches.
    package func matches(_ topic: String) -> Bool { !members(of: [topic]).isEmpty }

    /// Returns the names that match as a whole.
    package func members(of names: Set<String>) -> Set<String> {
        let candidates = names.subtracting(Self.internalTopics)
        return unsafe withMatcher { expression in
            candidates.filter { unsafe regexec(expression, $0, 0, nil, 0) == 0 }
        } ?? []
    }

    /// Calls `body` with the compiled expression; `nil` when it cannot be compiled.
    private func withMatcher<Result>(_ body: (UnsafePointer<regex_t>) -> Result) -> Result? {
        var compiled = unsafe regex_t()
        guard unsafe regcomp(&compiled, subscription, REG_EXTENDED | REG_NOSUB) == 0 else { return nil }
        defer { unsafe regfree(&compiled) }
        return unsafe body(&compiled)
    }
}
