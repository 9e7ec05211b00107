internal import JSON

/// Reads what queries and commands answer (Kusto REST, "Query V2 HTTP response", "Query/management HTTP response").
///
/// A failure may also come within an answer of status 200, in place of a row or at the end.
enum ResultReader {
    /// The first table of a management command's answer.
    static func managementTable(_ body: [UInt8], leg: KustoLeg, url: String) throws(KustoError) -> KustoTable {
        guard let value = try? JSONValue(parsing: body) else {
            throw FailureClassifier.unexpected("the answer is no JSON", leg: leg, url: url)
        }
        // A failure that came too late for the status stands beside the tables, or in place of a row.
        for name in ["Exceptions", "OneApiErrors"] where value[name]?.arrayValue?.isEmpty == false {
            try fail(value, leg: leg, url: url)
        }
        guard let first = value["Tables"]?[0] else {
            throw FailureClassifier.unexpected("the answer holds no table", leg: leg, url: url)
        }
        return try table(first, leg: leg, url: url)
    }

    /// The primary result of a query's answer.
    static func primaryResult(_ body: [UInt8], url: String) throws(KustoError) -> KustoTable {
        guard let frames = (try? JSONValue(parsing: body))?.arrayValue else {
            throw FailureClassifier.unexpected("the answer is no list of frames", leg: .query, url: url)
        }
        for frame in frames
        where frame["FrameType"]?.stringValue == "DataSetCompletion" && frame["HasErrors"]?.boolValue == true {
            try fail(frame, leg: .query, url: url)
        }
        guard
            let primary = frames.first(where: {
                $0["FrameType"]?.stringValue == "DataTable" && $0["TableKind"]?.stringValue == "PrimaryResult"
            })
        else { throw FailureClassifier.unexpected("the answer has no primary result", leg: .query, url: url) }
        return try table(primary, leg: .query, url: url)
    }

    private static func table(_ value: JSONValue, leg: KustoLeg, url: String) throws(KustoError) -> KustoTable {
        let columns = (value["Columns"]?.arrayValue ?? []).map { $0["ColumnName"]?.stringValue ?? "" }
        var rows: [[JSONValue]] = []
        for row in value["Rows"]?.arrayValue ?? [] {
            if let cells = row.arrayValue { rows.append(cells) } else { try fail(row, leg: leg, url: url) }
        }
        return KustoTable(columns: columns, rows: rows)
    }

    private static func fail(_ value: JSONValue, leg: KustoLeg, url: String) throws(KustoError) {
        if let error = OneAPIError(value["OneApiErrors"]?[0]?["error"]) {
            throw FailureClassifier.failure(error, leg: leg, url: url)
        }
        let text = value["Exceptions"]?[0]?.stringValue ?? "an error without a description"
        throw KustoError(.serviceFailure, "\(leg) at \(url): \(text)", leg: leg, disposition: .retry)
    }
}
