/// Whether a batch is small enough for streaming ingestion, by the rule of Azure's managed streaming clients.
///
/// ADX takes 4 MB of data in a request of streaming ingestion (Kusto, "Streaming ingestion", limitations). How many bytes a
/// body becomes there is estimated from how it is sent.
package enum StreamingEligibility {
    /// The most bytes that a batch is estimated to become.
    package static let maximumBytes = 4 << 20
    /// The most bytes that are sent, whatever they become.
    package static let maximumBodyBytes = 10 << 20

    /// Whether a body may be streamed.
    /// - Parameters:
    ///   - bodyBytes: Its bytes as they are sent.
    ///   - isCompressed: Whether it is gzip.
    ///   - format: The format of its rows, in lower case.
    package static func allows(bodyBytes: Int, isCompressed: Bool, format: String) -> Bool {
        guard bodyBytes <= maximumBodyBytes else { return false }
        let estimate: Int =
            if isCompressed {
                bodyBytes * 2
            } else if binaryFormats.contains(format) {
                bodyBytes + bodyBytes / 2
            } else if format.hasSuffix("json") {
                bodyBytes * 2 / 3
            } else {
                bodyBytes / 2
            }
        return estimate <= maximumBytes
    }

    private static let binaryFormats: Set<String> = ["avro", "apacheavro", "parquet", "orc", "sstream"]
}
