extension PropertyTable {
    /// When batches are sealed and what they cost.
    static let batching: [PropertyDefinition] = [
        PropertyDefinition(
            "flush.size.bytes",
            .long(100...(1 << 40)),
            default: "1048576",
            group: .batching,
            example: "10485760",
            """
            Size in bytes, before compression, above which the batch of a topic partition is sealed and sent. Larger \
            batches are cheaper to ingest; keep to 4 MB for streaming ingestion.
            """
        ),
        PropertyDefinition(
            "flush.interval.ms",
            .long(100...86_400_000),
            default: "30000",
            group: .batching,
            example: "10000",
            "Time in milliseconds since its first record after which a batch is sealed and sent, whatever its size."
        ),
        PropertyDefinition(
            "tempdir.path",
            .string,
            group: .batching,
            example: "/var/lib/kusto-sink",
            """
            The directory under which batches wait on disk that memory does not hold. By default `$TMPDIR`, else \
            `/tmp`. It must be writable unless `buffer.disk.bytes` is 0.
            """
        ),
        PropertyDefinition(
            "buffer.memory.bytes",
            .long(8_388_608...(1 << 40)),
            default: "25165824",
            group: .batching,
            since: "kusto-sink",
            example: "67108864",
            """
            How many bytes not yet ingested may be in memory, for the whole process. What exceeds it goes to disk, \
            compressed; when both are used up, partitions are paused.
            """
        ),
        PropertyDefinition(
            "buffer.disk.bytes",
            .long(0...(1 << 50)),
            default: "1073741824",
            group: .batching,
            since: "kusto-sink",
            example: "0",
            "How many bytes not yet ingested may be on disk, for the whole process; 0 for none."
        ),
        PropertyDefinition(
            "compression.type",
            .enumeration(CompressionSettings.Kind.allCases.map(\.rawValue)),
            default: "isal",
            group: .batching,
            since: "kusto-sink",
            example: "zlib",
            "What compresses: `isal` (Intel ISA-L, several times faster) or `zlib`. Both write standard gzip."
        ),
        PropertyDefinition(
            "compression.level",
            .int(0...9),
            default: "1",
            group: .batching,
            since: "kusto-sink",
            example: "1",
            "How hard it tries: 0 to 3 with `isal`, 1 to 9 with `zlib`."
        ),
    ]

    /// What happens when something fails.
    static let errors: [PropertyDefinition] = [
        PropertyDefinition(
            "behavior.on.error",
            .enumeration(ErrorSettings.Behavior.allCases.map(\.rawValue)),
            default: "fail",
            group: .errors,
            example: "log",
            """
            What happens when a batch cannot be ingested, for good or for `errors.retry.max.time.ms`: `fail` stops \
            the sink with its offsets where they are; `log` and `ignore` send the records to \
            `misc.deadletterqueue.topic.name` and go on. Without that queue they drop them, which is logged with the \
            offsets. Conversion errors follow `errors.tolerance`.
            """
        ),
        PropertyDefinition(
            "errors.retry.max.time.ms",
            .long(0...2_592_000_000),
            default: "300000",
            group: .errors,
            example: "600000",
            """
            How long in milliseconds a batch is tried again, from its first failure, while the failure may pass: the \
            network, throttling, an outage.
            """
        ),
        PropertyDefinition(
            "errors.retry.backoff.time.ms",
            .long(1...3_600_000),
            default: "10000",
            group: .errors,
            example: "1000",
            "The pause in milliseconds before the first retry. It grows exponentially, with jitter and a cap."
        ),
        PropertyDefinition(
            "errors.tolerance",
            .enumeration(ErrorSettings.Tolerance.allCases.map(\.rawValue)),
            default: "none",
            group: .errors,
            since: "Kafka Connect",
            example: "all",
            """
            What happens to a record that cannot be converted: `none` stops the sink, `all` skips it, after it went \
            to `errors.deadletterqueue.topic.name` if there is one.
            """
        ),
        PropertyDefinition(
            "errors.retry.timeout",
            .long(-1...2_592_000_000),
            default: "0",
            group: .errors,
            since: "Kafka Connect",
            example: "60000",
            """
            How long in milliseconds a conversion is tried again whose failure may pass, such as a schema registry \
            that answers late; -1 for ever. It has no effect until converters with a schema registry come: what \
            the others refuse once they refuse always.
            """
        ),
        PropertyDefinition(
            "errors.retry.delay.max.ms",
            .long(1...86_400_000),
            default: "60000",
            group: .errors,
            since: "Kafka Connect",
            example: "10000",
            """
            The longest pause in milliseconds between such tries. It has no effect until converters with a schema \
            registry come.
            """
        ),
        PropertyDefinition(
            "errors.log.enable",
            .boolean,
            default: "false",
            group: .errors,
            since: "Kafka Connect",
            example: "true",
            "Whether every tolerated conversion error is logged."
        ),
        PropertyDefinition(
            "errors.log.include.messages",
            .boolean,
            default: "false",
            group: .errors,
            since: "Kafka Connect",
            example: "true",
            """
            Whether such a line names the record's timestamp too, besides topic, partition and offset. Keys and values \
            are never logged.
            """
        ),
    ]
}
