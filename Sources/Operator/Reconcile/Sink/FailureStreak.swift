/// How often in a row, and since when, looking at a sink has failed.
///
/// An API server that is busy for a moment says nothing about workers that run: what has only just begun to fail is
/// shown, but makes no sink unready.
struct FailureStreak: Sendable, Hashable {
    /// How many failures in a row are too many.
    static let limit = 3
    /// How long a failure may last, however often it was tried meanwhile.
    static let patience = Duration.seconds(30)

    private var count = 0
    private var start: Duration?

    /// Counts a failure.
    mutating func add(now: Duration) {
        count += 1
        start = start ?? now
    }

    /// Whether it may be over at the next attempt.
    func isPassing(now: Duration) -> Bool { count < Self.limit || now - (start ?? now) < Self.patience }
}
