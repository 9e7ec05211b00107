package import FoundationEssentials
internal import Kafka
internal import Logging
internal import Synchronization

/// A batch that takes no more records: what ingestion works on.
package final class SealedBatch: Sendable {
    /// Its number in this process.
    package let id: BatchID
    /// Its name at ADX, the same at every attempt.
    package let sourceID: UUID
    /// Where its rows go.
    package let route: TableRoute
    /// How its rows get there.
    package let path: IngestionPath
    /// What it holds of each partition; never empty.
    package let slices: [BatchSlice]
    /// How many rows it holds.
    package let rows: Int
    /// Its bytes before compression.
    package let rawBytes: Int
    /// Its bytes as they are sent.
    package let body: BatchBuffer
    /// Why it was sealed.
    package let reason: SealReason
    /// When its first record was appended, on the sink's clock.
    package let openedAt: Duration
    /// When it was sealed, on the sink's clock.
    package let sealedAt: Duration
    /// The earliest record timestamp, in milliseconds since 1970, or `nil` when no record had one.
    package let oldestTimestamp: Int64?
    /// The name of the refused batch whose rows these are, or some of them; `nil` for a batch that a lane made.
    package let partOf: UUID?
    private let hasFailed = Atomic(false)

    init(
        id: BatchID,
        route: TableRoute,
        path: IngestionPath,
        slices: [BatchSlice],
        rows: Int,
        rawBytes: Int,
        body: BatchBuffer,
        reason: SealReason,
        openedAt: Duration,
        sealedAt: Duration,
        oldestTimestamp: Int64?,
        partOf: UUID? = nil
    ) {
        precondition(!slices.isEmpty, "a batch holds records of a partition")
        self.id = id
        self.sourceID = UUID()
        self.route = route
        self.path = path
        self.slices = slices
        self.rows = rows
        self.rawBytes = rawBytes
        self.body = body
        self.reason = reason
        self.openedAt = openedAt
        self.sealedAt = sealedAt
        self.oldestTimestamp = oldestTimestamp
        self.partOf = partOf
    }

    /// The same rows under another name, for a delivery that ADX is to tell apart from the one before.
    func renamed() -> SealedBatch {
        SealedBatch(
            id: id,
            route: route,
            path: path,
            slices: slices,
            rows: rows,
            rawBytes: rawBytes,
            body: body,
            reason: reason,
            openedAt: openedAt,
            sealedAt: sealedAt,
            oldestTimestamp: oldestTimestamp,
            partOf: partOf
        )
    }

    deinit {
        if hasFailed.load(ordering: .relaxed) { route.account.note(failed: -1) }
    }

    /// Notes that an attempt has failed, so that the table counts as one whose batches cannot leave the buffers.
    package func noteFailure() {
        if !hasFailed.exchange(true, ordering: .relaxed) { route.account.note(failed: 1) }
    }

    /// Whether all its partitions went to other members, so that work on it is wasted.
    package var isAbandoned: Bool { slices.allSatisfy(\.partition.isAbandoned) }

    /// Says that the batch is done with: its offsets may be committed.
    package func settle() {
        for slice in slices { slice.settle() }
    }

    /// The offsets with their partitions, for people: `orders-3 offsets 5..9`.
    package var origin: String {
        slices.map { "\($0.partition.topicPartition) offsets \($0.range)" }.joined(separator: ", ")
    }

    /// The blob's name without format and compression, as the connector names its files: after the first record.
    package var fileName: String {
        let first = slices[0]
        let place = first.partition.topicPartition
        return "kafka_\(place.topic)_\(place.partition)_\(first.range.lower)"
    }

    /// What log lines about the batch carry.
    var logData: LogData {
        var data: LogData = [
            "batch.id": id.number,
            "batch.source_id": sourceID.uuidString.lowercased(),
            "batch.rows": rows,
            "kusto.table": route.qualifiedTable,
        ]
        if slices.count == 1 {
            data["kafka.topic"] = slices[0].partition.topicPartition.topic
            data["kafka.partition"] = slices[0].partition.topicPartition.partition
            data["kafka.offsets"] = slices[0].range.description
        } else {
            data["kafka.slices"] = origin
        }
        return data
    }
}
