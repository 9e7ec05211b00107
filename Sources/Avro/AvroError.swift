/// A schema or a container file that is not Avro.
package struct AvroError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure; more may be added, so compare and keep a fallback.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String { case invalidSchema, tooDeep, invalidFile }
        private let kind: Kind
        /// The text is not a schema as the Avro specification 1.12 has it.
        package static let invalidSchema = Code(kind: .invalidSchema)
        /// Types are nested deeper than ``AvroSchema/maximumDepth``.
        package static let tooDeep = Code(kind: .tooDeep)
        /// The bytes are not an object container file, or use a codec that is not read.
        package static let invalidFile = Code(kind: .invalidFile)
        /// The code's name, as in logs.
        package var description: String { kind.rawValue }
    }

    /// What kind of failure this is.
    package let code: Code
    /// One sentence: what is wrong and where in the schema or the file.
    package let message: String
    package var description: String { message }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
