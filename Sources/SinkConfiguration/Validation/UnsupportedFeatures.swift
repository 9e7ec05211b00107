internal import Converters

/// What can be configured and is checked, but is not there yet.
///
/// To add a feature, remove its lines here and the `planned` of its properties in the table.
enum UnsupportedFeatures {
    /// Returns the features that `settings` asks for and that are not there yet.
    static func requested(by settings: SinkSettings) -> [SinkSettings.Unsupported] {
        deadLetterQueues(settings.errors) + keyConverter(settings.keyConverter)
            + converter(settings.valueConverter)
    }

    private static func deadLetterQueues(_ errors: ErrorSettings) -> [SinkSettings.Unsupported] {
        var found: [SinkSettings.Unsupported] = []
        let reason = "dead-letter queues are not supported yet; remove it to start without one"
        if errors.deadLetterQueue != nil {
            found.append(.init(property: "errors.deadletterqueue.topic.name", reason: reason))
        }
        if errors.miscDeadLetterQueue != nil {
            found.append(.init(property: "misc.deadletterqueue.topic.name", reason: reason))
        }
        return found
    }

    private static func keyConverter(_ converter: ConverterSettings?) -> [SinkSettings.Unsupported] {
        guard converter?.kind.usesRegistry == true else { return [] }
        let reason = """
            converters with a schema registry are not supported yet; remove it to start, since keys are not written to \
            tables
            """
        return [.init(property: "key.converter", reason: reason)]
    }

    private static func converter(_ converter: ConverterSettings) -> [SinkSettings.Unsupported] {
        let name = "value.converter"
        switch converter.kind {
        case .json where converter.schemasEnable:
            let reason = """
                messages with an embedded schema are not supported yet; set value.converter.schemas.enable=false if the \
                values are plain JSON
                """
            return [.init(property: "value.converter.schemas.enable", reason: reason)]
        case .string where !["UTF-8", "UTF8", "US-ASCII", "ASCII"].contains(converter.encoding.uppercased()):
            let reason = "charsets other than UTF-8 are not supported yet"
            return [.init(property: "value.converter.converter.encoding", reason: reason)]
        case .string, .bytes, .json: return []
        case .avro, .jsonSchema, .protobuf:
            return [.init(property: name, reason: "converters with a schema registry are not supported yet")]
        case .short, .integer, .long, .float, .double, .boolean:
            return [.init(property: name, reason: "converters of primitive types are not supported yet for values")]
        }
    }
}
