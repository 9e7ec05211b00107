/// Which topics are consumed.
package enum TopicSelection: Sendable, Hashable {
    /// These.
    case list([String])
    /// All whose whole name matches.
    case pattern(TopicPattern)

    /// What to subscribe to at librdkafka: names, or one regular expression that starts with `^`.
    package var subscription: [String] {
        switch self {
        case .list(let topics): topics
        case .pattern(let pattern): [pattern.subscription]
        }
    }

    /// Returns those of `names` that are consumed.
    func members(of names: Set<String>) -> Set<String> {
        switch self {
        case .list(let topics): names.intersection(topics)
        case .pattern(let pattern): pattern.members(of: names)
        }
    }

    /// Whether a topic of this name is consumed.
    package func contains(_ topic: String) -> Bool {
        switch self {
        case .list(let topics): topics.contains(topic)
        case .pattern(let pattern): pattern.matches(topic)
        }
    }
}
