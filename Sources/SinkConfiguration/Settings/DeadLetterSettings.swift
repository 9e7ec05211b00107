/// A topic for records that could not be delivered.
package struct DeadLetterSettings: Sendable, Hashable {
    /// The topic's name.
    package var topic: String
    /// With how many replicas a missing topic is made; `nil` when it must exist.
    package var replicationFactor: Int?
    /// Whether headers tell what went wrong, and where.
    package var addsContextHeaders: Bool
    /// The producer's properties under librdkafka's names.
    package var producer: ClientProperties
}
