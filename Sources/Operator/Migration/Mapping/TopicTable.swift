internal import Converters
internal import JSON
internal import SinkConfiguration

/// The connector's table of topics, `kusto.tables.topics.mapping`, as entries of a KustoSink.
struct TopicTable {
    /// The formats that a KustoSink knows.
    private static let formats = Set(RecordFormat.allCases.map(\.rawValue))

    /// The entries of named topics in order, without their `topic`.
    private(set) var entries: [(topic: String, entry: JSONObject)] = []
    /// The entry for all other topics.
    private(set) var wildcard: JSONObject?
    /// What a person should know about the table, a sentence each without a final dot.
    private(set) var remarks: [String] = []
    /// Why the table cannot be read at all, or `nil`.
    private(set) var failure: String?

    /// Reads the property's text: a JSON array of objects, whose strings may stand in single quotes.
    init(_ text: String) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: SingleQuotedJSON.normalized(text))
        } catch {
            failure = "it is not a JSON array of objects: \(error.message)"
            return
        }
        guard let objects = value.arrayValue?.map(\.objectValue), objects.allSatisfy({ $0 != nil }) else {
            failure = "it is not a JSON array of objects"
            return
        }
        for object in objects.compactMap({ $0 }) { add(object) }
    }

    /// The entry of a topic, which may be the one for all other topics.
    func entry(of topic: String) -> JSONObject? { entries.last { $0.topic == topic }?.entry ?? wildcard }

    private mutating func add(_ object: JSONObject) {
        guard let topic = text(object, "topic") else {
            remarks.append("an entry without 'topic' was left out")
            return
        }
        var entry: JSONObject = [
            "database": .string(text(object, "db") ?? SecretDraft.placeholder),
            "table": .string(text(object, "table") ?? SecretDraft.placeholder),
        ]
        let format = text(object, "format")?.lowercased()
        if let format, !Self.formats.contains(format) {
            remarks.append(
                "the format of the topic '\(topic)' is not known, so the connector took csv; so does the sink"
            )
        } else {
            entry["format"] = format.map { .string($0) }
        }
        let mapping = text(object, "mapping")
        if format != nil {
            entry["mapping"] = mapping.map { .string($0) }
        } else if let mapping {
            remarks.append(
                """
                the topic '\(topic)' has no format, so the connector passed over the mapping '\(mapping)', which was left \
                out; give both to use it
                """
            )
        }
        if ["true", "True", "TRUE", "1"].contains(text(object, "streaming")) { entry["streaming"] = true }
        let known: Set<String> = ["topic", "db", "table", "format", "mapping", "streaming"]
        for key in object.keys where !known.contains(key) {
            remarks.append("'\(key)' of the topic '\(topic)' means nothing to the connector, and was left out")
        }
        if topic == "*" {
            wildcard = entry
        } else {
            if let index = entries.firstIndex(where: { $0.topic == topic }) {
                remarks.append("the topic '\(topic)' stood there twice; the later entry counts, as in the connector")
                entries.remove(at: index)
            }
            entries.append((topic, entry))
        }
    }

    /// The text of a member; numbers and Booleans are text too, as Java's reader has it.
    private func text(_ object: JSONObject, _ key: String) -> String? {
        guard let value = object[key], !value.isNull, value.objectValue == nil, value.arrayValue == nil else {
            return nil
        }
        let text = value.stringValue ?? value.text
        return text.isEmpty ? nil : text
    }
}
