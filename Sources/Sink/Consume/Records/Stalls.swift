internal import Kafka
internal import Metrics

/// Partitions that the client reports as stalled: each is a reported problem until something comes.
///
/// Thread-confined to the poll thread.
struct Stalls {
    private let metrics: PipelineMetrics
    private var partitions: Set<TopicPartition> = []

    init(metrics: PipelineMetrics) { self.metrics = metrics }

    /// Notes what the client says about a partition.
    mutating func note(
        _ partition: TopicPartition,
        at offset: Int64?,
        _ error: KafkaError,
        _ problems: inout ProblemReport
    ) {
        guard partitions.insert(partition).inserted else { return }
        metrics.stalled.add(1)
        var data = GroupWords.place(partition)
        data["kafka.offset"] = offset.map(String.init)
        problems.appeared("partition \(partition)", "partition \(partition) cannot advance: \(error.message)", data)
    }

    /// Notes that a partition has brought something, or is not held any more.
    mutating func advance(_ partition: TopicPartition, _ problems: inout ProblemReport) {
        guard !partitions.isEmpty, partitions.remove(partition) != nil else { return }
        metrics.stalled.add(-1)
        problems.cleared("partition \(partition)")
    }
}
