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

        /// The source has no bytes.
        static let emptyBlob = Code("BadRequest_EmptyBlob")
        /// The source has no record.
        static let noRecords = Code("BadRequest_NoRecordsOrWrongFormat")
        /// The packed data is damaged.
        static let invalidArchive = Code("BadRequest_InvalidArchive")
        /// The data is not a file of its format.
        static let invalidBlob = Code("BadRequest_InvalidBlob")
        /// The mapping is not a valid mapping.
        static let invalidMapping = Code("BadRequest_InvalidMapping")
        /// The mapping does not fit the table.
        static let inconsistentMapping = Code("BadRequest_InconsistentMapping")
        /// No such mapping.
        static let mappingNotFound = Code("BadRequest_MappingReferenceWasNotFound")
        /// Both a mapping and a reference were given.
        static let duplicateMapping = Code("BadRequest_DuplicateMapping")
        /// No such format.
        static let formatNotSupported = Code("BadRequest_FormatNotSupported")
        /// No such database.
        static let databaseNotFound = Code("BadRequest_DatabaseNotExist")
        /// No such table.
        static let tableNotFound = Code("BadRequest_TableNotExist")
        /// The message does not carry this cluster's identity token.
        static let invalidIdentityToken = Code("BadRequest_InvalidKustoIdentityToken")
        /// The application that queued the message may not ingest into the table.
        static let tableAccessDenied = Code("BadRequest_TableAccessDenied")
        /// The queue message is not an ingestion message.
        static let corruptedMessage = Code("BadRequest_CorruptedMessage")
        /// The source exceeds the size limit.
        static let fileTooLarge = Code("BadRequest_FileTooLarge")
        /// The URL is not that of a blob here.
        static let invalidBlobURI = Code("BadRequest_InvalidBlobUri")
        /// An ingestion property cannot be read.
        static let malformedProperty = Code("BadRequest_MalformedIngestionProperty")
        /// The data is not in its format.
        static let unexpectedCharacter = Code("BadRequest_UnexpectedCharacterInInputStream")
        /// No such blob.
        static let sourceNotFound = Code("Download_SourceNotFound")
        /// The signature does not open the blob.
        static let downloadForbidden = Code("Download_Forbidden")
        /// A record has a different number of fields.
        static let wrongNumberOfFields = Code("Stream_WrongNumberOfFields")
        /// A quoted field is never closed.
        static let closingQuoteMissing = Code("Stream_ClosingQuoteMissing")
        /// A record exceeds the size limit.
        static let streamTooLarge = Code("Stream_InputStreamTooLarge")
        /// The emulator failed.
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
