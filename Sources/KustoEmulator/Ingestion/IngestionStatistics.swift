/// What was ingested since the start or the last reset.
package struct IngestionStatistics: Sendable, Equatable {
    /// Messages that were taken from the queues.
    package var messages = 0
    /// Sources that became rows.
    package var succeeded = 0
    /// Sources that were refused.
    package var failed = 0
    /// Sources that were passed over because of `ingestIfNotExists`.
    package var skippedSources = 0
    /// Rows added.
    package var rows = 0
    /// Lines of the `json` format that were not JSON.
    package var skippedLines = 0
    /// Bytes of data after unpacking.
    package var rawBytes = 0
    /// Messages whose `RawDataSize` was not the size of the data.
    package var wrongRawDataSizes = 0
    /// Messages without `RawDataSize`.
    package var missingRawDataSizes = 0
    /// Requests of streaming ingestion that became rows.
    package var streamed = 0
    /// Requests of streaming ingestion that were refused.
    package var streamedFailed = 0

    /// Creates statistics of nothing.
    package init() {}
}
