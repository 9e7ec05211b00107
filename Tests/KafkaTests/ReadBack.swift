import Kafka
import Testing

/// Reads what was written.
enum ReadBack {
    /// Returns a partition's records, all that they hold.
    static func records(
        _ configuration: KafkaClientConfiguration,
        _ partition: TopicPartition,
        _ offsets: Range<Int64>
    ) throws -> [KafkaRecord] {
        let reader = OffsetRangeReader(configuration: configuration, logger: Fixture.logger)
        var reading = try reader.open(partition, offsets, timeout: .seconds(60))
        var records: [KafkaRecord] = []
        while let chunk = try reading.next() {
            for index in 0..<chunk.count {
                var headers: [KafkaHeader] = []
                unsafe chunk.forEachHeader(at: index) { name, value in
                    headers.append(
                        unsafe KafkaHeader(nameBytes: Array(name), value: value.map { unsafe Array($0) })
                    )
                }
                records.append(
                    KafkaRecord(
                        topic: partition.topic,
                        partition: partition.partition,
                        key: unsafe chunk.key(at: index).map { unsafe Array($0) },
                        value: unsafe chunk.withValue(at: index) { unsafe $0.map { unsafe Array($0) } },
                        headers: headers,
                        timestamp: chunk.timestamp(at: index)
                    )
                )
            }
        }
        return records
    }
}
