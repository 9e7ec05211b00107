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
                status: .planned,
                example: "1",
                "How many replicas the topic gets when the sink has to create it; -1 for the broker's default."
            ),
            PropertyDefinition(
                "errors.deadletterqueue.context.headers.enable",
                .boolean,
                default: "false",
                group: .deadLetters,
                since: "Kafka Connect",
                status: .planned,
                example: "true",
                "Whether headers `__connect.errors.*` tell where the record came from and what was wrong with it."
            ),
        ] + queue("misc.deadletterqueue.", of: "records whose batch cannot be ingested")

    private static func queue(_ prefix: String, of records: String) -> [PropertyDefinition] {
        let isMisc = prefix.hasPrefix("misc")
        let pairing = isMisc ? " Required beside `\(prefix)topic.name`." : " By default those of the consumer."
        let existence = isMisc ? " It must exist." : ""
        return [
            PropertyDefinition(
                prefix + "bootstrap.servers",
                .list,
                group: .deadLetters,
                status: .planned,
                example: "broker-1:9092,broker-2:9092",
                "The brokers of the dead-letter queue for \(records)." + pairing
            ),
            PropertyDefinition(
                prefix + "topic.name",
                .string,
                group: .deadLetters,
                status: .planned,
                example: "orders-dead-letters",
                "The topic for \(records). It must not be among the topics consumed." + existence
            ),
            PropertyDefinition(
                prefix + "security.protocol",
                .enumeration(securityProtocols),
                group: .deadLetters,
                status: .planned,
                example: "SASL_SSL",
                "The protocol for the dead-letter queue's brokers. By default that of the consumer."
            ),
            PropertyDefinition(
                prefix + "sasl.mechanism",
                .string,
                group: .deadLetters,
                status: .planned,
                example: "SCRAM-SHA-512",
                "How to sign in at the dead-letter queue's brokers. By default as at the consumer's brokers."
            ),
            PropertyDefinition(
                prefix + "sasl.jaas.config",
                .password,
                group: .deadLetters,
                status: .planned,
                example: "${file:/etc/kusto-sink/secrets/dlq.properties:jaas}",
                "The credentials for these brokers, in the grammar of JAAS. By default those of the consumer."
            ),
            PropertyDefinition(
                prefix + "*",
                .string,
                group: .deadLetters,
                status: .planned,
                example: "compression.type=zstd",
                "Any other property of the producer, without the prefix."
            ),
        ]
    }

    /// Kafka's security protocols.
    static let securityProtocols = ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
}
