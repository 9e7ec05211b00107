/// `spec.flush`.
package struct FlushSpec: Sendable, Hashable {
    /// `flush.size.bytes`, before compression; `nil` for the connector's default.
    package var sizeBytes: Int?
    /// `flush.interval.ms`.
    package var interval: Duration?

    /// Creates a part of defaults.
    package init() {}
}

/// `spec.errors`.
package struct ErrorsSpec: Sendable, Hashable {
    /// `behavior.on.error`: `fail`, `log` or `ignore`.
    package var behavior: String?
    /// `errors.tolerance`: `none` or `all`.
    package var tolerance: String?
    /// `errors.retry.max.time.ms`.
    package var retryMaxTime: Duration?
    /// `errors.retry.backoff.time.ms`.
    package var retryBackoff: Duration?
    /// `errors.retry.timeout` of conversion.
    package var conversionRetryTimeout: Duration?
    /// `errors.retry.delay.max.ms` of conversion.
    package var conversionRetryMaxDelay: Duration?
    /// `errors.log.enable`.
    package var logsFailures: Bool?
    /// `errors.log.include.messages`.
    package var logsMessages: Bool?
    /// Where records go that cannot be converted.
    package var deadLetterQueue: DeadLetterQueueSpec?
    /// Where records go that cannot be ingested.
    package var miscDeadLetterQueue: DeadLetterQueueSpec?

    /// Creates a part of defaults.
    package init() {}
}

/// `spec.errors.deadLetterQueue` and `spec.errors.miscDeadLetterQueue`.
package struct DeadLetterQueueSpec: Sendable, Hashable {
    /// The topic.
    package var topic: String
    /// Its brokers; empty for the consumer's.
    package var bootstrapServers: [String] = []
    /// How to speak to them; `nil` for the consumer's.
    package var security: KafkaSecuritySpec?
    /// `errors.deadletterqueue.topic.replication.factor`.
    package var replicationFactor: Int?
    /// `errors.deadletterqueue.context.headers.enable`.
    package var contextHeaders: Bool?

    /// Creates a part.
    package init(topic: String) { self.topic = topic }
}

/// `spec.buffers`.
package struct BuffersSpec: Sendable, Hashable {
    /// `buffer.memory.bytes`.
    package var memoryBytes: Int?
    /// `buffer.disk.bytes`, which is also the size limit of the volume that holds it.
    package var diskBytes: Int?
    /// `shutdown.drain.ms`.
    package var shutdownDrain: Duration?
    /// `commit.interval.ms`.
    package var commitInterval: Duration?
    /// `startup.timeout.ms`.
    package var startupTimeout: Duration?
    /// `compression.type`.
    package var compressionType: String?
    /// `compression.level`.
    package var compressionLevel: Int?

    /// Creates a part of defaults.
    package init() {}
}

/// `spec.log`.
package struct LogSpec: Sendable, Hashable {
    /// `log.level`.
    package var level: String?
    /// `log.format`; workers under Kubernetes write `json` unless told otherwise.
    package var format: String?

    /// Creates a part of defaults.
    package init() {}
}
