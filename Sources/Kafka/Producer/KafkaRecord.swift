/// A record to be written.
package struct KafkaRecord: Sendable {
    /// The topic.
    package var topic: String
    /// The partition, or `nil` to let the partitioner choose.
    package var partition: Int32?
    /// The key's bytes.
    package var key: [UInt8]?
    /// The value's bytes; `nil` writes a tombstone.
    package var value: [UInt8]?
    /// The headers, in order.
    package var headers: [KafkaHeader]
    /// Milliseconds since 1970, or `nil` for now; 0, which means now to librdkafka, is written as 1.
    package var timestamp: Int64?

    /// Creates a record.
    package init(
        topic: String,
        partition: Int32? = nil,
        key: [UInt8]? = nil,
        value: [UInt8]?,
        headers: [KafkaHeader] = [],
        timestamp: Int64? = nil
    ) {
        self.topic = topic
        self.partition = partition
        self.key = key
        self.value = value
        self.headers = headers
        self.timestamp = timestamp
    }
}
