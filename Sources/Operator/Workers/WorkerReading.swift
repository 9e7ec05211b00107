/// What a worker said about itself when it was asked last.
package struct WorkerReading: Sendable, Hashable {
    /// What keeps it from being ready, a sentence each; empty when nothing does, `nil` when it did not say.
    package var reasons: [String]?
    /// Whether ADX throttles it; `nil` when that is not known.
    package var isThrottled: Bool?

    /// Creates a reading.
    package init(reasons: [String]? = nil, isThrottled: Bool? = nil) {
        self.reasons = reasons
        self.isThrottled = isThrottled
    }
}
