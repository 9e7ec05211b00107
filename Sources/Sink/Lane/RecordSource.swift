internal import Converters
internal import Kafka

/// Records as an encoder reads them, each by its index.
protocol RecordSource: MessageSource {
    /// A record's offset.
    func offset(at index: Int) -> Int64
    /// A record's timestamp in milliseconds since 1970, or -1 when it has none.
    func timestamp(at index: Int) -> Int64
    /// Who set a record's timestamp; `nil` when it has none.
    func timestampType(at index: Int) -> TimestampType?
    /// Calls `body` with a record's value, which is `nil` for a tombstone.
    func withValue<Result>(at index: Int, _ body: (UnsafeRawBufferPointer?) -> Result) -> Result
}

extension RecordSource {
    /// Calls `body` with a record as converters see it.
    func withMessage<Result>(at index: Int, _ body: (borrowing MessageView) -> Result) -> Result {
        unsafe withValue(at: index) { value in
            unsafe body(MessageView(value: value, timestamp: timestamp(at: index), source: self, index: index))
        }
    }
}

extension ReceivedMessages: RecordSource {}
