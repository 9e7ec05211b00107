/// What ADX is asked to write down about a queued batch.
package struct ReportRequest: Sendable, Hashable {
    /// Which outcomes ADX writes down.
    package enum Level: Int, Sendable, Hashable {
        /// Only failures; of a batch that got in nothing may be heard.
        case failures = 0
        /// Failures and successes.
        case failuresAndSuccesses = 2
    }

    /// The key that the caller's reports are found by, one for each sink; without `/`, `\`, `#`, `?` and control
    /// characters (Azure Storage, "Understanding the Table service data model").
    package let partitionKey: String
    /// Which outcomes ADX writes down.
    package let level: Level
    /// What the caller wants to find in the report again, by names that are not ADX's own; each text has at most 32,768
    /// UTF-16 code units.
    package let properties: [String: String]

    /// Creates a request.
    package init(partitionKey: String, level: Level, properties: [String: String] = [:]) {
        self.partitionKey = partitionKey
        self.level = level
        self.properties = properties
    }
}
