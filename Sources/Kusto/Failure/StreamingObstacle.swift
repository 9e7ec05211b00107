/// Why streaming ingestion does not take rows that queued ingestion may take.
///
/// ADX has no codes of its own for most of these cases, so the wording decides too, as in Azure's SDK for Java
/// (`ingest-v2`).
enum StreamingObstacle: Sendable, Hashable {
    /// The cluster, the database or the table does not offer it, or its schema or update policy is in the way.
    case unavailable
    /// The request is too large.
    case size

    /// Reads an answer with which a request failed; `nil` when it is about something else.
    init?(status: Int, _ error: OneAPIError?) {
        let text = "\(error?.code ?? "") \(error?.message ?? "")".lowercased()
        switch status {
        case 413: self = .size
        case 404 where error?.subject == nil: self = .unavailable
        case 400...499 where Self.isAboutSize(text): self = .size
        case 400...499 where Self.isAboutPolicy(text): self = .unavailable
        default: return nil
        }
    }

    /// What it means for the batch as far as streaming goes.
    var verdict: (KustoError.Code, Disposition) {
        switch self {
        case .unavailable: (.streamingUnavailable, .retry)
        case .size: (.tooLarge, .rejected)
        }
    }

    private static func isAboutSize(_ text: String) -> Bool {
        ["too large", "toolarge", "exceeds the maximum", "maximum allowed size"].contains { text.contains($0) }
    }

    private static func isAboutPolicy(_ text: String) -> Bool {
        if text.contains("update policy") || text.contains("updatepolicy") || text.contains("incompatible") {
            return true
        }
        return text.contains("streaming")
            && ["disabled", "not enabled", "notenabled", "turned off", "is off"].contains { text.contains($0) }
    }
}
