internal import JSON
internal import SinkConfiguration

/// Which topics go to which tables.
extension SinkMigration {
    private static let mapping = "kusto.tables.topics.mapping"

    /// Adds `spec.topics`.
    mutating func addTopics() {
        let table = table()
        let names = names()
        var topics: [JSONValue] = []
        var used: Set<String> = []
        func add(_ topic: String, _ entry: JSONObject) {
            topics.append(.object(JSONObject([("topic", .string(topic))] + entry.map { ($0.key, $0.value) })))
            used.insert(topic)
        }
        switch names {
        case .list(let list, let property):
            for topic in list {
                guard let entry = table.entry(of: topic) else {
                    let text = "the topic '\(topic)' has no entry: give its database and table in spec.topics"
                    note(.fillIn, [property, Self.mapping], text)
                    add(topic, Self.unknownTable)
                    continue
                }
                tellMissing(in: entry, of: topic)
                add(topic, entry)
            }
        case .pattern(let expression, let property):
            let matched = expression.pattern.members(of: Set(table.entries.map(\.topic)))
            for (topic, entry) in table.entries where matched.contains(topic) {
                tellMissing(in: entry, of: topic)
                add(topic, entry)
            }
            if let wildcard = table.wildcard, topics.count < Self.topicsOfSink {
                tellMissing(in: wildcard, of: "*")
                add("^\(expression.pattern.expression)$", wildcard)
            } else if table.wildcard != nil {
                let text = """
                    a sink takes \(Self.topicsOfSink) entries, and the expression would be one more: the topics of the \
                    \(topics.count) entries are read by their names, and those that only the entry for '*' is for are not
                    """
                note(.notCarriedOver, [property], text)
            } else {
                let text = """
                    the connector has no entry for '*', so the topics of its entries are read by their names, and a topic \
                    that matches later is not; each of them must exist when the sink starts
                    """
                note(.notCarriedOver, [property], text)
            }
        case .unknown(let property):
            for (topic, entry) in table.entries {
                tellMissing(in: entry, of: topic)
                add(topic, entry)
            }
            tellUnknownTopics(property, table.wildcard) { add($0, $1) }
        case nil:
            for (topic, entry) in table.entries {
                tellMissing(in: entry, of: topic)
                add(topic, entry)
            }
        }
        let idle = table.entries.map(\.topic).filter { !used.contains($0) }
        if !idle.isEmpty {
            let text =
                "the connector does not read \(idle.sorted().joined(separator: ", ")), so these entries were left out"
            note(.noEffect, [Self.mapping], text)
        }
        if topics.isEmpty {
            add(SecretDraft.placeholder, Self.unknownTable)
            note(.fillIn, ["topics", Self.mapping], "no topic with a table was found: write spec.topics")
        }
        draft.set(FieldPath("spec.topics"), .array(topics), from: ["topics", "topics.regex", Self.mapping])
    }

    /// Tells what an entry does not say of its table.
    private mutating func tellMissing(in entry: JSONObject, of topic: String) {
        let missing = ["database", "table"].filter { entry[$0] == .string(SecretDraft.placeholder) }
        guard !missing.isEmpty else { return }
        let text = "the entry of the topic '\(topic)' does not say all: give its \(missing.joined(separator: " and "))"
        note(.fillIn, [Self.mapping], "\(text) in spec.topics")
    }

    /// Pauses a sink of which it is not known which topics the connector reads: it would read those of all entries.
    /// - Parameter add: Adds an entry for what stands in place of an expression.
    private mutating func tellUnknownTopics(
        _ property: String,
        _ wildcard: JSONObject?,
        add: (String, JSONObject) -> Void
    ) {
        var text = "leave those topics alone in spec.topics that the connector reads"
        if let wildcard {
            tellMissing(in: wildcard, of: "*")
            add("^\(SecretDraft.placeholder)$", wildcard)
            text += ", and write an expression for the others in place of ^\(SecretDraft.placeholder)$"
        }
        draft.set(FieldPath("spec.paused"), true)
        note(.fillIn, [property], "\(text); until then the sink is paused, and starts with spec.paused set to false")
    }

    private static let unknownTable: JSONObject = [
        "database": .string(SecretDraft.placeholder), "table": .string(SecretDraft.placeholder),
    ]

    /// Which topics are read.
    private enum Names {
        case list([String], property: String)
        case pattern(TopicExpression, property: String)
        /// Those of a property whose meaning is not known here.
        case unknown(property: String)
    }

    private mutating func names() -> Names? {
        let (list, expression) = (settings.take("topics"), settings.take("topics.regex"))
        if let list, let text = text(of: list, for: "spec.topics") {
            if let expression {
                note(.warning, [list.name, expression.name], "both are set, which Connect refuses; topics counts")
            }
            return .list(FieldValue.list(text), property: list.name)
        }
        guard let expression, let text = text(of: expression, for: "spec.topics") else {
            if let setting = list ?? expression { return .unknown(property: setting.name) }
            note(.warning, ["topics"], "is missing, so the topics of \(Self.mapping) are read")
            return nil
        }
        do throws(TopicPattern.Refusal) {
            return .pattern(try TopicExpression(java: text), property: expression.name)
        } catch {
            let text = "\(error.reason); the topics of the entries of \(Self.mapping) are read by their names"
            note(.notCarriedOver, [expression.name], text)
            return .unknown(property: expression.name)
        }
    }

    private mutating func table() -> TopicTable {
        guard let setting = settings.take(Self.mapping) else {
            note(.fillIn, [Self.mapping], "is missing: give each topic's database and table in spec.topics")
            return TopicTable("[]")
        }
        guard let text = text(of: setting, for: "spec.topics") else { return TopicTable("[]") }
        let table = TopicTable(text)
        if let failure = table.failure {
            note(.notCarriedOver, [setting.name], "\(failure); write spec.topics")
        }
        for remark in table.remarks { note(.warning, [setting.name], remark) }
        return table
    }
}
