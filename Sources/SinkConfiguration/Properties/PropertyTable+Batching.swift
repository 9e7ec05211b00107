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
            batches are cheaper to ingest; batches for streaming ingestion are sealed at 4 MB at the latest.
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
            The directory for batches that wait for their ingestion and do not fit into memory. By default `$TMPDIR`, \
            else `/tmp`. It must be writable unless `buffer.disk.bytes` is 0.
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
            How many bytes that are not ingested yet may be in memory, for the whole process. Further batches go to \
            disk, compressed; when memory and disk are both full, partitions are paused.
            """
        ),
        PropertyDefinition(
            "buffer.disk.bytes",
            .long(0...(1 << 50)),
            default: "1073741824",
            group: .batching,
            since: "kusto-sink",
            example: "0",
            "How many bytes that are not ingested yet may be on disk, for the whole process; 0 for none."
        ),
        PropertyDefinition(
            "compression.type",
            .enumeration(CompressionSettings.Kind.allCases.map(\.rawValue)),
            default: "isal",
            group: .batching,
            since: "kusto-sink",
            example: "zlib",
            "The library that compresses batches: `isal` (Intel ISA-L, several times faster) or `zlib`. Both write gzip."
        ),
        PropertyDefinition(
            "compression.level",
            .int(0...9),
            default: "1",
            group: .batching,
            since: "kusto-sink",
            example: "1",
            "The compression level: 0 to 3 with `isal`, 1 to 9 with `zlib`. Higher is smaller and slower."
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
            What happens when Azure Data Explorer refuses a batch for good, or when retries have gone on for \
            `errors.retry.max.time.ms`: `fail` stops the sink and leaves its offsets where they are; `log` and `ignore` \
            send the records to `misc.deadletterqueue.topic.name` and go on. Without that queue they drop the records, \
            and log which offsets those were. Conversion errors follow `errors.tolerance`.
            """
        ),
        PropertyDefinition(
            "ingestion.report",
            .enumeration(["none", "failures"]),
            default: "none",
            group: .errors,
            since: "kusto-sink",
            example: "failures",
            """
            What Azure Data Explorer is asked to report of queued batches. With `failures` the worker learns which batches \
            were rejected after they had been queued, logs and counts them, and does with their records what \
            `behavior.on.error` says; with `none` nobody looks.
            """
        ),
        PropertyDefinition(
            "commit.after",
            .enumeration(["queued", "ingested"]),
            default: "queued",
            group: .errors,
            since: "kusto-sink",
            example: "ingested",
            """
            When offsets are committed: when Azure Data Explorer has queued their batch, as the connector does, or when it \
            reports that the rows are in the table, which takes as long as its batching policy says and needs \
            `ingestion.report=failures`.
            """
        ),
        PropertyDefinition(
            "errors.retry.max.time.ms",
            .long(0...2_592_000_000),
            default: "300000",
            group: .errors,
            example: "600000",
            """
            For how many milliseconds after its first failure a batch is tried again, when the failure is temporary, \
            such as a network error or an outage. Time in which Azure Data Explorer asks for fewer requests does not count.
            """
        ),
        PropertyDefinition(
            "errors.retry.backoff.time.ms",
            .long(1...3_600_000),
            default: "10000",
            group: .errors,
            example: "1000",
            "The pause in milliseconds before the first retry. It doubles with each retry, up to a limit, and varies randomly."
        ),
        PropertyDefinition(
            "errors.tolerance",
            .enumeration(ErrorSettings.Tolerance.allCases.map(\.rawValue)),
            default: "none",
            group: .errors,
            since: "Kafka Connect",
            example: "all",
            """
            What happens to a record that cannot be converted: `none` stops the sink; `all` skips the record, which is \
            first sent to `errors.deadletterqueue.topic.name` if that is set.
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
            Accepted for configurations of Kafka Connect, where it says for how many milliseconds a conversion is tried \
            again; -1 for ever. It has no effect: a schema registry that does not answer is waited for, however long it \
            takes, since that says nothing about the record, and no other conversion is worth a second try.
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
            The longest pause in milliseconds between two requests to a schema registry that does not answer; more than \
            30000 counts as that. A registry may ask for up to five minutes.
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
            Whether the log line of a tolerated conversion error tells the record's timestamp besides its topic, \
            partition and offset. Keys and values are never logged.
            """
        ),
    ]
}
