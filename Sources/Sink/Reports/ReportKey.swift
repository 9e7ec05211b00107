package import Kusto

/// The key under which the status tables keep the reports of a sink's batches, the same for all its workers.
package struct ReportKey: Sendable, Hashable {
    /// The key.
    package let text: String

    /// The key of the sink with this name.
    ///
    /// Letters, digits, `.`, `_` and `-` stand for themselves, and `~` and two hexadecimal digits for any other byte
    /// (Azure Storage, "Understanding the Table service data model", says what keys may not hold).
    package init(sink name: String) {
        let digits = Array("0123456789ABCDEF".unicodeScalars)
        var text = "kusto-sink-"
        for byte in name.utf8.prefix(200) {
            let scalar = Unicode.Scalar(byte)
            if byte < 128, scalar.properties.isAlphabetic || (48...57).contains(byte) || "._-".utf8.contains(byte) {
                text.unicodeScalars.append(scalar)
            } else {
                text.unicodeScalars += ["~", digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        self.text = text
    }

    /// What a batch's report is asked for with.
    ///
    /// ADX is asked for successes too, since a batch that it says nothing about would stand in the tables for ever.
    package func request(for batch: SealedBatch) -> ReportRequest {
        ReportRequest(partitionKey: text, level: .failuresAndSuccesses, properties: ReportLabel(batch).properties)
    }
}
