internal import Logging

extension PropertyTable {
    /// Kafka's clients.
    static let clients: [PropertyDefinition] = [
        PropertyDefinition(
            "bootstrap.servers",
            .list,
            group: .kafka,
            since: "Kafka Connect",
            example: "broker-1:9092,broker-2:9092",
            """
            The brokers that are asked first for the rest of the cluster. A property of Connect's worker; \
            `consumer.override.bootstrap.servers` wins for the consumer, and one of the two is required. Other \
            client properties without prefix (`security.protocol`, `sasl.*`, `ssl.*`) are likewise what \
            `consumer.*`, `producer.*` and `admin.*` build on.
            """
        ),
        PropertyDefinition(
            "consumer.override.bootstrap.servers",
            .list,
            group: .kafka,
            example: "broker-1:9092",
            "The brokers for the consumer."
        ),
        PropertyDefinition(
            "consumer.override.security.protocol",
            .enumeration(securityProtocols),
            default: "PLAINTEXT",
            group: .kafka,
            example: "SASL_SSL",
            "The protocol for the brokers."
        ),
        PropertyDefinition(
            "consumer.override.sasl.mechanism",
            .string,
            default: "GSSAPI",
            group: .kafka,
            example: "PLAIN",
            "How to sign in: `GSSAPI`, `PLAIN`, `SCRAM-SHA-256`, `SCRAM-SHA-512` or `OAUTHBEARER`. For `GSSAPI` the machine "
                + "needs Kerberos' `kinit` and its module of Cyrus SASL, which the container images do not have."
        ),
        PropertyDefinition(
            "consumer.override.sasl.jaas.config",
            .password,
            group: .kafka,
            status: .planned,
            example: "${file:/etc/kusto-sink/secrets/kafka.properties:jaas}",
            "The credentials, in JAAS's grammar."
        ),
        PropertyDefinition(
            "consumer.override.sasl.kerberos.service.name",
            .string,
            group: .kafka,
            example: "kafka",
            "The brokers' Kerberos service name."
        ),
        PropertyDefinition(
            "consumer.override.auto.offset.reset",
            .enumeration(["earliest", "latest", "none"]),
            default: "earliest",
            group: .kafka,
            example: "latest",
            """
            Where a partition without a committed offset is begun. `none` makes that an error.
            """
        ),
        PropertyDefinition(
            "consumer.override.max.poll.interval.ms",
            .int(1...Int64(Int32.max)),
            default: "300000",
            group: .kafka,
            example: "600000",
            """
            How many milliseconds may pass between two polls before the group takes the partitions away. Polling goes \
            on while batches are tried again, so this need not be raised for retries. At most 86400000, and not below \
            `session.timeout.ms`.
            """
        ),
        PropertyDefinition(
            "consumer.override.*",
            .string,
            group: .kafka,
            since: "Kafka Connect",
            example: "session.timeout.ms=6000",
            """
            Any other property of the consumer under its Java name, translated for librdkafka; librdkafka's own \
            properties, such as `queued.max.messages.kbytes`, are handed on. A property without a counterpart is \
            ignored, with a warning that names it. Wins over `consumer.*` and over properties without prefix. A `group.instance.id` gets the \
            task's number appended.
            """
        ),
        PropertyDefinition(
            "consumer.*",
            .string,
            group: .kafka,
            since: "Kafka Connect",
            example: "fetch.min.bytes=65536",
            "The same as a property of Connect's worker."
        ),
        PropertyDefinition(
            "producer.override.*",
            .string,
            group: .kafka,
            since: "Kafka Connect",
            example: "linger.ms=100",
            "Any property of the dead-letter queues' producers, likewise. Wins over `producer.*`."
        ),
        PropertyDefinition(
            "producer.*",
            .string,
            group: .kafka,
            since: "Kafka Connect",
            example: "compression.type=lz4",
            "The same as a property of Connect's worker."
        ),
        PropertyDefinition(
            "group.id",
            .string,
            group: .kafka,
            since: "Kafka Connect",
            status: .ignored,
            """
            The name of a Connect cluster. The consumer group is `connect-<name>`, or `consumer.override.group.id`.
            """
        ),
    ]

    /// The process around the sink.
    static let process: [PropertyDefinition] = [
        PropertyDefinition(
            "commit.interval.ms",
            aliases: [],
            .long(10...3_600_000),
            default: "1000",
            group: .process,
            since: "kusto-sink",
            example: "5000",
            """
            The shortest time in milliseconds between two commits of the offsets of ingested records. They are also \
            committed when partitions are revoked and when the sink stops.
            """
        ),
        PropertyDefinition(
            "offset.flush.interval.ms",
            .long(1...2_592_000_000),
            group: .process,
            since: "Kafka Connect",
            status: .ignored,
            "Connect's commit interval, 60000 by default; use `commit.interval.ms`."
        ),
        PropertyDefinition(
            "offset.flush.timeout.ms",
            .long(1...2_592_000_000),
            group: .process,
            since: "Kafka Connect",
            status: .ignored,
            "Commits are retried with the next one."
        ),
        PropertyDefinition(
            "shutdown.drain.ms",
            .long(0...3_600_000),
            default: "20000",
            group: .process,
            since: "kusto-sink",
            example: "60000",
            """
            For how many milliseconds the records that were read may still be ingested after the process was told to \
            stop. What is left is read again at the next start. Keep it ten seconds below the pod's \
            `terminationGracePeriodSeconds`.
            """
        ),
        PropertyDefinition(
            "startup.timeout.ms",
            .long(1...3_600_000),
            default: "30000",
            group: .process,
            since: "kusto-sink",
            example: "120000",
            "For how many milliseconds the sink waits at its start for Kafka and Azure Data Explorer to answer."
        ),
        PropertyDefinition(
            "metrics.address",
            .string,
            default: "0.0.0.0:9404",
            group: .process,
            since: "kusto-sink",
            example: "127.0.0.1:9404",
            """
            The address that serves `/metrics`, `/healthz` and `/readyz`, as `host:port`. Port 0 takes any free port, \
            which is logged; `off` serves nothing.
            """
        ),
        PropertyDefinition(
            "log.level",
            .enumeration(LogLevel.allCases.map(\.rawValue)),
            default: "info",
            group: .process,
            since: "kusto-sink",
            example: "debug",
            "The lowest level that is logged."
        ),
        PropertyDefinition(
            "log.format",
            .enumeration(LogFormat.allCases.map(\.rawValue)),
            default: "json",
            group: .process,
            since: "kusto-sink",
            example: "text",
            "How log lines are written: as JSON objects or as text."
        ),
    ]

    /// Beginnings of the names of Connect's worker properties that mean nothing here.
    static let ignoredPrefixes = [
        "rest.", "plugin.", "config.storage.", "offset.storage.", "status.storage.", "internal.", "listeners",
        "metrics.",
        "access.control.", "admin.", "scheduled.rebalance.", "task.shutdown.", "topic.creation.", "topic.tracking.",
        "exactly.once.", "worker.", "connect.", "header.converter.", "config.providers", "heartbeat.",
        "rebalance.timeout",
        "session.timeout", "replication.factor", "log4j",
    ]
}
