internal import CRdKafka
internal import Glibc

/// Messages of one poll, in librdkafka's memory; freed when the last reader lets go.
///
/// Made once a poll, not once a message. `withValue` costs a load and a call that inlines.
///
/// Unchecked because nothing changes after `init`, and librdkafka's messages may be read from any thread.
@safe
package final class ReceivedMessages: @unchecked Sendable {
    /// Neighbouring messages of one partition, in offset order.
    package struct Run: Sendable {
        /// The partition.
        package let topicPartition: TopicPartition
        /// The messages' places among those received.
        package let range: Range<Int>
        /// The size of their values, in bytes.
        package let bytes: Int
    }

    /// What a reader needs of a message, gathered while the runs are found.
    @usableFromInline
    @safe struct Entry {
        @usableFromInline let value: UnsafeRawPointer?
        @usableFromInline let count: Int
        @usableFromInline let offset: Int64
        @usableFromInline let timestamp: Int64
    }

    /// The runs, in the order in which they came.
    package let runs: [Run]
    /// How many messages there are.
    package let count: Int
    @usableFromInline let entries: UnsafeMutablePointer<Entry>
    /// Kept until the messages are freed: a client that is destroyed first would wait for them for ever.
    private let client: ClientHandle
    private let messages: UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>

    /// Takes over `count` messages without errors, and their array.
    init(
        adopting messages: UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>,
        count: Int,
        names: inout PartitionNames,
        client: ClientHandle
    ) {
        unsafe self.messages = messages
        self.client = client
        self.count = count
        unsafe entries = .allocate(capacity: count)
        var runs: [Run] = []
        var start = 0
        var bytes = 0
        var current: (topic: OpaquePointer?, partition: Int32) = (nil, -1)
        for index in 0..<count {
            guard let message = unsafe messages[index] else { continue }
            var type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
            let timestamp = unsafe rd_kafka_message_timestamp(message, &type)
            unsafe (entries + index).initialize(
                to: Entry(
                    value: UnsafeRawPointer(message.pointee.payload),
                    count: message.pointee.len,
                    offset: message.pointee.offset,
                    timestamp: timestamp
                )
            )
            if unsafe message.pointee.rkt != current.topic || message.pointee.partition != current.partition {
                if index > start {
                    unsafe runs.append(
                        Run(
                            topicPartition: names.name(current.topic, current.partition),
                            range: start..<index,
                            bytes: bytes
                        )
                    )
                }
                start = index
                bytes = 0
                unsafe current = (message.pointee.rkt, message.pointee.partition)
            }
            bytes += unsafe message.pointee.len
        }
        if count > start {
            unsafe runs.append(
                Run(topicPartition: names.name(current.topic, current.partition), range: start..<count, bytes: bytes)
            )
        }
        self.runs = runs
    }

    deinit {
        for index in 0..<count { unsafe rd_kafka_message_destroy(messages[index]) }
        unsafe messages.deallocate()
        unsafe entries.deallocate()
    }

    /// A message's offset.
    @inlinable
    package func offset(at index: Int) -> Int64 { unsafe entries[index].offset }

    /// A message's timestamp in milliseconds since 1970, or -1 when it has none.
    @inlinable
    package func timestamp(at index: Int) -> Int64 { unsafe entries[index].timestamp }

    /// Who set a message's timestamp, or `nil` when it has none.
    package func timestampType(at index: Int) -> TimestampType? {
        guard let message = unsafe messages[index] else { return nil }
        var type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        _ = unsafe rd_kafka_message_timestamp(message, &type)
        switch type {
        case RD_KAFKA_TIMESTAMP_CREATE_TIME: return .created
        case RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME: return .appended
        default: return nil
        }
    }

    /// Calls `body` with a message's value, which is `nil` for a tombstone.
    @inlinable
    package func withValue<Result>(at index: Int, _ body: (UnsafeRawBufferPointer?) -> Result) -> Result {
        let entry = unsafe entries[index]
        guard let value = unsafe entry.value else { return body(nil) }
        return unsafe body(UnsafeRawBufferPointer(start: value, count: entry.count))
    }

    /// A message's key, or `nil` when it has none; valid as long as the messages.
    package func key(at index: Int) -> UnsafeRawBufferPointer? {
        guard let message = unsafe messages[index], let key = unsafe message.pointee.key else { return nil }
        return unsafe UnsafeRawBufferPointer(start: key, count: message.pointee.key_len)
    }

    /// Calls `body` with the name and the value of each of a message's headers, in order.
    ///
    /// librdkafka reads the headers when they are first asked for, and keeps them with the message; so only one thread may
    /// ask for those of one message.
    package func forEachHeader(
        at index: Int,
        _ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) -> Void
    ) {
        var list: OpaquePointer?
        guard unsafe rd_kafka_message_headers(messages[index], &list) == RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        var place = 0
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var length = 0
        while unsafe rd_kafka_header_get_all(list, place, &name, &value, &length) == RD_KAFKA_RESP_ERR_NO_ERROR {
            let bytes = unsafe value.map { unsafe UnsafeRawBufferPointer(start: $0, count: length) }
            unsafe body(UnsafeRawBufferPointer(start: name, count: name.map { unsafe strlen($0) } ?? 0), bytes)
            place += 1
        }
    }
}
