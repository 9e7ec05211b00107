internal import JSON

extension SinkSchema {
    /// `spec.errors`.
    package static let errors = SchemaField.object(
        "errors",
        "What happens to what cannot be converted or ingested.",
        [
            .word(
                "behavior",
                "What happens to a batch that Azure Data Explorer refuses for good: fail stops the worker; log and "
                    + "ignore send its records to miscDeadLetterQueue, or drop them without one, and go on. By default "
                    + "fail (behavior.on.error).",
                ["fail", "log", "ignore"]
            ),
            .word(
                "tolerance",
                "What happens to a record that cannot be converted: none stops the worker; all sends it to "
                    + "deadLetterQueue, or drops it without one, and goes on. By default none (errors.tolerance).",
                ["none", "all"]
            ),
            .object(
                "retry",
                "How a batch is tried again after a failure that may pass.",
                [
                    .duration(
                        "maxTime",
                        "How long after its first failure. By default 5m (errors.retry.max.time.ms).",
                        from: .zero,
                        to: .seconds(2_592_000)
                    ),
                    .duration(
                        "backoff",
                        "The pause before the first retry, which then grows. By default 10s "
                            + "(errors.retry.backoff.time.ms).",
                        from: .milliseconds(1),
                        to: .seconds(3_600)
                    ),
                ]
            ),
            .object(
                "conversionRetry",
                "How a schema registry that does not answer is asked again; it is waited for, however long it takes.",
                [
                    .duration(
                        "timeout",
                        "It has no effect, and is here for what comes from Kafka Connect (errors.retry.timeout).",
                        from: .zero,
                        to: .seconds(2_592_000)
                    ),
                    .duration(
                        "maxDelay",
                        "The longest pause between two requests; more than 30s counts as that "
                            + "(errors.retry.delay.max.ms).",
                        from: .milliseconds(1),
                        to: .seconds(86_400)
                    ),
                ]
            ),
            .object(
                "log",
                "What is logged of records that cannot be converted.",
                [
                    .flag("enable", "Whether each of them is logged. False by default (errors.log.enable)."),
                    .flag(
                        "includeMessages",
                        "Whether the line also has the record's timestamp; keys and values are never logged. False by "
                            + "default (errors.log.include.messages)."
                    ),
                ]
            ),
            deadLetterQueue(
                "deadLetterQueue",
                "Where records go that cannot be converted.",
                [
                    .integer(
                        "replicationFactor",
                        "How many replicas the topic gets when the sink makes it; -1 for the brokers' default. By "
                            + "default 3 (errors.deadletterqueue.topic.replication.factor).",
                        -1...32_767
                    ),
                    .flag(
                        "contextHeaders",
                        "Whether headers tell where a record came from and what was wrong with it. False by default "
                            + "(errors.deadletterqueue.context.headers.enable)."
                    ),
                ],
                prefix: "errors.deadletterqueue"
            ),
            deadLetterQueue(
                "miscDeadLetterQueue",
                "Where records go whose batch cannot be ingested. The topic must exist.",
                [],
                prefix: "misc.deadletterqueue"
            ),
        ]
    )

    private static func deadLetterQueue(
        _ name: String,
        _ summary: String,
        _ more: [SchemaField],
        prefix: String
    ) -> SchemaField {
        .object(
            name,
            summary,
            [
                .text(
                    "topic",
                    "The topic, which must not be one of spec.topics (\(prefix).topic.name).",
                    maximum: 249,
                    pattern: .topicName
                ).required,
                bootstrapServers("Its brokers. By default those of spec.kafka (\(prefix).bootstrap.servers)."),
                security(
                    "How to talk to its brokers. By default as spec.kafka does; when it is given, nothing of that counts."
                ),
            ] + more
        )
    }

    /// `spec.buffers`.
    package static let buffers = SchemaField.object(
        "buffers",
        "How much may wait for its ingestion in a worker, and how workers start and stop.",
        [
            .integer(
                "memoryBytes",
                "Bytes that may wait in memory. By default 25165824 (buffer.memory.bytes).",
                8_388_608...1_099_511_627_776
            ),
            .integer(
                "diskBytes",
                "Bytes that may wait on disk, which is also the size of the pod's volume; 0 for none. By default "
                    + "1073741824 (buffer.disk.bytes).",
                0...1_125_899_906_842_624
            ),
            .duration(
                "shutdownDrain",
                "How long what was read may still be ingested when a worker stops. By default 20s "
                    + "(shutdown.drain.ms).",
                from: .zero,
                to: .seconds(3_600)
            ),
            .duration(
                "commitInterval",
                "The shortest time between two commits of offsets. By default 1s (commit.interval.ms).",
                from: .milliseconds(10),
                to: .seconds(3_600)
            ),
            .duration(
                "startupTimeout",
                "How long a worker waits at its start for Kafka and Azure Data Explorer to answer. By default 30s "
                    + "(startup.timeout.ms).",
                from: .milliseconds(1),
                to: .seconds(3_600)
            ),
            .word(
                "compressionType",
                "The library that compresses batches; both write gzip. By default isal (compression.type).",
                ["isal", "zlib"]
            ),
            .integer(
                "compressionLevel",
                "The level: 0 to 3 with isal, 1 to 9 with zlib. By default 1 (compression.level).",
                0...9
            ),
        ]
    ).ruled(
        SchemaRule(
            "!has(self.compressionLevel) || (has(self.compressionType) && self.compressionType == 'zlib' ? "
                + "self.compressionLevel >= 1 : self.compressionLevel <= 3)",
            "must be 0 to 3 with isal, which is the default, and 1 to 9 with zlib",
            at: ".compressionLevel"
        ) { buffers in
            guard let level = buffers["compressionLevel"]?.intValue else { return true }
            return buffers["compressionType"]?.stringValue == "zlib" ? level >= 1 : level <= 3
        }
    )

    /// `spec.log`.
    package static let log = SchemaField.object(
        "log",
        "What workers log.",
        [
            .word(
                "level",
                "The lowest level that is logged. By default info (log.level).",
                ["trace", "debug", "info", "warning", "error"]
            ),
            .word("format", "How lines are written. By default json (log.format).", ["json", "text"]),
        ]
    )
}
