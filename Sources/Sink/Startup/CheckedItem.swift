/// One thing that a start needs, and whether it is there.
package struct CheckedItem: Sendable, Hashable {
    /// The kinds of things, in the order in which they are shown.
    package enum Kind: String, Sendable, CaseIterable {
        case configuration, broker, topic, group
        case deadLetterTopic = "dead-letter topic"
        case registry
        case endpoint = "ADX endpoint"
        case role = "database role"
        case table, mapping
        case streaming = "streaming policy"
        case directory
        case port = "metrics port"
    }

    /// What was found.
    package enum Outcome: Sendable, Hashable {
        /// It is as it should be; the text says more, and may be empty.
        case passed(String)
        /// It keeps the sink from starting.
        case failed(StartupProblem)
        /// It is not as it should be, and the sink starts all the same; the text says why.
        case warning(String)
        /// It could not be checked, or need not be; the text says why.
        case unchecked(String)
    }

    /// What kind of thing it is.
    package let kind: Kind
    /// Which one: a topic, a table, an address; empty when the kind says it all.
    package let name: String
    /// What was found.
    package let outcome: Outcome

    /// Creates an item.
    package init(_ kind: Kind, _ name: String, _ outcome: Outcome) {
        self.kind = kind
        self.name = name
        self.outcome = outcome
    }

    /// What a sink that starts lacks all the same, or `nil`.
    package var warning: String? {
        if case .warning(let text) = outcome { "\(kind.rawValue) \(name): \(text)" } else { nil }
    }

    /// What keeps the sink from starting, or `nil`.
    package var problem: StartupProblem? { if case .failed(let problem) = outcome { problem } else { nil } }
}

extension [CheckedItem] {
    /// Everything that keeps the sink from starting, each once.
    package var problems: [StartupProblem] {
        var known: Set<StartupProblem> = []
        return compactMap(\.problem).filter { known.insert($0).inserted }
    }
}
