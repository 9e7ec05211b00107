/// What our clients are told unless the user says otherwise, and what nobody may change.
enum ClientDefaults {
    /// The consumer's defaults.
    static func consumer(name: String) -> [String: String] {
        [
            "group.id": "connect-\(name)",
            "client.id": "connector-consumer-\(name)",
            // What Connect sets, or Java's default, where librdkafka differs.
            "auto.offset.reset": "earliest",
            "check.crcs": "true",
            // Rows of a transaction that was aborted should not be in a table.
            "isolation.level": "read_committed",
            "partition.assignment.strategy": "cooperative-sticky",
            // A fetch response and the queue behind it bound what a consumer holds, however many partitions it has.
            "fetch.max.bytes": "4456448",
            // An eighth of it, and four of a producer's batches of 128 KiB.
            "max.partition.fetch.bytes": "557056",
            // As in Java: a batch of any size that a broker takes can be read. A smaller limit ends the connection.
            "receive.message.max.bytes": "2147483647",
            "queued.max.messages.kbytes": "6144",
            "fetch.queue.backoff.ms": "10",
            "socket.keepalive.enable": "true",
        ]
    }

    /// Defaults of ours that old libraries do not know.
    static let optionalNames: Set<String> = ["fetch.queue.backoff.ms"]

    /// What the consumer is always told: offsets are committed when their records are ingested, not when they are read.
    static let forcedForConsumer = ["enable.auto.commit": "false", "enable.auto.offset.store": "false"]

    /// The defaults of the dead-letter queues' producers.
    static func producer(name: String) -> [String: String] {
        [
            "client.id": "connector-dlq-producer-\(name)",
            "acks": "all",
            "enable.idempotence": "true",
            // Where Java puts a record with the same key.
            "partitioner": "murmur2_random",
            "socket.keepalive.enable": "true",
        ]
    }

    /// Consumer properties that the newer group protocol leaves to the broker.
    static let classicOnly = ["partition.assignment.strategy", "session.timeout.ms", "heartbeat.interval.ms"]
}
