/// The properties that our clients have unless the user sets them, and those that the user cannot set.
enum ClientDefaults {
    /// What all consumers of a process together fetch at once and keep in their queues by default, in bytes.
    private static let (responseBytes, queueBytes) = (4_456_448, 6 << 20)

    /// The consumer's defaults.
    /// - Parameter tasks: How many consumers share the process.
    static func consumer(name: String, tasks: Int) -> [String: String] {
        [
            "group.id": "connect-\(name)",
            "client.id": "connector-consumer-\(name)",
            // What Connect sets, or Java's default, where librdkafka differs.
            "auto.offset.reset": "earliest",
            "check.crcs": "true",
            // Rows of a transaction that was aborted should not be in a table.
            "isolation.level": "read_committed",
            "partition.assignment.strategy": "cooperative-sticky",
            // The fetch response and the queue that it goes into bound what a consumer holds, however many partitions
            // it has. librdkafka takes no less for a response than `message.max.bytes`, which is 1000000.
            "fetch.max.bytes": "\(max(1_000_000, responseBytes / max(1, tasks)))",
            // An eighth of a single consumer's response, and four of a producer's batches of 128 KiB.
            "max.partition.fetch.bytes": "557056",
            "queued.max.messages.kbytes": "\(max(1024, (queueBytes >> 10) / max(1, tasks)))",
            // A broker sends a record of any size, however little was asked for, and a client that refuses it asks for
            // it again for ever. A server that is no Kafka broker, such as an HTTP server, still seems to announce more
            // than this.
            "receive.message.max.bytes": "\(responseLimit)",
            "fetch.queue.backoff.ms": "10",
            "socket.keepalive.enable": "true",
        ]
    }

    /// The largest response that a consumer takes by default, in bytes.
    static let responseLimit: Int64 = 1 << 30

    /// Defaults of ours that old libraries do not have.
    static let optionalNames: Set<String> = ["fetch.queue.backoff.ms"]

    /// What the user cannot set for the consumer: offsets are committed when records are ingested, not when read.
    static let forcedForConsumer = ["enable.auto.commit": "false", "enable.auto.offset.store": "false"]

    /// The defaults of the dead-letter queues' producers.
    static func producer(name: String) -> [String: String] {
        [
            "client.id": "connector-dlq-producer-\(name)",
            "acks": "all",
            "enable.idempotence": "true",
            // Only the topic decides which record is too large. A record that is larger than a batch is sent alone, and
            // a batch is never larger than a topic takes, which would fail all of its records.
            "message.max.bytes": "1000000000",
            "batch.size": "65536",
            // The partition that a Java producer chooses for the same key.
            "partitioner": "murmur2_random",
            "socket.keepalive.enable": "true",
        ]
    }

    /// Consumer properties that the newer group protocol leaves to the broker.
    static let classicOnly = ["partition.assignment.strategy", "session.timeout.ms", "heartbeat.interval.ms"]
}
