internal import Kafka

/// Shows where each partition stands, once a second: what may be committed, what was, and the end.
///
/// Thread-confined.
struct LagReport {
    private let offsets: OffsetReader
    private let metrics: PipelineMetrics
    private let probe: OffsetProbe
    private var gauges: [TopicPartition: PartitionMetrics] = [:]
    private var nextShow: Duration
    private var nextProbe = Duration.zero

    /// - Parameter beginsAtEnd: Where a partition without a committed offset is read from (`auto.offset.reset=latest`).
    init(offsets: OffsetReader, metrics: PipelineMetrics, beginsAtEnd: Bool, now: Duration) {
        self.offsets = offsets
        self.metrics = metrics
        probe = OffsetProbe(offsets: offsets, beginsAtEnd: beginsAtEnd)
        nextShow = now + .seconds(1)
    }

    /// Takes in a partition, of which Kafka is asked at once where it stands.
    mutating func add(_ partition: AssignedPartition) {
        gauges[partition.topicPartition] = metrics.partition(partition)
        (nextShow, nextProbe) = (.zero, .zero)
    }

    /// Takes a partition's gauges away.
    mutating func remove(_ partition: TopicPartition) { gauges.removeValue(forKey: partition)?.remove() }

    /// Shows what is known, if it is time.
    /// - Parameters:
    ///   - mayAsk: Whether Kafka may be asked about the partitions of which no fetch response tells.
    ///   - isFetched: Whether a partition is fetched now; otherwise what came with its last fetch stands still.
    mutating func showIfDue(
        _ now: Duration,
        _ held: some Collection<AssignedPartition>,
        mayAsk: Bool,
        isFetched: (TopicPartition) -> Bool
    ) {
        guard now >= nextShow else { return }
        nextShow = now + .seconds(1)
        for partition in held {
            let standing = partition.standing
            let name = partition.topicPartition
            let fetched = isFetched(name) ? offsets.cachedWatermarks(name)?.high : nil
            gauges[name]?.set(
                committable: standing.committable,
                committed: standing.committed,
                end: fetched ?? standing.end
            )
        }
        guard now >= nextProbe, mayAsk else { return }
        nextProbe = now + .seconds(5)
        probe.ask(held.filter { !$0.hasPosition || !isFetched($0.topicPartition) })
    }
}
