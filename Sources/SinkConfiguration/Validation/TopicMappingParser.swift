internal import Converters
internal import JSON
internal import Text

/// Reads `kusto.tables.topics.mapping`.
struct TopicMappingParser {
    private static let name = "kusto.tables.topics.mapping"
    private static let keys = ["topic", "db", "table", "format", "mapping", "streaming"]

    /// The mappings that could be read.
    private(set) var mappings: [TopicMapping] = []
    /// Everything that is wrong.
    private(set) var problems: [ConfigurationError.Problem] = []
    private var topics: Set<String> = []
    /// The entry that is being read, from 0.
    private var index: Int?

    init(_ text: String) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: SingleQuotedJSON.normalized(text))
        } catch {
            add("Failed to parse ``\(Self.name)`` configuration: it must be a JSON array of objects; \(error.message)")
            return
        }
        guard let entries = value.arrayValue else {
            add("\(Self.name) must be a JSON array of objects")
            return
        }
        if entries.isEmpty { add("\(Self.name) must hold at least one mapping") }
        for (index, entry) in entries.enumerated() {
            self.index = index
            read(entry, at: index + 1)
        }
    }

    private mutating func read(_ entry: JSONValue, at number: Int) {
        guard let object = entry.objectValue else {
            add("\(Self.name): entry \(number) is not an object")
            return
        }
        let topic = object["topic"]?.stringValue ?? ""
        let place = topic.isEmpty ? "entry \(number)" : "topic \"\(HarmlessText.shown(topic))\""
        let before = problems.count
        for key in object.keys where !Self.keys.contains(key) {
            add(
                "\(Self.name), \(place): unknown key '\(HarmlessText.shown(name: key))'; known are \(Self.keys.joined(separator: ", "))"
            )
        }
        if topic.isEmpty { add("\(Self.name), \(place): 'topic' must be provided for each mapping", key: "topic") }
        if !topic.isEmpty, topic != "*", !KafkaName.isTopic(topic) {
            add("\(Self.name), \(place): 'topic' is not a valid topic name", key: "topic")
        }
        if !topic.isEmpty, topics.contains(topic) {
            add("\(Self.name), \(place): the topic is mapped twice; keep one of the entries", key: "topic")
        }
        let database = identifier("db", in: object, isRequired: true, place)
        let table = identifier("table", in: object, isRequired: true, place)
        let mapping = identifier("mapping", in: object, isRequired: false, place)
        let format = format(in: object, place)
        let isStreaming = streaming(in: object, place)
        if isStreaming, mapping == nil, problems.count == before, format.map(Self.needsMappingToStream) == true {
            add(
                """
                \(Self.name), \(place): streaming ingestion of the format \(format?.rawValue ?? "") needs a 'mapping', which \
                Azure Data Explorer requires; name one that exists there, or remove 'streaming'
                """,
                key: "mapping"
            )
        }
        guard problems.count == before, let database, let table, let format else { return }
        topics.insert(topic)
        mappings.append(
            TopicMapping(
                topic: topic,
                database: database,
                table: table,
                format: format,
                mapping: mapping,
                isStreaming: isStreaming
            )
        )
    }

    private mutating func identifier(_ key: String, in object: JSONObject, isRequired: Bool, _ place: String) -> String?
    {
        let value = object[key] ?? .null
        let text = value.stringValue ?? ""
        if value != .null, value.stringValue == nil {
            add("\(Self.name), \(place): '\(key)' must be a string", key: key)
            return nil
        }
        guard !text.isEmpty else {
            if isRequired { add("\(Self.name), \(place): '\(key)' must be provided for each mapping", key: key) }
            return nil
        }
        // This also keeps text out of the commands that these names become part of.
        guard text.unicodeScalars.allSatisfy({ KafkaName.isNameCharacter($0) }) else {
            add(
                """
                \(Self.name), \(place): '\(key)' contains invalid characters: '\(HarmlessText.shown(text))'. Only alphanumeric characters, \
                underscores, hyphens, and dots are allowed.
                """,
                key: key
            )
            return nil
        }
        guard text.utf8.count <= 1024 else {
            add("\(Self.name), \(place): '\(key)' is longer than the 1024 characters that a name may have", key: key)
            return nil
        }
        return text
    }

    private mutating func format(in object: JSONObject, _ place: String) -> RecordFormat? {
        guard let value = object["format"], value != .null, value != "" else { return .csv }
        guard let text = value.stringValue, let format = RecordFormat(rawValue: text.lowercased()) else {
            let known = RecordFormat.allCases.map(\.rawValue).joined(separator: ", ")
            add(
                "\(Self.name), \(place): unknown 'format' \(HarmlessText.shown(value.text)); known are \(known)",
                key: "format"
            )
            return nil
        }
        return format
    }

    /// Whether ADX streams this format through an ingestion mapping only (Kusto REST, "Streaming ingestion HTTP request").
    private static func needsMappingToStream(_ format: RecordFormat) -> Bool {
        ["Json", "Avro", "ApacheAvro"].contains(format.mappingKind)
    }

    private mutating func streaming(in object: JSONObject, _ place: String) -> Bool {
        switch object["streaming"] {
        case nil, .null?, false?, "false"?: return false
        case true?, "true"?: return true
        default:
            add("\(Self.name), \(place): 'streaming' must be true or false", key: "streaming")
            return false
        }
    }

    private mutating func add(_ message: String, key: String? = nil) {
        let element = index.map { ValueElement(index: $0, key: key) }
        problems.append(.init(subject: Self.name, message: message, element: element))
    }
}
