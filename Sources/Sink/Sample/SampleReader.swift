internal import Kafka
internal import Logging
internal import SinkConfiguration

/// Reads records of topics outside of the group, and commits nothing; blocks, so it is for a thread of its own.
struct SampleReader: Sendable {
    let cluster: ClusterConnection
    let configuration: KafkaClientConfiguration
    let settings: SinkSettings
    let request: SampleRequest
    let schemas: SchemaStores
    let logger: Logger
    /// When all has to be done.
    let deadline: ContinuousClock.Instant

    /// Where the records of one partition stand.
    struct Extent: Equatable {
        let partition: TopicPartition
        /// The first offset that is of interest, and the one after the last.
        var offsets: Range<Int64>
    }

    /// How long one question may take.
    private static let patience = Duration.seconds(5)

    /// Reads one topic.
    /// - Parameters:
    ///   - partitions: How many the topic has.
    ///   - show: Gets what is to be shown.
    /// - Throws: ``SinkFailure`` with `kafka` when a service does not give what is needed.
    func read(
        _ topic: String,
        partitions: Int,
        _ route: TableRoute,
        show: (SampleEvent) -> Void
    ) throws(SinkFailure) {
        let sampled = SampledTopic(topic, route)
        show(.topic(sampled))
        let extents = try extents(of: topic, partitions)
        let shares = SampleShares.spread(request.records, over: extents.map { Int64($0.offsets.count) })
        guard shares.contains(where: { $0 > 0 }) else { return show(.note(emptiness(of: topic, extents))) }
        let sampler = RecordSampler(route: route, topic: topic, settings: settings, schemas: schemas)
        let reader = OffsetRangeReader(
            configuration: configuration,
            limits: .init(chunkRecords: request.records),
            logger: logger
        )
        var count = 0
        for (extent, share) in zip(extents, shares) where share > 0 {
            for (records, index) in try messages(of: extent, share, reader) {
                switch sampler.sample(records, at: index, from: extent.partition, isCancelled: { isOver }) {
                case .sampled(let record): show(.record(record, of: sampled))
                case .lacks(let key):
                    throw SinkFailure(
                        .kafka,
                        "the record at \(extent.partition) offset \(records.offset(at: index)) needs \(key), which the schema "
                            + "registry has not given in time (--timeout); check that it answers, and that the schema exists"
                    )
                }
                count += 1
            }
        }
        if count == 0 { show(.note("topic \(topic) has no records there, only what transactions and compaction left")) }
    }

    private var isOver: Bool { ContinuousClock.now >= deadline }

    private func timeLeft() throws(SinkFailure) -> Duration {
        let left = deadline - ContinuousClock.now
        guard left > .zero else { throw SinkFailure(.kafka, "the time for the sample is over (--timeout)") }
        return left
    }

    // MARK: Where to read

    private func extents(of topic: String, _ count: Int) throws(SinkFailure) -> [Extent] {
        let all = (0..<Int32(clamping: count)).map { TopicPartition(topic: topic, partition: $0) }
        let wanted = all.filter { request.partition == nil || request.partition == $0.partition }
        guard !wanted.isEmpty else {
            throw SinkFailure(
                .clientConfiguration,
                "--partition \(request.partition ?? 0): topic \(topic) has \(count) partitions, which are counted from 0"
            )
        }
        let patience = min(try timeLeft(), Self.patience)
        do throws(KafkaError) {
            let reader = OffsetReader(cluster, group: settings.consumer["group.id"] ?? "")
            let marks = try reader.watermarks(wanted, timeout: patience)
            if let silent = wanted.first(where: { marks[$0] == nil }) {
                throw KafkaError(.timedOut, "no leader of \(silent) says which offsets it has")
            }
            let starts = try starts(of: wanted, marks, reader, patience)
            return wanted.compactMap { partition in
                guard let (low, high) = marks[partition], low < high else { return nil }
                let start = min(max(starts[partition] ?? low, low), high)
                return Extent(partition: partition, offsets: start..<high)
            }
        } catch {
            throw Self.failure(error)
        }
    }

    private func starts(
        of partitions: [TopicPartition],
        _ marks: [TopicPartition: (low: Int64, high: Int64)],
        _ reader: OffsetReader,
        _ patience: Duration
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        let ends = marks.mapValues(\.high)
        switch request.start {
        case .earliest, .latest: return [:]
        case .offset(let offset): return ends.mapValues { _ in offset }
        case .time(let moment):
            return ends.merging(try reader.offsets(since: moment, of: partitions, timeout: patience)) { $1 }
        case .committed:
            // Without an offset the group begins where auto.offset.reset says.
            let begins = OffsetResetPolicy(settings.consumer) == .beginning
            let committed = try reader.committed(partitions, timeout: patience).mapValues(\.offset)
            return (begins ? [:] : ends).merging(committed) { $1 }
        }
    }

    private func emptiness(of topic: String, _ extents: [Extent]) -> String {
        let place = request.partition.map { "partition \($0) of topic \(topic)" } ?? "topic \(topic)"
        guard !extents.isEmpty else { return "\(place) is empty" }
        let group = settings.consumer["group.id"] ?? ""
        return switch request.start {
        case .committed: "\(place) has no records that group \(group) has still to read"
        default: "\(place) has no records from there on (--from)"
        }
    }

    // MARK: Reading

    /// Reads the records of a partition that are shown, in the order of their offsets.
    private func messages(
        of extent: Extent,
        _ share: Int,
        _ reader: OffsetRangeReader
    ) throws(SinkFailure) -> [(ReceivedMessages, Int)] {
        guard request.start == .latest else { return try first(share, of: extent.offsets, extent.partition, reader) }
        // Offsets may have no records, so that the newest ones may begin earlier than their number says.
        var width = Int64(share)
        while true {
            let start = max(extent.offsets.lowerBound, extent.offsets.upperBound - width)
            let found = try first(.max, of: start..<extent.offsets.upperBound, extent.partition, reader)
            if found.count >= share || start == extent.offsets.lowerBound { return Array(found.suffix(share)) }
            width = width.multipliedReportingOverflow(by: 4).partialValue
        }
    }

    private func first(
        _ count: Int,
        of offsets: Range<Int64>,
        _ partition: TopicPartition,
        _ reader: OffsetRangeReader
    ) throws(SinkFailure) -> [(ReceivedMessages, Int)] {
        var found: [(ReceivedMessages, Int)] = []
        var start = offsets.lowerBound
        while start < offsets.upperBound, found.count < count {
            do throws(OffsetRangeError) {
                var reading = try reader.open(
                    partition,
                    start..<offsets.upperBound,
                    timeout: max(.zero, deadline - ContinuousClock.now)
                )
                while found.count < count, let records = try reading.next() {
                    found += (0..<min(records.count, count - found.count)).map { (records, $0) }
                }
                return found
            } catch {
                // Retention may have passed the first records meanwhile.
                guard case .expired(let begin) = error.code, found.isEmpty, begin > start else {
                    throw SinkFailure(.kafka, error.message)
                }
                start = begin
            }
        }
        return found
    }

    private static func failure(_ error: KafkaError) -> SinkFailure { SinkFailure(.kafka, error.message) }
}
