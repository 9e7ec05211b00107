internal import FoundationEssentials
internal import Kafka
internal import Kusto

/// What stands beside ADX's report about a batch, so that it can be understood without the process that sent the batch.
struct ReportLabel: Sendable, Hashable {
    private enum Name {
        static let topic = "SinkTopic"
        static let partition = "SinkPartition"
        static let firstOffset = "SinkFirstOffset"
        static let lastOffset = "SinkLastOffset"
        static let rows = "SinkRows"
        static let assignment = "SinkAssignment"
        static let partOf = "SinkPartOf"
    }

    /// Where the records are from.
    let partition: TopicPartition
    /// Their offsets.
    let range: OffsetRange
    /// How many rows they made.
    let rows: Int
    /// The assignment of the partition that they were read under; see ``AssignedPartition/name``.
    let assignment: String
    /// The refused batch that this one is a part of, if it is one.
    let partOf: UUID?

    /// Describes a batch.
    init(_ batch: SealedBatch) {
        let slice = batch.slices[0]
        partition = slice.partition.topicPartition
        range = slice.range
        rows = batch.rows
        assignment = slice.partition.name
        partOf = batch.partOf
    }

    /// Reads what stands beside a report; `nil` when it is none of a sink's.
    init?(_ report: IngestionReport) {
        let properties = report.properties
        guard let topic = properties[Name.topic], !topic.isEmpty,
            let number = properties[Name.partition].flatMap({ Int32($0) }), number >= 0,
            let first = properties[Name.firstOffset].flatMap({ Int64($0) }), first >= 0,
            let last = properties[Name.lastOffset].flatMap({ Int64($0) }), last >= first, last < .max,
            let rows = properties[Name.rows].flatMap({ Int($0) }), rows >= 0
        else { return nil }
        partition = TopicPartition(topic: topic, partition: number)
        range = OffsetRange(lower: first, upper: last + 1)
        self.rows = rows
        assignment = properties[Name.assignment] ?? ""
        partOf = properties[Name.partOf].flatMap { UUID(uuidString: $0) }
    }

    /// The properties of the report.
    var properties: [String: String] {
        var properties = [
            Name.topic: partition.topic, Name.partition: String(partition.partition),
            Name.firstOffset: String(range.lower), Name.lastOffset: String(range.upper - 1), Name.rows: String(rows),
            Name.assignment: assignment,
        ]
        properties[Name.partOf] = partOf?.uuidString.lowercased()
        return properties
    }
}
