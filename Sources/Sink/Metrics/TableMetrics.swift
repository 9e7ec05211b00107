package import Metrics

/// What is counted for each table.
package struct TableMetrics: Sendable {
    let recordsWritten: Counter
    let recordsFailed: Counter
    let recordsSkipped: Counter
    let recordsDropped: Counter
    let batchesDropped: Counter
    let ingestionAttempts: Counter
    let ingestionSuccesses: Counter
    let ingestionFailures: Counter
    let deadLettersSent: Counter
    let rawBytes: Counter
    let compressedBytes: Counter
    let lastSuccess: Gauge
    let failingSince: Gauge

    /// Makes or finds the handles.
    package init(registry: MetricsRegistry, connector: String, database: String, table: String) {
        let labels = ["connector": connector, "database": database, "table": table]
        func counter(_ name: String, _ help: String) -> Counter {
            registry.counter("kusto_sink_\(name)_total", help: help, labels: labels)
        }
        recordsWritten = counter("recordswritten", "Records in sealed batches; those that are read again count again.")
        recordsFailed = counter(
            "recordsfailed",
            "Records that could not be converted; those that are read again count again."
        )
        recordsSkipped = counter("records_skipped", "Records that make no row: tombstones, empty values, JSON null.")
        recordsDropped = counter(
            "records_dropped",
            "Records that ADX did not take and that were dropped; must stay 0 for at-least-once delivery."
        )
        batchesDropped = counter(
            "batches_dropped",
            "Batches of which some or all records were dropped; must stay 0 for at-least-once delivery."
        )
        ingestionAttempts = counter(
            "ingestionattempts",
            "Attempts to ingest a batch or a part of a refused one, retries included."
        )
        ingestionSuccesses = counter("ingestionsuccesses", "Batches, and parts of refused ones, that ADX accepted.")
        ingestionFailures = counter(
            "ingestionfailures",
            "Batches that ADX refused, or that were tried for too long; their records may go elsewhere then."
        )
        deadLettersSent = counter("dlqrecordssent", "Records acknowledged by a dead-letter topic.")
        rawBytes = counter("batch_raw_bytes", "Bytes of accepted batches before compression.")
        compressedBytes = counter("batch_compressed_bytes", "Bytes of accepted batches as sent.")
        lastSuccess = registry.gauge(
            "kusto_sink_last_success_timestamp_seconds",
            help: "When ADX last accepted a batch, in seconds since 1970; 0 before the first.",
            labels: labels
        )
        failingSince = registry.gauge(
            "kusto_sink_failing_since_timestamp_seconds",
            help:
                "Since when every attempt at a batch of the table has failed, in seconds since 1970; 0 while none does.",
            labels: labels
        )
    }
}
