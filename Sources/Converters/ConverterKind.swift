/// Which of Kafka Connect's converters reads a message.
package enum ConverterKind: Sendable, Hashable {
    /// UTF-8 text, `StringConverter`.
    case string
    /// ASCII text, `StringConverter` with `converter.encoding=US-ASCII`.
    case ascii
    /// Any bytes, `ByteArrayConverter`.
    case bytes
    /// JSON without a schema, `JsonConverter` with `schemas.enable=false`.
    case json

    /// Kafka Connect's class of the converter, which dead letters name.
    package var className: String {
        switch self {
        case .string, .ascii: "org.apache.kafka.connect.storage.StringConverter"
        case .bytes: "org.apache.kafka.connect.converters.ByteArrayConverter"
        case .json: "org.apache.kafka.connect.json.JsonConverter"
        }
    }

    /// Reads a converter's class name, in full or its last part, and its settings.
    ///
    /// The names of the settings come without `value.converter.`.
    /// - Throws: ``ConverterError`` with `unsupported` when the class or a setting's value is not supported.
    package init(className: String, settings: [String: String] = [:]) throws(ConverterError) {
        let known = [Self.string, .bytes, .json].first { $0.isNamed(className) }
        switch known {
        case .string, .ascii:
            let encoding = settings["converter.encoding"] ?? "UTF-8"
            switch encoding.lowercased() {
            case "utf-8", "utf8": self = .string
            case "us-ascii", "ascii": self = .ascii
            default:
                throw Self.unsupported("converter.encoding=\(encoding) is not supported, use UTF-8 or US-ASCII")
            }
        case .bytes:
            self = .bytes
        case .json:
            // Kafka Connect's default is true.
            guard settings["schemas.enable"]?.lowercased() == "false" else {
                throw Self.unsupported("JsonConverter is supported only with schemas.enable=false, so set it")
            }
            self = .json
        case nil:
            throw Self.unsupported(
                "converter class \(className) is not supported, use StringConverter, ByteArrayConverter or JsonConverter"
            )
        }
    }

    /// Kafka Connect takes a class by its full name or by the last part of it, with or without "Converter".
    private func isNamed(_ name: String) -> Bool {
        let last = className.split(separator: ".").last.map(String.init) ?? className
        return [className, last, String(last.dropLast("Converter".count))].contains(name)
    }

    private static func unsupported(_ message: String) -> ConverterError {
        ConverterError(.unsupported, message, exceptionClass: ConverterError.configException)
    }
}
