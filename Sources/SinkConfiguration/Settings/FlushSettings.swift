/// When a batch is sealed and sent on.
package struct FlushSettings: Sendable, Hashable {
    /// Size in bytes, before compression, above which a batch is sealed.
    package var sizeBytes: Int
    /// Time since the first record after which a batch is sealed.
    package var interval: Duration
}
