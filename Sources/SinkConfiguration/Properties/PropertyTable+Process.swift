internal import Logging

extension PropertyTable {
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
            group: .process,
            since: "kusto-sink",
            example: "json",
            """
            How log lines are written: `json` as JSON objects, of which the last one says why the process ended, or \
            `text`. Unset: `text` when standard error is a terminal, otherwise `json`.
            """
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
