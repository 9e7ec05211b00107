internal import Converters
internal import FoundationEssentials
internal import Kafka
internal import Logging

/// A batch that ADX does not have and that will not be sent again as it is; its rows are not kept, Kafka has the records.
struct FailedBatch: Sendable {
    /// Its number in this process.
    let id: BatchID
    /// Its name at ADX.
    let sourceID: UUID
    /// Where its rows were to go.
    let route: TableRoute
    /// The partition that its records are from, as it is assigned now.
    let partition: AssignedPartition
    /// The offsets of its records.
    let range: OffsetRange
    /// How many rows it had.
    let rows: Int
    /// How often it was tried.
    let attempts: Int
    /// Why ADX does not have it.
    let fault: BatchFault
    /// Whether the whole batch is to be delivered once more before anything else is done.
    let isTriedAgain: Bool
    /// Whether ADX has said so after it had queued the batch; then its parts are asked about too.
    let wasQueued: Bool
    /// Whether an earlier process, or this one under an earlier assignment, has queued it; that the batch failed is then no
    /// news for which to stop.
    let isTakenUp: Bool
    /// Whether these are not all of its records, so that ``rows`` is the most that there may be.
    let isCut: Bool
    /// Called when every record is in ADX, in the dead-letter topic, or dropped because the user wants that.
    let whenDone: @Sendable () async -> Void
    /// Called when the recovery ends without that, because another member, or the next start, has to do it.
    let whenLeft: @Sendable () -> Void

    /// Describes a batch of a ledger, whose offsets are settled when everything is done.
    init(_ batch: SealedBatch, _ fault: BatchFault, attempts: Int) {
        let slices = batch.slices
        self.init(
            id: batch.id,
            sourceID: batch.sourceID,
            route: batch.route,
            partition: slices[0].partition,
            range: slices[0].range,
            rows: batch.rows,
            attempts: attempts,
            fault: fault,
            whenDone: { for slice in slices { slice.settle() } }
        )
    }

    init(
        id: BatchID,
        sourceID: UUID,
        route: TableRoute,
        partition: AssignedPartition,
        range: OffsetRange,
        rows: Int,
        attempts: Int,
        fault: BatchFault,
        isTriedAgain: Bool = false,
        wasQueued: Bool = false,
        isTakenUp: Bool = false,
        isCut: Bool = false,
        whenDone: @escaping @Sendable () async -> Void,
        whenLeft: @escaping @Sendable () -> Void = {}
    ) {
        self.id = id
        self.sourceID = sourceID
        self.route = route
        self.partition = partition
        self.range = range
        self.rows = rows
        self.attempts = attempts
        self.fault = fault
        self.isTriedAgain = isTriedAgain
        self.wasQueued = wasQueued
        self.isTakenUp = isTakenUp
        self.isCut = isCut
        self.whenDone = whenDone
        self.whenLeft = whenLeft
    }

    /// The batch without its records below `offset`; `nil` when that leaves nothing, or is all of it.
    func rest(from offset: Int64) -> FailedBatch? {
        guard range.lower < offset, offset < range.upper else { return nil }
        return FailedBatch(
            id: id,
            sourceID: sourceID,
            route: route,
            partition: partition,
            range: OffsetRange(lower: offset, upper: range.upper),
            rows: min(rows, Int(clamping: range.upper - offset)),
            attempts: attempts,
            fault: fault,
            isTriedAgain: isTriedAgain,
            wasQueued: wasQueued,
            isTakenUp: isTakenUp,
            isCut: true,
            whenDone: whenDone,
            whenLeft: whenLeft
        )
    }

    /// Whether its partition went to another member, which will see to the batch.
    var isAbandoned: Bool { partition.isAbandoned }

    /// Whether parts of it are worth a try.
    var canBeSplit: Bool { fault.mayBeData && rows > 1 && route.conversion.layout != .oneMessage }

    /// The offsets with their partition, for people: `orders-3 offsets 5..9`.
    var origin: String { "\(partition.topicPartition) offsets \(range)" }

    /// What log lines about the batch carry.
    var logData: LogData {
        [
            "batch.id": id.number, "batch.source_id": sourceID.uuidString.lowercased(), "batch.rows": rows,
            "kusto.table": route.qualifiedTable, "kafka.topic": partition.topicPartition.topic,
            "kafka.partition": partition.topicPartition.partition, "kafka.offsets": range.description,
        ]
    }
}
