package import Metrics

/// What is counted for the process.
package struct PipelineMetrics: Sendable {
    let consumed: Counter
    let batchAge: Histogram
    let batchRawSize: Histogram
    let batchCompressedSize: Histogram
    let ingestTime: Histogram
    let endToEndDelay: Histogram
    let commits: Counter
    let commitFailures: Counter
    let rebalances: Counter
    let assigned: Gauge
    let paused: Gauge
    let pausedTables: Gauge
    let resting: Gauge
    let unmapped: Gauge
    let stalled: Gauge
    let lag: Gauge
    let unread: Gauge
    let throttled: Gauge
    let throttledSince: Gauge
    let resetsByExpiry: Counter
    let resetsByTruncation: Counter
    let recordsExpired: Counter
    private let registry: MetricsRegistry
    private let connector: String

    /// Makes or finds the handles.
    package init(registry: MetricsRegistry, connector: String) {
        self.registry = registry
        self.connector = connector
        let labels = ["connector": connector]
        let sizes = stride(from: 10.0, through: 30.0, by: 2.0).map { power in Double(1 << Int(power)) }
        consumed = registry.counter(
            "kusto_sink_records_consumed_total",
            help: "Records received from Kafka; those that are fetched again count again.",
            labels: labels
        )
        batchAge = registry.histogram(
            "kusto_sink_batch_age_seconds",
            help: "Time from a batch's first record to its sealing.",
            bounds: [0.1, 0.5, 1, 5, 10, 30, 60, 300],
            labels: labels
        )
        batchRawSize = registry.histogram(
            "kusto_sink_batch_raw_size_bytes",
            help: "Size of sealed batches before compression.",
            bounds: sizes,
            labels: labels
        )
        batchCompressedSize = registry.histogram(
            "kusto_sink_batch_compressed_size_bytes",
            help: "Size of sealed batches as sent.",
            bounds: sizes,
            labels: labels
        )
        ingestTime = registry.histogram(
            "kusto_sink_batch_ingest_seconds",
            help: "Time from a batch's sealing to its acceptance, pauses included.",
            bounds: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300],
            labels: labels
        )
        endToEndDelay = registry.histogram(
            "kusto_sink_end_to_end_delay_seconds",
            help: "Time from the timestamp of a batch's oldest record to the batch's acceptance.",
            bounds: [0.1, 0.5, 1, 5, 10, 30, 60, 300, 3600],
            labels: labels
        )
        commits = registry.counter(
            "kusto_sink_offset_commits_total",
            help: "Offset commits.",
            labels: labels.with("outcome", "success")
        )
        commitFailures = registry.counter(
            "kusto_sink_offset_commits_total",
            help: "Offset commits.",
            labels: labels.with("outcome", "failure")
        )
        rebalances = registry.counter(
            "kusto_sink_rebalances_total",
            help: "Assignments, revocations and losses of partitions.",
            labels: labels
        )
        assigned = registry.gauge(
            "kusto_sink_assigned_partitions",
            help: "Partitions held by this process.",
            labels: labels
        )
        paused = registry.gauge(
            "kusto_sink_paused_tasks",
            help: "Tasks that pause because buffers are full.",
            labels: labels
        )
        pausedTables = registry.gauge(
            "kusto_sink_paused_tables",
            help: "Tables, counted in each task, that pause because their batches cannot leave.",
            labels: labels
        )
        resting = registry.gauge(
            "kusto_sink_resting_partitions",
            help: "Partitions that wait for their turn to be fetched, since many are behind.",
            labels: labels
        )
        unmapped = registry.gauge(
            "kusto_sink_unmapped_partitions",
            help: "Partitions that are left unread, since their topic has no table.",
            labels: labels
        )
        stalled = registry.gauge(
            "kusto_sink_stalled_partitions",
            help: "Partitions that are fetched and bring nothing although they have more.",
            labels: labels
        )
        lag = registry.gauge(
            "kusto_sink_lag_records",
            help: "Records in the partitions of this process after their last committable offsets.",
            labels: labels
        )
        unread = registry.gauge(
            "kusto_sink_unread_records",
            help: "Records in the partitions of this process that were not read from Kafka yet.",
            labels: labels
        )
        throttled = registry.gauge(
            "kusto_sink_adx_throttled",
            help: "1 from an answer of ADX or its storage that asks for less until 30 s without one.",
            labels: labels
        )
        throttledSince = registry.gauge(
            "kusto_sink_adx_throttled_since_timestamp_seconds",
            help: "Since when ADX or its storage asks for less; 0 while it does not.",
            labels: labels
        )
        let resets = "kusto_sink_offset_resets_total"
        let help = "Times that reading went on elsewhere, since the next offset was not in the log."
        resetsByExpiry = registry.counter(resets, help: help, labels: labels.with("reason", "expired"))
        resetsByTruncation = registry.counter(resets, help: help, labels: labels.with("reason", "truncated"))
        recordsExpired = registry.counter(
            "kusto_sink_records_expired_total",
            help: "Records that retention deleted before they were read.",
            labels: labels
        )
    }

    /// The counter of batches sealed for this reason.
    func sealed(_ reason: SealReason) -> Counter {
        registry.counter(
            "kusto_sink_batches_sealed_total",
            help: "Sealed batches by reason.",
            labels: ["connector": connector, "reason": reason.rawValue]
        )
    }

    /// The counter of retries for this cause, such as `upload_throttled`.
    func retries(_ cause: String) -> Counter {
        registry.counter(
            "kusto_sink_ingest_retries_total",
            help: "Repeated attempts at batches by cause.",
            labels: ["connector": connector, "cause": cause]
        )
    }

    /// Publishes how full the buffers are, at each scrape; of several pipelines of a process, those of the last one.
    func observe(_ buffers: BufferBudget) {
        let memory = registry.gauge(
            "kusto_sink_buffer_memory_bytes",
            help: "Bytes of batches and of waiting records in memory."
        )
        let peak = registry.gauge(
            "kusto_sink_buffer_memory_peak_bytes",
            help: "The most bytes of batches and of waiting records that were in memory at a time."
        )
        let limit = registry.gauge(
            "kusto_sink_buffer_memory_limit_bytes",
            help: "The most bytes of memory for batches and waiting records (buffer.memory.bytes)."
        )
        let disk = registry.gauge("kusto_sink_buffer_disk_bytes", help: "Bytes of batches on disk.")
        let diskLimit = registry.gauge(
            "kusto_sink_buffer_disk_limit_bytes",
            help: "The most bytes of disk for batches (buffer.disk.bytes)."
        )
        let free = registry.gauge(
            "kusto_sink_buffer_disk_free_bytes",
            help: "Bytes that the file system of tempdir.path has left."
        )
        registry.counter(
            "kusto_sink_buffer_disk_refusals_total",
            help: "Writes to tempdir.path that failed; the batches stayed in memory.",
            reading: { Double(buffers.disk.refusals.count) }
        )
        registry.onCollect(insteadOf: "kusto_sink_buffer") {
            if let bytes = buffers.disk.freeBytes { free.set(Double(bytes)) }
            memory.set(Double(buffers.memoryBytes))
            peak.set(Double(buffers.memoryPeakBytes))
            limit.set(Double(buffers.memoryLimit))
            disk.set(Double(buffers.disk.usedBytes))
            diskLimit.set(Double(buffers.disk.capacity * SpillSpace.slotBytes))
        }
    }

    /// The gauges of one task's Kafka client.
    func client(ofTask task: Int) -> ClientMetrics {
        ClientMetrics(registry: registry, connector: connector, task: task)
    }

    /// The gauges of one partition; a partition label stands only on lag and offsets.
    func partition(_ partition: AssignedPartition) -> PartitionMetrics {
        PartitionMetrics(registry: registry, connector: connector, partition: partition.topicPartition)
    }
}

extension [String: String] {
    fileprivate func with(_ key: String, _ value: String) -> [String: String] { merging([key: value]) { $1 } }
}
