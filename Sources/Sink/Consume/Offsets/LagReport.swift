internal import Kafka
internal import Metrics

/// Shows where each partition stands, once a second: what may be committed, what was, and the end.
///
/// Thread-confined to the poll thread.
struct LagReport {
    /// How a partition is read now.
    struct Entry {
        let partition: AssignedPartition
        /// Whether it is fetched; while it is not, the end from its last fetch response does not move.
        let isFetched: Bool
        /// The end that came with the last fetch response, or `nil` before one came.
        let fetchedEnd: Int64?
        /// The offset of the next record to read, or `nil` while only the client knows it.
        let next: Int64?
    }

    private let metrics: PipelineMetrics
    private let probe: OffsetProbe
    private var gauges: [TopicPartition: PartitionMetrics] = [:]
    private var nextShow: Duration
    private var nextProbe = Duration.zero
    /// What this task has added to the process's lag, and to what it has not read.
    private var shown = (lag: 0.0, unread: 0.0)

    init(reader: any OffsetReading, metrics: PipelineMetrics, now: Duration) {
        self.metrics = metrics
        probe = OffsetProbe(reader: reader)
        nextShow = now + .seconds(1)
    }

    /// Adds a partition, and has Kafka asked at once where it ends.
    mutating func add(_ partition: AssignedPartition) {
        gauges[partition.topicPartition] = metrics.partition(partition)
        (nextShow, nextProbe) = (.zero, .zero)
    }

    /// Removes the gauges of partitions.
    mutating func remove(_ partitions: [TopicPartition]) {
        for partition in partitions { gauges.removeValue(forKey: partition)?.remove() }
    }

    /// Takes back what this task has shown, since it ends.
    mutating func end() {
        remove(Array(gauges.keys))
        metrics.lag.add(-shown.lag)
        metrics.unread.add(-shown.unread)
        shown = (0, 0)
    }

    /// Whether it is time to ``show(_:_:mayAsk:)``.
    func isDue(_ now: Duration) -> Bool { now >= nextShow }

    /// Shows what is known.
    /// - Parameter mayAsk: Whether Kafka may be asked for ends that no fetch response has brought.
    mutating func show(_ readings: [Entry], _ now: Duration, mayAsk: Bool) {
        nextShow = now + .seconds(1)
        var sum = (lag: 0.0, unread: 0.0)
        for reading in readings {
            let standing = reading.partition.standing
            let end = (reading.isFetched ? reading.fetchedEnd : nil) ?? standing.end
            gauges[reading.partition.topicPartition]?.set(
                committable: standing.committable,
                committed: standing.committed,
                end: end
            )
            guard let end, let committable = standing.committable else { continue }
            sum.lag += Double(max(0, end - committable))
            sum.unread += Double(max(0, end - max(reading.next ?? committable, committable)))
        }
        metrics.lag.add(sum.lag - shown.lag)
        metrics.unread.add(sum.unread - shown.unread)
        shown = sum
        guard mayAsk, now >= nextProbe else { return }
        nextProbe = now + .seconds(5)
        probe.ask(readings.filter { !$0.isFetched || $0.fetchedEnd == nil }.map(\.partition))
    }
}
