/// How a property of Java's clients is translated for librdkafka.
enum ClientRule: Sendable {
    /// The same name and values.
    case same
    /// Another name, the same values.
    case renamed(String)
    /// One of some words, under the same name.
    case word([String])
    /// A whole number; see ``Bounds``.
    case number(Bounds)
    /// A value that is translated by itself.
    case special(Special)
    /// A part of how a client signs in and encrypts, which ``SecurityTranslation`` reads as a whole.
    case security
    /// librdkafka needs no counterpart; the text says why, for the warning.
    case ignored(String)
    /// It would break the sink; the text says why, for the error.
    case refused(String)

    /// The numbers that a property takes.
    struct Bounds: Sendable {
        /// What Java's clients take; other numbers are errors.
        let accepted: ClosedRange<Int64>
        /// What librdkafka takes, into which the others are brought, with a warning.
        let supported: ClosedRange<Int64>
        /// librdkafka's name, where it is another.
        let name: String?
    }

    /// A property of librdkafka's own, which takes numbers in a range.
    static func number(_ range: ClosedRange<Int64>) -> ClientRule {
        .number(Bounds(accepted: range, supported: range, name: nil))
    }

    /// A property of Java's type INT.
    static func int(from lowest: Int64, within supported: ClosedRange<Int64>, as name: String? = nil) -> ClientRule {
        .number(Bounds(accepted: lowest...Int64(Int32.max), supported: supported, name: name))
    }

    /// A property of Java's type LONG.
    static func long(from lowest: Int64, within supported: ClosedRange<Int64>, as name: String? = nil) -> ClientRule {
        .number(Bounds(accepted: lowest...Int64.max, supported: supported, name: name))
    }

    /// Values that need their own translation.
    enum Special: Sendable {
        case brokers, securityProtocol, offsetReset, assignors, hostnameCheck, socketBuffer(String), requestTimeout
        case metadataAge, pollInterval, bufferMemory, partitioner, autoCommit, fetchMaximum, acknowledgements
    }
}
