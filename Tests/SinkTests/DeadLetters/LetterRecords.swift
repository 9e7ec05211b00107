import Kafka

@testable import Sink

/// Records with keys and headers, in an array.
final class LetterRecords: RecordSource {
    let records: [DeadLetter]

    init(_ records: [DeadLetter]) { self.records = records }

    func offset(at index: Int) -> Int64 { records[index].offset }
    func timestamp(at index: Int) -> Int64 { records[index].timestamp ?? -1 }
    func timestampType(at index: Int) -> TimestampType? { records[index].timestamp.map { _ in .created } }

    func withValue<Result>(at index: Int, _ body: (UnsafeRawBufferPointer?) -> Result) -> Result {
        guard let value = records[index].value else { return body(nil) }
        return unsafe value.withUnsafeBytes { unsafe body($0) }
    }

    /// The key lives as long as the records.
    func key(at index: Int) -> UnsafeRawBufferPointer? {
        unsafe records[index].key.map { unsafe $0.withUnsafeBytes { unsafe $0 } }
    }

    func forEachHeader(at index: Int, _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer?) -> Void) {
        for header in records[index].headers {
            unsafe header.nameBytes.withUnsafeBytes { name in
                guard let value = header.value else { return unsafe body(name, nil) }
                unsafe value.withUnsafeBytes { unsafe body(name, $0) }
            }
        }
    }

    /// A record of topic `t`, partition 3.
    static func letter(
        _ offset: Int64,
        key: String? = nil,
        value: String? = "v",
        headers: [KafkaHeader] = [],
        timestamp: Int64? = nil
    ) -> DeadLetter {
        DeadLetter(
            source: TopicPartition(topic: "t", partition: 3),
            offset: offset,
            timestamp: timestamp,
            key: key.map { Array($0.utf8) },
            value: value.map { Array($0.utf8) },
            headers: headers
        )
    }
}
