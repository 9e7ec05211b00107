/// Why the sink cannot go on, or could not start.
package struct SinkFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure; more may be added, so compare and keep a fallback.
    package struct Code: Sendable, Hashable {
        private enum Kind {
            case directory, local, client, converter, conversion, ingestion, kafka, data, deadLetter, gone
        }
        private let kind: Kind
        /// `tempdir.path` cannot be written.
        package static let unwritableDirectory = Code(kind: .directory)
        /// A fault of this process or its machine, such as a disk that does not give back what was written.
        package static let localFault = Code(kind: .local)
        /// The Kafka or HTTP client refuses a property.
        package static let clientConfiguration = Code(kind: .client)
        /// The configured converter cannot be used.
        package static let converter = Code(kind: .converter)
        /// A record could not be converted under `errors.tolerance=none`.
        package static let conversion = Code(kind: .conversion)
        /// A batch could not be ingested under `behavior.on.error=fail`.
        package static let ingestion = Code(kind: .ingestion)
        /// The Kafka client failed for good.
        package static let kafka = Code(kind: .kafka)
        /// Kafka's copy of records cannot be read.
        package static let corruptRecords = Code(kind: .data)
        /// A record could not be written to a dead-letter topic.
        package static let deadLetter = Code(kind: .deadLetter)
        /// Records that are needed again are not in Kafka any more.
        package static let recordsGone = Code(kind: .gone)
    }

    /// What kind of failure this is.
    package let code: Code
    /// One sentence for whoever runs the system: what failed, on what, and what to do.
    package let message: String

    /// Creates a failure.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }

    static func unwritableDirectory(_ directory: String, reason: String) -> SinkFailure {
        SinkFailure(
            .unwritableDirectory,
            "tempdir.path=\(directory) cannot be written: \(reason); name a directory that exists and that this user may write"
        )
    }

    static func unreadableSpill(_ reason: String) -> SinkFailure {
        SinkFailure(
            .localFault,
            "a buffered batch cannot be read back from tempdir.path: \(reason); check the disk, or set buffer.disk.bytes=0"
        )
    }
}
