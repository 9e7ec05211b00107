internal import Kafka
internal import Metrics

/// Shows where each partition stands, once a second: what may be committed, what was, and the end.
///
/// Thread-confined to the poll thread.
struct LagReport {
    /// How a partition is read now.
    struct Entry {
        let partition: AssignedPartition
        /// The next offset to come, or `nil` while only the client knows.
        let next: Int64?
        /// Whether it is fetched; otherwise what came with its last fetch response stands still.
        let isFetched: Bool
        /// The end that came with the last fetch response, or `nil` before one came.
        let fetchedEnd: Int64?
    }

    private let metrics: PipelineMetrics
    private let probe: OffsetProbe
    private var gauges: [TopicPartition: PartitionMetrics] = [:]
    /// The ends that came with fetch responses, and when they last changed.
    private var ends: [TopicPartition: (offset: Int64, at: Duration)] = [:]
    private var nextShow: Duration
    private var nextProbe = Duration.zero
    private var nextFullProbe: Duration
    private var stalls = StallWatch(limit: .seconds(60))

    /// How often partitions are asked for that no fetch response tells of, and those whose fetches tell nothing new.
    private static let intervals = (unfetched: Duration.seconds(5), quiet: Duration.seconds(30))

    init(reader: any OffsetReading, metrics: PipelineMetrics, now: Duration) {
        self.metrics = metrics
        probe = OffsetProbe(reader: reader)
        nextShow = now + .seconds(1)
        nextFullProbe = now + Self.intervals.quiet
    }

    /// Takes in a partition, of which Kafka is asked at once where it ends.
    mutating func add(_ partition: AssignedPartition) {
        gauges[partition.topicPartition] = metrics.partition(partition)
        (nextShow, nextProbe) = (.zero, .zero)
    }

    /// Takes partitions' gauges away, and what was said about them.
    mutating func remove(_ partitions: [TopicPartition], _ problems: inout ProblemReport) {
        for partition in partitions {
            gauges.removeValue(forKey: partition)?.remove()
            ends[partition] = nil
            if stalls.remove(partition) { problems.cleared("partition \(partition)") }
        }
    }

    /// Whether it is time to ``show(_:_:mayAsk:)``.
    func isDue(_ now: Duration) -> Bool { now >= nextShow }

    /// Shows what is known, and tells of partitions that cannot advance.
    /// - Parameter mayAsk: Whether Kafka may be asked about what no fetch response tells.
    mutating func show(_ readings: [Entry], _ now: Duration, mayAsk: Bool, _ problems: inout ProblemReport) {
        nextShow = now + .seconds(1)
        for reading in readings {
            let standing = reading.partition.standing
            gauges[reading.partition.topicPartition]?.set(
                committable: standing.committable,
                committed: standing.committed,
                end: Self.end(of: reading)
            )
        }
        for reading in readings { watch(reading, now, &problems) }
        metrics.stalled.set(Double(stalls.count))
        guard mayAsk, now >= nextProbe else { return }
        nextProbe = now + Self.intervals.unfetched
        let isFull = now >= nextFullProbe
        if isFull { nextFullProbe = now + Self.intervals.quiet }
        probe.ask(
            readings.filter { !$0.isFetched || $0.fetchedEnd == nil || isFull && isQuiet($0, now) }.map(\.partition)
        )
    }

    /// The partition's end, as far as anybody has told.
    static func end(of reading: Entry) -> Int64? {
        let asked = reading.partition.standing.end
        guard reading.isFetched, let fetched = reading.fetchedEnd else { return asked }
        // A fetch response that cannot be taken tells nothing, while the question is answered.
        return max(fetched, asked ?? fetched)
    }

    /// Whether the ends that come with fetch responses have not changed for a while.
    private mutating func isQuiet(_ reading: Entry, _ now: Duration) -> Bool {
        guard let end = reading.fetchedEnd else { return true }
        let name = reading.partition.topicPartition
        if let known = ends[name], known.offset == end { return now - known.at >= Self.intervals.quiet }
        ends[name] = (end, now)
        return false
    }

    private mutating func watch(_ reading: Entry, _ now: Duration, _ problems: inout ProblemReport) {
        guard let next = reading.next else { return }
        let name = reading.partition.topicPartition
        // The end as it was asked for counts no records of transactions that are still open.
        let end = reading.partition.standing.end
        switch stalls.look(at: name, next: next, end: end, isFetched: reading.isFetched, now) {
        case .stalled(let seconds):
            problems.appeared(
                "partition \(name)",
                "partition \(name) cannot advance: it ends at \(end ?? next), and for \(seconds) s nothing has come from "
                    + "offset \(next) on; the record there may be larger than consumer.override.fetch.max.bytes and "
                    + "consumer.override.receive.message.max.bytes allow, or the partition's leader does not answer",
                GroupWords.place(name).merging(["kafka.offset": String(next)]) { $1 }
            )
        case .recovered: problems.cleared("partition \(name)")
        case nil: break
        }
    }
}
