extension PropertyTable {
    /// The two dead-letter queues.
    static let deadLetters: [PropertyDefinition] =
        queue("errors.deadletterqueue.", of: "records that cannot be converted") + [
            PropertyDefinition(
                "errors.deadletterqueue.topic.replication.factor",
                .int(-1...32767),
                default: "3",
                group: .deadLetters,
                since: "Kafka Connect",
                example: "1",
                "How many replicas the topic gets when the sink has to create it; -1 for the broker's default."
            ),
            PropertyDefinition(
                "errors.deadletterqueue.context.headers.enable",
                .boolean,
                default: "false",
                group: .deadLetters,
                since: "Kafka Connect",
                example: "true",
                "Whether headers `__connect.errors.*` tell where the record came from and what was wrong with it."
            ),
        ] + queue("misc.deadletterqueue.", of: "records whose batch cannot be ingested")

    private static func queue(_ prefix: String, of records: String) -> [PropertyDefinition] {
        let isMisc = prefix.hasPrefix("misc")
        let pairing =
            isMisc ? " Required beside `\(prefix)topic.name`." : " By default those of the consumer."
        let existence = isMisc ? " It must exist." : ""
        return [
            PropertyDefinition(
                prefix + "bootstrap.servers",
                .list,
                group: .deadLetters,
                example: "broker-1:9092,broker-2:9092",
                "The brokers of the dead-letter queue for \(records)." + pairing
            ),
            PropertyDefinition(
                prefix + "topic.name",
                .string,
                group: .deadLetters,
                example: "orders-dead-letters",
                "The topic for \(records). It must not be among the topics consumed." + existence
            ),
            PropertyDefinition(
                prefix + "security.protocol",
                .enumeration(securityProtocols),
                group: .deadLetters,
                example: "SASL_SSL",
                """
                The protocol for the dead-letter queue's brokers. Without any `security.protocol`, `sasl.*` or `ssl.*` of \
                its own a queue speaks to its brokers as the consumer does to its own; with one, it takes none of the \
                consumer's.
                """
            ),
            PropertyDefinition(
                prefix + "sasl.mechanism",
                .string,
                group: .deadLetters,
                example: "SCRAM-SHA-512",
                "How to sign in at the dead-letter queue's brokers; see `\(prefix)security.protocol`."
            ),
            PropertyDefinition(
                prefix + "sasl.jaas.config",
                .password,
                group: .deadLetters,
                example: "${file:/etc/kusto-sink/secrets/dlq.properties:jaas}",
                """
                The credentials for these brokers, in the grammar of JAAS; see `consumer.override.sasl.jaas.config`.
                """
            ),
            PropertyDefinition(
                prefix + "*",
                .string,
                group: .deadLetters,
                example: "compression.type=zstd",
                "Any other property of the producer, without the prefix."
            ),
        ]
    }

    /// Kafka's security protocols.
    static let securityProtocols = ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
}
