/// What happens to what cannot be converted or ingested.
package struct ErrorSettings: Sendable {
    /// What happens when a batch cannot be ingested.
    package enum Behavior: String, Sendable, CaseIterable {
        /// Stop.
        case fail
        /// Send it to the dead-letter queue, if any, log, and go on.
        case log
        /// The same as ``log``, for configurations of the connector, which logged less then.
        case ignore
    }

    /// What happens when a record cannot be converted.
    package enum Tolerance: String, Sendable, CaseIterable {
        /// Stop.
        case none
        /// Send it to the dead-letter queue, if any, and go on.
        case all
    }

    /// What happens when a batch cannot be ingested.
    package var behavior: Behavior
    /// How long a batch is tried again, from its first failure.
    package var retryMaximumTime: Duration
    /// The pause before the first retry; it grows from there.
    package var retryBackoff: Duration
    /// What happens when a record cannot be converted.
    package var tolerance: Tolerance
    /// How long Kafka Connect would try a conversion again, `nil` for ever; it has no effect here, since only a registry
    /// that is away makes a second try worth it, and that is waited for in any case.
    package var conversionRetryTimeout: Duration?
    /// The longest pause between two requests to a schema registry that is away.
    package var conversionRetryMaximumDelay: Duration
    /// Whether each failed conversion is logged.
    package var logsFailures: Bool
    /// Whether such lines name the record's timestamp too.
    package var logsMessages: Bool
    /// Where records go that cannot be converted: `errors.deadletterqueue.*`.
    package var deadLetterQueue: DeadLetterSettings?
    /// Where records go that cannot be ingested: `misc.deadletterqueue.*`.
    package var miscDeadLetterQueue: DeadLetterSettings?
}
