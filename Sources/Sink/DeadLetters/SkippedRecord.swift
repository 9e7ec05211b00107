internal import Kafka
internal import Logging

/// A record that was passed over since it could not be converted, as far as a log line says it.
struct SkippedRecord: Sendable, Hashable {
    /// The partition that the record was read from.
    let source: TopicPartition
    /// Its offset there.
    let offset: Int64
    /// In milliseconds since 1970, and who set it; `nil` without a timestamp.
    let timestamp: Int64?
    let timestampType: TimestampType?
    /// The step that failed.
    let stage: DeadLetterContext.Stage
    /// The Java class of the converter.
    let converter: String
    /// Why it could not be converted.
    let cause: DeadLetterContext.Cause

    /// The record as Kafka Connect's log has it.
    var description: String {
        var parts = ["topic='\(source.topic)'", "partition=\(source.partition)", "offset=\(offset)"]
        if let timestamp, let timestampType {
            parts += ["timestamp=\(timestamp)", "timestampType=\(timestampType.rawValue)"]
        }
        return "{\(parts.joined(separator: ", "))}"
    }

    /// What a log line carries beside its text.
    var data: LogData {
        var data: LogData = [
            "kafka.topic": source.topic, "kafka.partition": source.partition, "kafka.offset": offset,
            "error.class": cause.exceptionClass,
        ]
        if let message = cause.message { data["error"] = message }
        return data
    }
}
