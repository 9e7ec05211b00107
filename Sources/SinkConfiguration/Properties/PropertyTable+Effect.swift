/// What comes of a property here, whatever its value is.
extension PropertyTable {
    /// What a worker does about a property.
    package enum Effect: Sendable, Hashable {
        /// It says something to the sink, or to one of its clients.
        case effective
        /// It is accepted and does nothing; the text says why, as a sentence without a final dot.
        case ignored(String)
        /// It is an error; the text says why, as a sentence without a final dot.
        case refused(String)
        /// It is no property of the sink's.
        case unknown
    }

    /// Returns what a worker does about the property called `name`.
    package static func effect(of name: String) -> Effect {
        if let definition = PropertyTable[name] {
            switch definition.status {
            case .ignored: return .ignored(sentence(definition.documentation))
            case .refused: return .refused(sentence(definition.documentation))
            case .supported: break
            }
        }
        if let replacement = replacement(ofOlder: name) {
            return .ignored("it is a name of an older release; use \(replacement)")
        }
        for (prefix, isConsumer) in clientPrefixes where name.hasPrefix(prefix) {
            let inner = String(name.dropFirst(prefix.count))
            guard !ClientRole.queueSettings.contains(inner) || !prefix.hasSuffix("deadletterqueue.") else { break }
            return effect(ofClient: inner, isConsumer: isConsumer)
        }
        if PropertyTable[name] != nil || openPrefixes.contains(where: name.hasPrefix) { return .effective }
        if ClientRole.isShared(name) { return effect(ofClient: name, isConsumer: true) }
        if ignoredPrefixes.contains(where: name.hasPrefix) {
            return .ignored("it is a setting of the Connect worker, which is not there any more")
        }
        return .unknown
    }

    /// Prefixes of the names of clients' properties, the longer ones first.
    static let clientPrefixes: [(prefix: String, isConsumer: Bool)] = [
        ("consumer.override.", true), ("consumer.", true), ("producer.override.", false), ("producer.", false),
        ("errors.deadletterqueue.", false), ("misc.deadletterqueue.", false),
    ]

    private static func effect(ofClient name: String, isConsumer: Bool) -> Effect {
        switch ClientRules.rule(for: name, isConsumer: isConsumer) {
        case .ignored(let reason): .ignored(reason)
        case .refused(let reason): .refused(reason)
        case .special(.partitioner): .ignored("records keep Java's default placement by key")
        case .special(.autoCommit): .ignored("offsets are committed by the sink, after ingestion")
        case nil: .unknown
        default: .effective
        }
    }

    private static func sentence(_ documentation: String) -> String {
        documentation.hasSuffix(".") ? String(documentation.dropLast()) : documentation
    }
}
