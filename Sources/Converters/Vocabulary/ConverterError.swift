/// A converter that cannot be made, or a record that it cannot convert.
package struct ConverterError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure; more may be added, so compare and keep a fallback.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String { case unsupported, invalidRecord }
        private let kind: Kind
        /// The converter, one of its settings or the table's format is not known here.
        package static let unsupported = Code(kind: .unsupported)
        /// The record's bytes are not what the converter reads.
        package static let invalidRecord = Code(kind: .invalidRecord)
        /// The code's name, as in logs.
        package var description: String { kind.rawValue }
    }

    /// What kind of failure this is.
    package let code: Code
    /// One sentence for whoever runs the system; it never quotes the record.
    package let message: String
    /// The Java class that Kafka Connect reports for this failure, which consumers of dead letters look at.
    package let exceptionClass: String

    /// Kafka Connect's class for data that a converter refuses.
    package static let dataException = "org.apache.kafka.connect.errors.DataException"
    /// Kafka Connect's class for a configuration that it refuses.
    package static let configException = "org.apache.kafka.common.config.ConfigException"

    /// Creates an error.
    package init(_ code: Code, _ message: String, exceptionClass: String = Self.dataException) {
        self.code = code
        self.message = message
        self.exceptionClass = exceptionClass
    }

    /// An error of what was configured.
    package static func configuration(_ message: String) -> ConverterError {
        ConverterError(.unsupported, message, exceptionClass: configException)
    }

    /// The sentence.
    package var description: String { message }
}
