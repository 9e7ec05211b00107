internal import Converters
internal import JSON
internal import Text

extension SettingsBuilder {
    /// Reads which topics are consumed.
    mutating func topics() -> TopicSelection {
        let topics = list("topics")
        let expression = isPresent("topics.regex") ? text("topics.regex") : nil
        switch (topics.isEmpty, expression) {
        case (false, .some):
            add("topics", "topics and topics.regex are mutually exclusive options, but both are set.")
        case (true, nil): add("topics", "Must configure one of topics or topics.regex")
        case (false, nil):
            for topic in topics where !KafkaName.isTopic(topic) {
                let shown = HarmlessText.shown(topic)
                refuse(
                    "topics",
                    "'\(shown)' is not a valid topic name: 1 to 249 letters, digits, '.', '_' and '-'\(Self.advice(forTopic: topic))"
                )
            }
        case (true, let expression?):
            do throws(TopicPattern.Refusal) {
                return .pattern(try TopicPattern(expression))
            } catch {
                refuse("topics.regex", error.reason)
            }
        }
        return .list(topics)
    }

    private static func advice(forTopic topic: String) -> String {
        let parts = topic.split { " ;|[]\"'".contains($0) }
        if parts.count > 1 || parts.first.map({ $0.count < topic.count }) ?? false,
            parts.allSatisfy({ KafkaName.isTopic(String($0)) })
        {
            return "; write the names alone, with commas between them"
        }
        return topic.contains { "*+?()^$\\".contains($0) } ? "; a regular expression belongs in topics.regex" : ""
    }

    /// Reads which topic goes to which table.
    mutating func mappings(for topics: TopicSelection) -> [TopicMapping] {
        let name = "kusto.tables.topics.mapping"
        guard let text = text(name) else { return [] }
        let parser = TopicMappingParser(text, at: properties.entries[name]?.origin)
        add(parser.problems)
        guard parser.problems.isEmpty else { return parser.mappings }
        // Which topics are consumed, a reference that was kept does not say.
        guard !isOpaque("topics"), !isOpaque("topics.regex") else { return parser.mappings }
        let mapped = Set(parser.mappings.map(\.topic))
        if case .list(let topics) = topics, !mapped.contains("*") {
            // One that is no name at all has been told of.
            for topic in topics where !mapped.contains(topic) && KafkaName.isTopic(topic) {
                let sentence = "Kusto Sink has no ingestion props mapped for the topic: \(HarmlessText.shown(topic))."
                add(name, "\(sentence) please check your configuration: add an entry to \(name), or one for '*'")
            }
        }
        if isPresent("topics") || isPresent("topics.regex") {
            if case .list(let names) = topics, !names.allSatisfy(KafkaName.isTopic) { return parser.mappings }
            let consumed = topics.members(of: mapped)
            for topic in mapped.sorted() where topic != "*" && !consumed.contains(topic) {
                warnings.append(
                    "\(name) has an entry for the topic \"\(HarmlessText.shown(topic))\", which is not consumed"
                )
            }
        }
        return parser.mappings
    }

    /// Checks that the converter's messages can become rows of each mapping's format.
    mutating func checkConversions(
        of mappings: [TopicMapping],
        _ converter: ConverterSettings?,
        _ decimals: DecimalFormat
    ) {
        guard let converter else { return }
        let name = "kusto.tables.topics.mapping"
        var problems: [ConfigurationError.Problem] = []
        for (index, mapping) in mappings.enumerated() {
            do throws(ConverterError) {
                _ = try converter.conversion(to: mapping.format, decimals: decimals)
            } catch {
                let message = "\(name), topic \"\(mapping.topic)\": \(error.message)"
                problems.append(.init(subject: name, message: message, element: .init(index: index, key: "format")))
            }
        }
        add(problems)
    }

    /// Warns about the format that makes a blob of each message, which few users want.
    mutating func warnAboutRawFormat(of mappings: [TopicMapping]) {
        for mapping in mappings where mapping.format == .raw {
            warnings.append(
                """
                kusto.tables.topics.mapping: the format raw of the topic "\(mapping.topic)" makes one blob of each \
                message, since Azure Data Explorer reads a raw blob as one value; write 'format': 'txt' for a row of each line
                """
            )
        }
    }

    /// Warns about a batch size that streaming ingestion does not take.
    mutating func warnAboutStreamedSizes(of mappings: [TopicMapping], _ flushBytes: Int) {
        let topics = mappings.filter(\.isStreaming).map { "\"\($0.topic)\"" }
        guard flushBytes > 4_000_000, !topics.isEmpty else { return }
        warnings.append(
            """
            flush.size.bytes: batches of \(topics.joined(separator: ", ")) are sealed at 4000000 bytes, since Azure Data \
            Explorer takes no more in a request of streaming ingestion
            """
        )
    }

    /// Warns about tables that would read lines of JSON as something else, which fills columns with fragments.
    mutating func warnAboutFormats(of mappings: [TopicMapping], _ converter: ConverterSettings?) {
        guard converter?.kind == .json || converter?.kind == .jsonSchema else { return }
        for mapping in mappings where mapping.format.isDelimited {
            warnings.append(
                """
                kusto.tables.topics.mapping: value.converter writes JSON, and the entry for the topic \
                "\(mapping.topic)" has the format \(mapping.format.rawValue)\
                \(mapping.format == .csv ? ", the default" : ""); write 'format': 'json' unless the values are strings of that format
                """
            )
        }
    }
}
