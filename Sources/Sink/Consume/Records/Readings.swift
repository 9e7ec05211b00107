internal import Kafka
internal import Logging
internal import Metrics

/// The partitions that the client was told to read, with the lanes that work for them.
///
/// Thread-confined to the poll thread.
struct Readings {
    private let around: PollLoop.Surroundings
    private var table: [TopicPartition: Reading] = [:]

    init(around: PollLoop.Surroundings) { self.around = around }

    /// How a partition is read, if it is.
    subscript(name: TopicPartition) -> Reading? { table[name] }

    /// All of them.
    var all: [Reading] { Array(table.values) }

    /// All of them, as they were assigned.
    var partitions: [AssignedPartition] { table.values.map(\.partition) }

    /// Whether everything read is settled.
    var areDrained: Bool { table.values.allSatisfy(\.partition.isDrained) }

    /// Those of these partitions that are read, as they were assigned.
    func partitions(of names: [TopicPartition]) -> [AssignedPartition] { names.compactMap { table[$0]?.partition } }

    /// Adds a partition, and gives it a lane.
    mutating func begin(_ name: TopicPartition, route: TableRoute, at start: StartPosition?) -> AssignedPartition {
        let partition = AssignedPartition(
            name,
            route: route,
            lane: around.spread.take(),
            start: start,
            task: around.task,
            inbox: around.inbox
        )
        table[name] = Reading(partition, from: start?.offset)
        around.held.add(partition)
        around.metrics.assigned.add(1)
        return partition
    }

    /// Forgets partitions, together with their open batches in the lanes.
    mutating func forget(_ partitions: [AssignedPartition]) {
        for partition in partitions {
            table[partition.topicPartition] = nil
            around.lanes[partition.lane].add(.forget(partition))
            around.spread.release(partition.lane)
        }
        around.metrics.assigned.add(-Double(partitions.count))
    }

    // MARK: How far they have come

    /// Notes that all records before `next` were received.
    mutating func advance(_ name: TopicPartition, to next: Int64) { table[name]?.advance(to: next) }

    /// Notes that there are no more records before `offset` for the moment.
    mutating func note(_ name: TopicPartition, end offset: Int64) { table[name]?.note(end: offset) }

    /// Settles the offsets at partitions' ends that hold no records.
    mutating func settleEnds() {
        for (name, reading) in table where reading.end != nil { table[name]?.settleEnd() }
    }

    /// Notes that reading goes on at another offset, and reports what that means for the user's records.
    mutating func goOn(_ name: TopicPartition, after reset: OffsetReset) {
        guard let reading = table[name] else { return }
        switch reset {
        case .found(let start): reading.partition.begin(at: start)
        case .expired(let from, let to):
            noteExpiry(of: reading.partition, from: from, to: to)
            // Settled like offsets without records: once the lane has worked through all that comes before.
            table[name]?.end = to
            return
        case .truncated where PlantedFault.truncationIgnored.isPlanted:
            around.stop.fail(SinkFailure(.kafka, "\(name) lost records at its end; a restart reads on from there"))
        case .truncated(let from, let to): beginAgain(reading.partition, from: from, to: to)
        }
        table[name]?.advance(to: reset.offset)
    }

    private func noteExpiry(of partition: AssignedPartition, from: Int64, to: Int64) {
        guard !PlantedFault.expirySilent.isPlanted else { return }
        around.metrics.resetsByExpiry.increment()
        around.metrics.recordsExpired.increment(by: Int(clamping: to - from))
        around.logger.error(
            "records were deleted by retention before they were read; reading continues after them",
            GroupWords.place(partition.topicPartition).merging([
                "kafka.offsets": "\(from)..\(to - 1)", "records": to - from, "kafka.offset": to,
            ]) { $1 }
        )
    }

    /// Begins a new ledger, since the log is another one now, while the batches of the old log are finished.
    private mutating func beginAgain(_ old: AssignedPartition, from: Int64, to: Int64) {
        around.metrics.resetsByTruncation.increment()
        around.logger.error(
            "the log ends before the next offset to read: it lost records at its end, or the topic was created again; "
                + "reading continues from its beginning",
            GroupWords.place(old.topicPartition).merging([
                "kafka.offset.expected": from, "kafka.offset": to,
            ]) { $1 }
        )
        let partition = AssignedPartition(
            old.topicPartition,
            route: old.route,
            lane: old.lane,
            start: StartPosition(offset: to, committed: old.standing.committed, end: nil, memo: old.memo),
            predecessor: old,
            task: old.task,
            inbox: around.inbox
        )
        old.supersede()
        around.lanes[old.lane].add(.seal([old], .revoke, done: {}))
        around.lanes[old.lane].add(.forget(old))
        table[old.topicPartition] = Reading(partition, from: to)
        around.held.add(partition)
    }

    // MARK: What the lanes do

    /// Has the open batches of partitions sealed.
    func seal(_ partitions: [AssignedPartition], _ reason: SealReason) -> SealReceipt {
        let receipt = SealReceipt(count: around.lanes.count)
        for (index, lane) in around.lanes.enumerated() {
            lane.add(.seal(partitions.filter { $0.lane == index }, reason, done: receipt.check))
        }
        return receipt
    }

    /// Has all open batches sealed, of other tasks too, since they are part of what fills the buffers.
    func sealAll() {
        for lane in around.lanes { lane.add(.seal(nil, .pressure, done: {})) }
    }

    /// Tells the lanes that partitions bring nothing for a while.
    func rest(_ names: [TopicPartition]) {
        let partitions = partitions(of: names)
        guard !partitions.isEmpty else { return }
        for (index, lane) in around.lanes.enumerated() { lane.add(.rest(partitions.filter { $0.lane == index })) }
    }
}
