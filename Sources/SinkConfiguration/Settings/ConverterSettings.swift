/// How the bytes of keys or values are read.
package struct ConverterSettings: Sendable, Hashable {
    /// What is done in the place of a Java converter.
    package enum Kind: String, Sendable, CaseIterable {
        /// Text.
        case string = "org.apache.kafka.connect.storage.StringConverter"
        /// Bytes as they are.
        case bytes = "org.apache.kafka.connect.converters.ByteArrayConverter"
        /// JSON, alone or in an envelope with its schema.
        case json = "org.apache.kafka.connect.json.JsonConverter"
        /// Avro with a schema registry.
        case avro = "io.confluent.connect.avro.AvroConverter"
        /// JSON with a schema registry.
        case jsonSchema = "io.confluent.connect.json.JsonSchemaConverter"
        /// Protobuf with a schema registry.
        case protobuf = "io.confluent.connect.protobuf.ProtobufConverter"
        case short = "org.apache.kafka.connect.converters.ShortConverter"
        case integer = "org.apache.kafka.connect.converters.IntegerConverter"
        case long = "org.apache.kafka.connect.converters.LongConverter"
        case float = "org.apache.kafka.connect.converters.FloatConverter"
        case double = "org.apache.kafka.connect.converters.DoubleConverter"
        case boolean = "org.apache.kafka.connect.converters.BooleanConverter"

        /// Whether schemas come from a registry.
        package var usesRegistry: Bool { self == .avro || self == .jsonSchema || self == .protobuf }

        /// The converter of that class name; the last part alone, with or without `Converter`, will do.
        package init?(className: String) {
            if let kind = Kind(rawValue: className) {
                self = kind
                return
            }
            guard let kind = Kind.allCases.first(where: { $0.shortNames.contains(className) }) else { return nil }
            self = kind
        }

        private var shortNames: [String] {
            let simple = rawValue.split(separator: ".").last.map(String.init) ?? rawValue
            return [simple, String(simple.dropLast("Converter".count))]
        }
    }

    /// What is done.
    package var kind: Kind
    /// `converter.encoding` of the string converter: a charset's name, default `UTF-8`.
    package var encoding: String
    /// `schemas.enable` of the JSON converter: whether each message is an envelope of `schema` and `payload`.
    package var schemasEnable: Bool
    /// The schema registry's addresses in the order in which they are tried; empty without a registry.
    package var registryURLs: [String]
    /// All further settings of the converter, without its prefix.
    package var options: [String: ClientProperties.Value]

    /// The Java class that this stands for, as dead letters name it.
    package var className: String { kind.rawValue }
}
