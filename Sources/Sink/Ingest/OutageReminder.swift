/// Decides when people are reminded of an outage that lasts: after five minutes, then each time it has become twice as
/// long, and each hour from the second one on.
struct OutageReminder: Sendable, Hashable {
    private static let first = Duration.seconds(300)
    private static let longest = Duration.seconds(3600)

    private var next = Self.first

    init() {}

    /// Whether a reminder is due, which is then the last one until the next is.
    /// - Parameter age: How long the outage has lasted.
    mutating func isDue(after age: Duration) -> Bool {
        guard age >= next else { return false }
        while next <= age { next += min(next, Self.longest) }
        return true
    }
}
