/// When a batch is sealed and handed to ingestion.
package struct BatchPolicy: Sendable, Hashable {
    /// Size in bytes, before compression, beyond which a batch is sealed (`flush.size.bytes`).
    package var maximumBytes: Int
    /// Time since the first record at which a batch is sealed (`flush.interval.ms`).
    package var maximumAge: Duration

    /// How far batches grow at most, before compression: more in a blob ADX does not recommend (Kusto, "Ingestion best
    /// practices").
    private static let grownBytes = 1 << 30
    /// The most bytes, before compression, of a batch for streaming ingestion: ADX takes 4 MB in a request (Kusto, "Streaming
    /// ingestion", limitations).
    package static let streamingBytes = 4_000_000

    /// The size beyond which a batch for a route is sealed.
    /// - Parameter growth: By how much queued batches may be larger, since fewer are wanted; see ``BatchGrowth``.
    func maximumBytes(for route: TableRoute, growth: Int = 1) -> Int {
        guard !route.isStreaming else { return min(maximumBytes, Self.streamingBytes) }
        let (bytes, isTooMuch) = maximumBytes.multipliedReportingOverflow(by: growth)
        return isTooMuch ? maximumBytes : max(maximumBytes, min(bytes, Self.grownBytes))
    }

    /// Creates a policy; without arguments 1 MiB or 30 seconds, whichever comes first.
    package init(maximumBytes: Int = 1 << 20, maximumAge: Duration = .seconds(30)) {
        self.maximumBytes = maximumBytes
        self.maximumAge = maximumAge
    }
}
