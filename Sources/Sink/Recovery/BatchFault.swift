internal import Kusto

/// Why ADX does not have a batch, as far as that decides what becomes of its records.
struct BatchFault: Sendable, Hashable {
    /// The failure's name, such as `BadRequest_InvalidBlob` or `throttled`.
    let code: String
    /// One sentence.
    let message: String
    /// Whether ADX would say the same again; else the time for retries is over.
    let isPermanent: Bool
    /// Whether some of the rows may be at fault, so that parts of the batch are worth a try.
    let mayBeData: Bool

    /// Creates a fault.
    init(code: String, message: String, isPermanent: Bool, mayBeData: Bool) {
        self.code = code
        self.message = message
        self.isPermanent = isPermanent
        self.mayBeData = mayBeData
    }

    /// What an attempt failed with.
    init(_ error: KustoError) {
        self.init(
            code: error.serviceCode ?? "\(error.code)",
            message: error.message,
            isPermanent: error.disposition == .rejected,
            mayBeData: error.mayBeDataFault
        )
    }

    /// What ADX reported after it had queued the batch.
    init(_ report: IngestionReport) {
        let code = report.errorCode.isEmpty ? "Unknown" : report.errorCode
        self.init(
            code: code,
            message:
                "ADX could not ingest the queued batch: \(code)" + Self.excerpt(of: report.details),
            isPermanent: !report.mayPass,
            mayBeData: !report.mayPass && report.fault?.mayBeData == true
        )
    }

    /// ADX has said nothing for so long about what it had queued.
    static func silence(for time: Duration) -> BatchFault {
        BatchFault(
            code: "NoReport",
            message: "ADX has not reported within \(time.components.seconds) s what became of rows that it had queued",
            isPermanent: false,
            mayBeData: false
        )
    }

    /// The beginning of ADX's words on one line, which may be long.
    private static func excerpt(of details: String) -> String {
        let line = details.split(whereSeparator: \.isNewline).joined(separator: " ").prefix(500)
        return line.isEmpty ? "" : ": \(line)"
    }
}

extension IngestionReport {
    /// Whether rows of the batch are missing in the table.
    var isFailure: Bool { status == .failed || status == .partiallySucceeded }

    /// Whether the same batch may get in when it is queued again.
    var mayPass: Bool {
        if failureStatus == .transient || failureStatus == .exhausted { return true }
        return failureStatus == .unknown && (fault == .service || fault == .blob)
    }
}
