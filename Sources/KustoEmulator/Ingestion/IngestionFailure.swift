/// Why a source was not ingested, in the words of ADX's ingestion error codes.
struct IngestionFailure: Error, Sendable, Equatable {
    /// An ingestion error code.
    struct Code: Sendable, Hashable {
        /// The code as failure reports carry it.
        let text: String
        /// Whether trying again cannot help.
        let isPermanent: Bool

        /// Creates a code, permanent unless told otherwise.
        init(_ text: String, isPermanent: Bool = true) {
            self.text = text
            self.isPermanent = isPermanent
        }

        static let emptyBlob = Code("BadRequest_EmptyBlob")
        static let noRecords = Code("BadRequest_NoRecordsOrWrongFormat")
        static let invalidBlob = Code("BadRequest_InvalidBlob")
        static let invalidArchive = Code("BadRequest_InvalidArchive")
        static let invalidMapping = Code("BadRequest_InvalidMapping")
        static let inconsistentMapping = Code("BadRequest_InconsistentMapping")
        static let mappingNotFound = Code("BadRequest_MappingReferenceWasNotFound")
        static let duplicateMapping = Code("BadRequest_DuplicateMapping")
        static let formatNotSupported = Code("BadRequest_FormatNotSupported")
        static let databaseNotFound = Code("BadRequest_DatabaseNotExist")
        static let tableNotFound = Code("BadRequest_TableNotExist")
        static let invalidIdentityToken = Code("BadRequest_InvalidKustoIdentityToken")
        static let corruptedMessage = Code("BadRequest_CorruptedMessage")
        static let fileTooLarge = Code("BadRequest_FileTooLarge")
        static let invalidBlobURI = Code("BadRequest_InvalidBlobUri")
        static let malformedProperty = Code("BadRequest_MalformedIngestionProperty")
        static let unexpectedCharacter = Code("BadRequest_UnexpectedCharacterInInputStream")
        static let sourceNotFound = Code("Download_SourceNotFound")
        static let downloadForbidden = Code("Download_Forbidden")
        static let wrongNumberOfFields = Code("Stream_WrongNumberOfFields")
        static let closingQuoteMissing = Code("Stream_ClosingQuoteMissing")
        static let streamTooLarge = Code("Stream_InputStreamTooLarge")
        static let internalError = Code("General_InternalServerError", isPermanent: false)
    }

    /// What kind of failure this is.
    let code: Code
    /// One sentence: what failed and on what.
    let message: String

    /// Creates a failure.
    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
