/// A Protobuf schema that cannot be used, or a message type that it does not have.
package struct ProtobufError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure; more may be added, so compare and keep a fallback.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String { case invalidSchema, unknownMessage }
        private let kind: Kind
        /// The schema, or a text that it imports, is wrong or missing.
        package static let invalidSchema = Code(kind: .invalidSchema)
        /// The schema has no message at the path of indexes.
        package static let unknownMessage = Code(kind: .unknownMessage)
        /// The code's name, as in logs.
        package var description: String { kind.rawValue }
    }

    /// What kind of failure this is.
    package let code: Code
    /// One sentence: what is wrong and where; it may quote the schema, which is no data of a record.
    package let message: String

    package var description: String { message }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
