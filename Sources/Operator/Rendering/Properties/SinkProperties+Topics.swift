internal import JSON
internal import SinkConfiguration

/// What is consumed, and where it goes.
extension SinkProperties {
    /// Adds which topics are consumed and into which tables they go.
    mutating func addTopics(_ topics: [TopicSpec]) {
        let path = "spec.topics"
        let patterns = topics.indices.filter { topics[$0].isPattern }
        if patterns.isEmpty {
            set("topics", topics.map(\.topic), path)
        } else {
            // One expression for all: the worker subscribes either to names or to an expression. Names that it matches
            // anyway are left out, since expressions are limited and entries are many.
            let matched = Self.names(in: topics, matchedBy: patterns.map { topics[$0].expression })
            let expressions = topics.filter { $0.isPattern || !matched.contains($0.topic) }.map { topic in
                topic.isPattern ? topic.expression : Self.escaped(topic.topic)
            }
            set("topics.regex", expressions.joined(separator: "|"), path)
        }
        for index in patterns.dropFirst() {
            // The worker tells the topics of an expression only by their having no table of their own.
            refuse(
                .notSupportedYet,
                "\(path)[\(index)].topic",
                "one expression or * among the topics is supported; join this one with '\(topics[patterns[0]].topic)'"
            )
        }
        for (index, topic) in topics.enumerated() { checkReferences(of: topic, "\(path)[\(index)]") }
        guard !topics.isEmpty else { return }
        put("kusto.tables.topics.mapping", JSONValue.array(topics.map(\.mappingEntry)).text, path)
    }

    private mutating func checkReferences(of topic: TopicSpec, _ path: String) {
        let texts = [
            "topic": topic.topic, "database": topic.database, "table": topic.table, "format": topic.format,
            "mapping": topic.mapping,
        ]
        for (name, text) in texts.sorted(by: { $0.key < $1.key }) { refuseReference(in: text, "\(path).\(name)") }
    }

    /// The names of topics that expressions match; one that is refused matches none, and is told of elsewhere.
    private static func names(in topics: [TopicSpec], matchedBy expressions: [String]) -> Set<String> {
        let names = Set(topics.filter { !$0.isPattern }.map(\.topic))
        return expressions.reduce(into: []) { matched, expression in
            guard let pattern = try? TopicPattern(expression) else { return }
            matched.formUnion(pattern.members(of: names))
        }
    }

    /// A topic's name as an expression that matches nothing else; of the characters allowed only the dot means more.
    private static func escaped(_ name: String) -> String { name.replacing(".", with: "\\.") }
}

extension TopicSpec {
    /// Whether this stands for topics that are not named.
    fileprivate var isPattern: Bool { topic == "*" || topic.hasPrefix("^") }

    /// The expression that this stands for, as the worker takes it: of the whole name, without marks of its ends.
    fileprivate var expression: String {
        if topic == "*" { return ".*" }
        let body = topic.dropFirst()
        return String(body.hasSuffix("$") && !body.hasSuffix("\\$") ? body.dropLast() : body)
    }

    /// The entry of the worker's table of topics.
    fileprivate var mappingEntry: JSONValue {
        var entry: JSONObject = ["topic": .string(isPattern ? "*" : topic), "db": .string(database)]
        entry["table"] = .string(table)
        entry["format"] = format.map { .string($0) }
        entry["mapping"] = mapping.map { .string($0) }
        if isStreaming { entry["streaming"] = true }
        return .object(entry)
    }
}
