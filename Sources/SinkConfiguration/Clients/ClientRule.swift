/// What becomes of a Java client's property at librdkafka.
enum ClientRule: Sendable {
    /// The same name and values.
    case same
    /// Another name, the same values.
    case renamed(String)
    /// One of some words, under the same name.
    case word([String])
    /// A whole number within bounds, under the same name.
    case number(ClosedRange<Int64>)
    /// A value that is translated by itself.
    case special(Special)
    /// No counterpart is needed; why, for the warning.
    case ignored(String)
    /// A counterpart is yet to come.
    case planned(String)
    /// The value would break the sink; why, for the error.
    case refused(String)

    /// Values that need their own translation.
    enum Special: Sendable {
        case securityProtocol, offsetReset, assignors, hostnameCheck, socketBuffer(String), requestTimeout
        case metadataAge, pollInterval, bufferMemory, partitioner, autoCommit, fetchMaximum
    }
}
