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

    /// - Parameter origin: Where the text is written, so that a mistake in it can be told with its line.
    init(_ text: String, at origin: PropertyOrigin? = nil) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: SingleQuotedJSON.normalized(text))
        } catch {
            addUnreadable(text, error, origin)
            return
        }
        guard let entries = value.arrayValue else {
            let advice = value.objectValue == nil ? "" : "; put the object between [ and ]"
            add("\(Self.name) must be a JSON array of objects\(advice)")
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
        let topic = Self.text(object["topic"]) ?? ""
        let place = topic.isEmpty ? "entry \(number)" : "topic \"\(HarmlessText.shown(topic))\""
        let before = problems.count
        var meant: Set<String> = []
        for key in object.keys where !Self.keys.contains(key) {
            let near = Self.meantKey(key).flatMap { object[$0] == nil ? $0 : nil }
            if let near { meant.insert(near) }
            let advice = near.map { "did you mean '\($0)'?" } ?? "known are \(Self.keys.joined(separator: ", "))"
            add("\(Self.name), \(place): unknown key '\(HarmlessText.shown(name: key))'; \(advice)")
        }
        // One mistake is one problem.
        let isMissing = { (key: String) in !meant.contains(key) }
        if topic.isEmpty, isMissing("topic") {
            add("\(Self.name), \(place): 'topic' must be provided for each mapping", key: "topic")
        }
        if !topic.isEmpty, topic != "*", !KafkaName.isTopic(topic) {
            add("\(Self.name), \(place): 'topic' is not a valid topic name", key: "topic")
        }
        if !topic.isEmpty, topics.contains(topic) {
            add("\(Self.name), \(place): the topic is mapped twice; keep one of the entries", key: "topic")
        }
        let database = identifier("db", in: object, isRequired: isMissing("db"), place)
        let table = identifier("table", in: object, isRequired: isMissing("table"), place)
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
        let text = Self.text(value) ?? ""
        if value != .null, Self.text(value) == nil {
            add("\(Self.name), \(place): '\(key)' must be a string", key: key)
            return nil
        }
        guard !text.isEmpty else {
            if isRequired { add("\(Self.name), \(place): '\(key)' must be provided for each mapping", key: key) }
            return nil
        }
        if let placeholder = text.firstMatch(of: /<[A-Za-z][^<>]*>|\$\{[^{}]*\}|\{\{[^{}]*\}\}/)?.output {
            add(
                "\(Self.name), \(place): '\(key)' still holds the placeholder \(placeholder); put the name there",
                key: key
            )
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
            let known = RecordFormat.allCases.map(\.rawValue)
            let near =
                Self.formatSynonyms[value.stringValue?.lowercased() ?? ""]
                ?? MeantWord.find(value.stringValue ?? "", among: known)
            let advice = near.map { "; did you mean \($0)?" } ?? ""
            add(
                """
                \(Self.name), \(place): unknown 'format' \(HarmlessText.shown(value.text)); known are \
                \(known.joined(separator: ", "))\(advice)
                """,
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
        case nil, .null?, false?: return false
        case true?: return true
        case .string(let text)?:
            // What the connector's reader takes from a text, of which an empty one is nothing at all.
            switch text.trimmed {
            case "true", "True", "TRUE": return true
            case "false", "False", "FALSE", "", "null": return false
            default: break
            }
        case .integer(let number)?: return number != 0
        default: break
        }
        let text = object["streaming"]?.stringValue ?? ""
        let advice = MeantWord.boolean(text).map { "; write \($0) for \(text)" } ?? ""
        add("\(Self.name), \(place): 'streaming' must be true or false\(advice)", key: "streaming")
        return false
    }

    /// A text as the connector's reader takes it, which writes numbers and Booleans out; `nil` for other values.
    private static func text(_ value: JSONValue?) -> String? {
        switch value {
        case .string(let text)?: text
        case .bool?, .integer?, .double?, .number?: value?.text
        default: nil
        }
    }

    private static let formatSynonyms = [
        "jsonl": "json", "jsonlines": "json", "ndjson": "json", "text": "txt", "tab": "tsv", "protobuf": "json",
        "string": "txt",
    ]

    private static func meantKey(_ key: String) -> String? {
        let synonyms = [
            "database": "db", "databasename": "db", "tablename": "table", "mappingname": "mapping",
            "ingestionmapping": "mapping", "mappingref": "mapping", "topics": "topic", "topicname": "topic",
            "dataformat": "format", "stream": "streaming",
        ]
        let folded = key.lowercased().filter { $0 != "_" && $0 != "-" }
        return synonyms[folded] ?? NearestWord.find(folded, among: keys, within: max(1, key.count / 4))
    }

    // MARK: Text that is no JSON

    /// Notes text that is no JSON, by its line, and a line that was to go on.
    private mutating func addUnreadable(_ text: String, _ error: JSONError, _ origin: PropertyOrigin?) {
        let start = "Failed to parse ``\(Self.name)`` configuration: it must be a JSON array of objects;"
        let offset = SingleQuotedJSON.sourceOffset(of: error.offset, in: text)
        let place = origin?.place(ofByte: min(offset, max(0, text.utf8.count - 1)))
        if let origin, origin.lines.isContinuable, let last = origin.lastLine,
            SingleQuotedJSON.isUnfinished(text), text.trimmed.last != "]"
        {
            let advice =
                origin.lines.endsInEscapedBlank
                ? "its \\ has a blank behind it, which must go"
                : "a line goes on in the next one only with \\ as its last character"
            return add("\(start) the value ends unfinished at the end of line \(last): \(advice)", place: place)
        }
        let quotes = text.contains { "“”„‘’".contains($0) } ? "; quotes must be ' or \", not typographic ones" : ""
        let isSplit = origin?.line != nil && origin?.line != origin?.lastLine
        let where_ =
            isSplit ? "\(error.reason) here" : "\(error.reason) at character \(Self.character(at: offset, in: text))"
        add("\(start) \(origin?.line == nil ? error.message : where_)\(quotes)", place: place)
    }

    private static func character(at offset: Int, in text: String) -> Int {
        String(decoding: text.utf8.prefix(offset), as: UTF8.self).count + 1
    }

    private mutating func add(_ message: String, key: String? = nil, place: String? = nil) {
        let element = index.map { ValueElement(index: $0, key: key) }
        problems.append(.init(subject: Self.name, message: message, element: element, place: place))
    }
}
