import Converters
import JSON

@testable import SinkConfiguration

extension FuzzTarget {
    /// A text of `kusto.tables.topics.mapping`.
    static let mapping = FuzzTarget(name: "mapping") { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        let parser = TopicMappingParser(text)
        for problem in parser.problems { require(!problem.message.isEmpty, "no message") }
        let json = try? JSONValue(parsing: SingleQuotedJSON.normalized(text))
        require(
            parser.problems.isEmpty == (json?.arrayValue?.count == parser.mappings.count && json != []),
            "no problem"
        )
        if let plain = try? JSONValue(parsing: text) {
            require(plain == json, "what is JSON is read as something else")
        }
        for mapping in parser.mappings {
            require(KafkaName.isTopic(mapping.topic) || mapping.isWildcard, "a topic with a name that Kafka refuses")
            for name in [mapping.database, mapping.table, mapping.mapping ?? "x"] {
                let isName = !name.isEmpty && name.unicodeScalars.allSatisfy { KafkaName.isNameCharacter($0) }
                require(isName, "a name that could be more than a name")
            }
        }
        require(Set(parser.mappings.map(\.topic)).count == parser.mappings.count, "a topic is mapped twice")
        guard !parser.mappings.isEmpty else { return }
        for quote in ["\"", "'"] {
            let again = TopicMappingParser(mappingText(of: parser.mappings, quote))
            require(again.problems.isEmpty && again.mappings == parser.mappings, "written again, mappings are others")
        }
    }
}

/// The property's text for mappings, with one or the other quote.
private func mappingText(of mappings: [TopicMapping], _ quote: String) -> String {
    let entries = mappings.map { mapping in
        let members = [
            ("topic", mapping.topic), ("db", mapping.database), ("table", mapping.table),
            ("format", mapping.format.rawValue.uppercased()), ("mapping", mapping.mapping ?? ""),
        ]
        let texts = members.map { "\(quote)\($0.0)\(quote): \(quote)\($0.1)\(quote)" }
        return "{\(texts.joined(separator: ", ")), \(quote)streaming\(quote):\(mapping.isStreaming)}"
    }
    return "[\(entries.joined(separator: ","))]"
}
