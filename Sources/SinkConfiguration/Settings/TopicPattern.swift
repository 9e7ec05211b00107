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
    package func members(of names: Set<String>) -> Set<String> { members(of: names, unless: { false }) ?? [] }

    /// Returns the names that match as a whole, or `nil` when `isStopping` says true before all were looked at, or
    /// there is no memory for the expression.
    ///
    /// The C library keeps a state for each place in each name that it has not seen before, so it begins anew after
    /// a thousand, which takes up to 30 MB: there may be a million names, of a cluster that means no good.
    package func members(of names: Set<String>, unless isStopping: () -> Bool) -> Set<String>? {
        var rest = Array(names.subtracting(Self.internalTopics))[...]
        var members: Set<String> = []
        while !rest.isEmpty {
            guard !isStopping() else { return nil }
            let isDone: Void? = unsafe withMatcher { expression in
                var places = 0
                while places < Self.placesAtOnce, let name = rest.popFirst() {
                    if unsafe regexec(expression, name, 0, nil, 0) == 0 { members.insert(name) }
                    places += name.utf8.count + 1
                }
            }
            guard isDone != nil else { return nil }
        }
        return members
    }

    /// How many bytes of names are looked at with one compiled expression.
    private static let placesAtOnce = 1024

    /// Calls `body` with the compiled expression; `nil` when it cannot be compiled.
    private func withMatcher<Result>(_ body: (UnsafePointer<regex_t>) -> Result) -> Result? {
        var compiled = unsafe regex_t()
        guard unsafe regcomp(&compiled, subscription, REG_EXTENDED | REG_NOSUB) == 0 else { return nil }
        defer { unsafe regfree(&compiled) }
        return unsafe body(&compiled)
    }
}
