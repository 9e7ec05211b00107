/// A failure of the emulator itself or a refusal that its caller sees as a Kusto error.
package struct EmulatorError: Error, Sendable, Equatable {
    /// The kinds of failure; more may be added, so compare and keep a fallback.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code as it stands in an error body, such as `BadRequest_SyntaxError`.
        package let description: String

        /// Creates a code from its text on the wire.
        package init(_ text: String) { description = text }

        /// The text is not a command or query of the subset.
        package static let syntax = Code("BadRequest_SyntaxError")
        /// The text is well formed but names what does not exist or does not fit.
        package static let semantic = Code("General_BadRequest")
        /// No such database.
        package static let databaseNotFound = Code("BadRequest_DatabaseNotExist")
        /// No such table.
        package static let tableNotFound = Code("BadRequest_TableNotExist")
        /// No such column, mapping or other entity.
        package static let entityNotFound = Code("BadRequest_EntityNotFound")
        /// No ingestion mapping of that name.
        package static let mappingNotFound = Code("BadRequest_MappingReferenceWasNotFound")
        /// The mapping's JSON is not a mapping.
        package static let invalidMapping = Code("BadRequest_InvalidMapping")
        /// The data cannot be read in the format that was named.
        package static let invalidData = Code("BadRequest_InvalidBlob")
        /// No format of that name.
        package static let formatNotSupported = Code("BadRequest_FormatNotSupported")
        /// The result is larger than a query may return.
        package static let resultTooLarge = Code("E_QUERY_RESULT_SET_TOO_LARGE")
        /// A file of the data directory cannot be read or written.
        package static let storage = Code("General_InternalServerError")
        /// The command or query is for the other service of the cluster.
        package static let wrongEndpoint = Code("BadRequest_WrongEndpoint")
        /// The caller lacks a right.
        package static let forbidden = Code("Forbidden")
        /// The configuration cannot be used.
        package static let configuration = Code("General_InvalidConfiguration")
    }

    /// What kind of failure this is.
    package let code: Code
    /// One sentence: what failed, on what, and what to do.
    package let message: String
    /// Whether the same call fails again until somebody changes something.
    package let isPermanent: Bool

    /// Creates an error; permanent unless told otherwise.
    package init(_ code: Code, _ message: String, isPermanent: Bool = true) {
        self.code = code
        self.message = message
        self.isPermanent = isPermanent
    }
}
