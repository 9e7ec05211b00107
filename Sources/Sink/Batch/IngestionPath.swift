/// How a batch gets into its table; decided when it is sealed, and the same at every attempt.
package enum IngestionPath: Sendable, Hashable, CaseIterable {
    /// As a blob with a message, which ADX batches.
    case queued
    /// In one request to the engine, which makes the rows visible at once; queued if it is too large for that, or if ADX does
    /// not take it that way.
    case streaming

    /// The path of a batch for a route.
    static func path(for route: TableRoute) -> IngestionPath { route.isStreaming ? .streaming : .queued }
}
