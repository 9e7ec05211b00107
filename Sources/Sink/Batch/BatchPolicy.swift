/// When a batch is sealed and handed to ingestion.
package struct BatchPolicy: Sendable, Hashable {
    /// Size in bytes, before compression, beyond which a batch is sealed (`flush.size.bytes`).
    package var maximumBytes: Int
    /// Time since the first record at which a batch is sealed (`flush.interval.ms`).
    package var maximumAge: Duration

    /// Creates a policy; without arguments 1 MiB or 30 seconds, whichever comes first.
    package init(maximumBytes: Int = 1 << 20, maximumAge: Duration = .seconds(30)) {
        self.maximumBytes = maximumBytes
        self.maximumAge = maximumAge
    }
}
