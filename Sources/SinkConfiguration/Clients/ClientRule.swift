/// How a property of Java's clients is translated for librdkafka.
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
    /// librdkafka needs no counterpart; the text says why, for the warning.
    case ignored(String)
    /// It is not supported yet; the text says so.
    case planned(String)
    /// It would break the sink; the text says why, for the error.
    case refused(String)

    /// Values that need their own translation.
    enum Special: Sendable {
        case brokers, securityProtocol, offsetReset, assignors, hostnameCheck, socketBuffer(String), requestTimeout
        case metadataAge, pollInterval, bufferMemory, partitioner, autoCommit, fetchMaximum, acknowledgements
    }
}
