/// What an ingestion failed because of, by the service's name for the failure.
///
/// The names are those of Kusto, "Ingestion error codes in Azure Data Explorer"; ADX may have more, so their beginning
/// decides about names that are not listed.
package enum IngestionFault: Sendable, Hashable, CaseIterable {
    /// The rows: other rows of the same batch may be fine.
    case data
    /// The table, its database, its mapping, its update policy, a right or a setting: no row of the batch would get in.
    case target
    /// The blob or its message, for instance because a signature ended: the same rows in a new blob may get in.
    case blob
    /// The service: the same batch may get in later.
    case service
    /// Nothing is known about the name.
    case unknown

    /// Finds out what a failure's name is about.
    package init(code: String) {
        self = Self.known[code] ?? Self.byPrefix.first { code.hasPrefix($0.0) }?.1 ?? .unknown
    }

    /// Whether some of the rows may be at fault, so that halves of the batch are worth a try.
    package var mayBeData: Bool { self == .data || self == .unknown }

    private static let byPrefix: [(String, IngestionFault)] = [
        ("Stream_", .data), ("Download_", .blob), ("UpdatePolicy_", .target), ("General_", .service),
    ]

    private static let known: [String: IngestionFault] = {
        var known: [String: IngestionFault] = [:]
        for (fault, codes) in byFault { for code in codes { known[code] = fault } }
        return known
    }()

    private static let byFault: [(IngestionFault, [String])] = [
        (
            .data,
            [
                "BadRequest_EmptyBlob", "BadRequest_NoRecordsOrWrongFormat", "BadRequest_InvalidBlob",
                "BadRequest_EmptyArchive", "BadRequest_InvalidArchive", "BadRequest_FileTooLarge",
                "BadRequest_UnexpectedCharacterInInputStream", "Stream_WrongNumberOfFields",
                "Stream_ClosingQuoteMissing", "Stream_InputStreamTooLarge", "Stream_NoDataToIngest",
                "Stream_DynamicPropertyBagTooLarge",
            ]
        ),
        (
            .target,
            [
                "BadRequest_InvalidMapping", "BadRequest_InvalidMappingReference", "BadRequest_InconsistentMapping",
                "BadRequest_MappingReferenceWasNotFound", "BadRequest_EmptyMappingReference",
                // Written like this by the service.
                "BadRequest_MissingMappingtFailure", "BadRequest_MissingMappingFailure",
                "BadRequest_DuplicateMapping", "BadRequest_FormatNotSupported", "BadRequest_DatabaseNotExist",
                "BadRequest_TableNotExist", "BadRequest_EntityNotFound", "BadRequest_DatabaseAccessDenied",
                "BadRequest_TableAccessDenied", "BadRequest_MalformedIngestionProperty",
                "BadRequest_StreamingIngestionPolicyNotEnabled", "Forbidden",
            ]
        ),
        (
            .blob,
            ["BadRequest_InvalidKustoIdentityToken", "BadRequest_CorruptedMessage", "BadRequest_InvalidBlobUri"]
        ),
        // What the engine says when it has no better name.
        (.unknown, ["General_BadRequest"]),
        (.service, ["Timeout", "OutOfMemory", "UpdatePolicy_IngestionError", "UpdatePolicy_UnknownError"]),
    ]
}

extension KustoError {
    /// Whether ADX has refused the rows themselves, so that halves of the batch are worth a try; not when it is about the
    /// table, the mapping or a right, or when trying the same again may help.
    package var mayBeDataFault: Bool {
        guard disposition == .rejected, leg == .streaming || leg == .upload else { return false }
        switch code {
        case .badRequest, .serviceFailure, .tooLarge:
            return serviceCode.map { IngestionFault(code: $0).mayBeData } ?? true
        default: return false
        }
    }
}
