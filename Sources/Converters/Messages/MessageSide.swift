internal import SchemaRegistry

/// Which side of a message a converter reads.
package enum MessageSide: String, Sendable, Hashable, CaseIterable {
    case key, value

    /// The header that may name the side's schema.
    var schemaHeader: StaticString { self == .key ? WireFormat.keyHeader : WireFormat.valueHeader }

    /// The registry's subject for a topic (`TopicNameStrategy`).
    func subject(of topic: String) -> String { "\(topic)-\(rawValue)" }
}
