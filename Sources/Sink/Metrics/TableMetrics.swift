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
        recordsWritten = counter("recordswritten", "Records appended to batches.")
        recordsFailed = counter("recordsfailed", "Records that could not be converted or written.")
        recordsSkipped = counter("records_skipped", "Records without a value: tombstones, empty values, JSON null.")
        recordsDropped = counter("records_dropped", "Records of batches that were dropped after errors.")
        batchesDropped = counter(
            "batches_dropped",
            "Batches dropped after errors; must stay 0 for at-least-once delivery."
        )
        ingestionAttempts = counter("ingestionattempts", "Attempts to ingest a batch, retries included.")
        ingestionSuccesses = counter("ingestionsuccesses", "Batches that ADX accepted.")
        ingestionFailures = counter("ingestionfailures", "Batches that were given up.")
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
