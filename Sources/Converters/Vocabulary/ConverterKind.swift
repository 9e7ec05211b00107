/// Which of the converters of Kafka Connect reads a message; what their Java classes do is done here.
package enum ConverterKind: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
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

    /// The converter of that class name; the last part alone, with or without `Converter`, will do.
    package init?(className: String) {
        if let kind = ConverterKind(rawValue: className) {
            self = kind
            return
        }
        guard let kind = Self.allCases.first(where: { $0.shortNames.contains(className) }) else { return nil }
        self = kind
    }

    /// The Java class, as dead letters name it.
    package var className: String { rawValue }

    /// Whether schemas come from a registry.
    package var usesRegistry: Bool { self == .avro || self == .jsonSchema || self == .protobuf }

    /// The last part of the class name.
    package var description: String { rawValue.split(separator: ".").last.map(String.init) ?? rawValue }

    private var shortNames: [String] { [description, String(description.dropLast("Converter".count))] }
}
