/// What a query may return at most; ADX's defaults.
package struct QueryLimits: Sendable, Hashable {
    /// Rows in a result.
    package var maximumRows: Int
    /// Bytes in a result.
    package var maximumBytes: Int

    /// Creates limits; without arguments 500,000 rows or 64 MiB.
    package init(maximumRows: Int = 500_000, maximumBytes: Int = 64 << 20) {
        self.maximumRows = maximumRows
        self.maximumBytes = maximumBytes
    }

    /// The error for a result that is too large.
    static func exceeded(_ rows: Int) -> EmulatorError {
        EmulatorError(
            .resultTooLarge,
            "The results of this query exceed the set limit of \(rows) records or 64 MB (E_QUERY_RESULT_SET_TOO_LARGE); "
                + "add take, where or summarize"
        )
    }
}

extension CellValue {
    /// About how many bytes the value takes in a result.
    var approximateBytes: Int {
        switch self {
        case .null, .bool: 4
        case .integer, .real: 10
        case .datetime, .timespan: 28
        case .decimal(let text), .guid(let text), .string(let text), .dynamic(let text): text.utf8.count + 2
        }
    }
}
