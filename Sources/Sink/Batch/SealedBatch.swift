package import FoundationEssentials
internal import Kafka

/// A batch that takes no more records: what ingestion works on.
package final class SealedBatch: Sendable {
    /// Its number in this process.
    package let id: BatchID
    /// Its name at ADX, the same at every attempt.
    package let sourceID: UUID
    /// The partition, as assigned when the batch was made.
    package let partition: AssignedPartition
    /// The offsets that are done when the batch is.
    package let range: OffsetRange
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
    /// The least record timestamp, in milliseconds since 1970, or `nil` when no record had one.
    package let oldestTimestamp: Int64?

    init(
        id: BatchID,
        partition: AssignedPartition,
        range: OffsetRange,
        rows: Int,
        rawBytes: Int,
        body: BatchBuffer,
        reason: SealReason,
        openedAt: Duration,
        sealedAt: Duration,
        oldestTimestamp: Int64?
    ) {
        self.id = id
        self.sourceID = UUID()
        self.partition = partition
        self.range = range
        self.rows = rows
        self.rawBytes = rawBytes
        self.body = body
        self.reason = reason
        self.openedAt = openedAt
        self.sealedAt = sealedAt
        self.oldestTimestamp = oldestTimestamp
    }

    /// Where its rows go.
    package var route: TableRoute { partition.route }

    /// The blob's name without format and compression, as the connector names its files.
    package var fileName: String {
        "kafka_\(partition.topicPartition.topic)_\(partition.topicPartition.partition)_\(range.lower)"
    }

    /// What log lines about the batch carry.
    package var logData: [String: String] {
        [
            "batch.id": id.description,
            "batch.source_id": sourceID.uuidString.lowercased(),
            "batch.rows": String(rows),
            "kafka.topic": partition.topicPartition.topic,
            "kafka.partition": String(partition.topicPartition.partition),
            "kafka.offsets": range.description,
            "kusto.table": route.qualifiedTable,
        ]
    }
}
