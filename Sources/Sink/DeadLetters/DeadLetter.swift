internal import Converters
package import Kafka

/// A record on its way to a dead-letter topic: a copy of what Kafka has, and where it came from.
package struct DeadLetter: Sendable, Hashable {
    /// The partition that the record was read from.
    package let source: TopicPartition
    /// Its offset there.
    package let offset: Int64
    /// When it was made or appended, in milliseconds since 1970; `nil` when it says nothing.
    package let timestamp: Int64?
    /// The key's bytes, or `nil` when there is none.
    package let key: [UInt8]?
    /// The value's bytes, or `nil` for a tombstone.
    package let value: [UInt8]?
    /// The record's own headers, in order, and then those that were added.
    package private(set) var headers: [KafkaHeader]

    /// Creates a letter of these parts.
    package init(
        source: TopicPartition,
        offset: Int64,
        timestamp: Int64?,
        key: [UInt8]?,
        value: [UInt8]?,
        headers: [KafkaHeader]
    ) {
        self.source = source
        self.offset = offset
        self.timestamp = timestamp
        self.key = key
        self.value = value
        self.headers = headers
    }

    /// Copies a message.
    init(copying message: borrowing MessageView, from source: TopicPartition, offset: Int64) {
        var headers: [KafkaHeader] = []
        unsafe message.forEachHeader { name, value in
            headers.append(unsafe KafkaHeader(nameBytes: Array(name), value: value.map { unsafe Array($0) }))
        }
        self.init(
            source: source,
            offset: offset,
            timestamp: message.timestamp,
            key: unsafe message.key.map { unsafe Array($0) },
            value: unsafe message.value.map { unsafe Array($0) },
            headers: headers
        )
    }

    /// Copies one of several records.
    init(copying records: some RecordSource, at index: Int, from source: TopicPartition) {
        self = records.withMessage(at: index) { message in
            DeadLetter(copying: message, from: source, offset: records.offset(at: index))
        }
    }

    /// What it takes in memory and on the wire, in bytes, the framing of the record and its headers included.
    package var bytes: Int {
        let ofHeaders = headers.reduce(0) { $0 + $1.nameBytes.count + ($1.value?.count ?? 0) + Self.headerFrame }
        return (key?.count ?? 0) + (value?.count ?? 0) + ofHeaders + Self.recordFrame
    }

    /// The most bytes of lengths around a record, and around one header, in Kafka's message format.
    private static let (recordFrame, headerFrame) = (36, 10)

    /// Returns the letter with headers after its own that say what went wrong.
    package func explained(by context: DeadLetterContext) -> DeadLetter {
        var copy = self
        copy.headers += context.headers(source: source, offset: offset)
        return copy
    }
}
