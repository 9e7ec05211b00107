/// Who set a record's timestamp; the raw values are the words of Kafka's tools.
package enum TimestampType: String, Sendable, Hashable {
    /// The producer did.
    case created = "CreateTime"
    /// The broker did when it appended the record.
    case appended = "LogAppendTime"
}
