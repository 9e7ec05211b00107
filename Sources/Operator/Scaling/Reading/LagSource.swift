package import SinkConfiguration

/// Gives the newest reading of each sink's lag; reading itself goes on outside the reconcile loop.
package protocol LagSource: Sendable {
    /// Begins to read a sink's lag, or goes on with a changed connection; cheap, and never waits.
    func follow(_ key: SinkKey, _ connection: LagConnection)

    /// Reads a sink's lag no longer.
    func forget(_ key: SinkKey)

    /// The newest outcome with the moment of its reading, or `nil` before the first.
    func latest(_ key: SinkKey) -> (time: ContinuousClock.Instant, outcome: Result<GroupLag, LagError>)?
}

/// How a sink's group and topics are found.
package struct LagConnection: Sendable, Hashable {
    /// The consumer's properties under librdkafka's names, with references resolved; secrets print as redacted.
    package var client: ClientProperties
    /// The group.
    package var group: String
    /// Topic names, or one regular expression after `^`.
    package var topics: [String]
    /// Whether a partition without a committed offset begins at the start of its log.
    package var startsAtBeginning: Bool
    /// How often the lag is read.
    package var interval: Duration

    /// How often it is read where it decides about the workers.
    package static let scalingInterval = Duration.seconds(15)
    /// How often it is read where it is only shown.
    package static let showingInterval = Duration.seconds(60)

    /// Creates a connection.
    package init(
        client: ClientProperties,
        group: String,
        topics: [String],
        startsAtBeginning: Bool,
        interval: Duration = LagConnection.scalingInterval
    ) {
        self.client = client
        self.group = group
        self.topics = topics
        self.startsAtBeginning = startsAtBeginning
        self.interval = interval
    }
}

/// Why lag cannot be read.
package struct LagError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence, without secrets.
    package let message: String
    /// Whether another try is not worth much before somebody changes something, since it costs the operator more than
    /// others do.
    package let isLasting: Bool

    /// Creates an error.
    package init(_ message: String, isLasting: Bool = false) {
        self.message = message
        self.isLasting = isLasting
    }

    package var description: String { message }
}
