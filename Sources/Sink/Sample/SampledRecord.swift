internal import Converters
package import Kafka

/// A record, and what a run of the sink would do with it.
package struct SampledRecord: Sendable, Hashable {
    /// What would be done.
    package enum Result: Sendable, Hashable {
        /// It makes rows: one line of JSON.
        case json([UInt8])
        /// It makes rows of another format, as they are.
        case text([UInt8])
        /// It is a file of its own in a format that is no text.
        case file(bytes: Int)
        /// It makes no row, for this reason.
        case skipped(String)
        /// It cannot be converted.
        case failed(ConversionFailure)
    }

    /// Where the record stands.
    package let source: TopicPartition
    /// Its offset there.
    package let offset: Int64
    /// In milliseconds since 1970, and who set it; `nil` without a timestamp.
    package let timestamp: Int64?
    package let timestampType: TimestampType?
    /// The key's bytes; `nil` without a key.
    package let key: [UInt8]?
    /// How many bytes the value has; `nil` for a tombstone.
    package let valueBytes: Int?
    /// What would be done with it.
    package let result: Result
}
