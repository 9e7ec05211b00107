/// How often and how long an attempt at a batch is repeated.
package struct RetryPolicy: Sendable, Hashable {
    /// Time from a batch's first failure after which it is given up (`errors.retry.max.time.ms`).
    package var maximumTime: Duration
    /// The pause after the first failure, which doubles with each further one (`errors.retry.backoff.time.ms`).
    package var backoff: Duration
    /// The longest pause.
    package var maximumBackoff: Duration

    /// Creates a policy; without arguments 10 seconds doubling up to a minute, for 5 minutes.
    package init(
        maximumTime: Duration = .seconds(300),
        backoff: Duration = .seconds(10),
        maximumBackoff: Duration = .seconds(60)
    ) {
        self.maximumTime = maximumTime
        self.backoff = backoff
        self.maximumBackoff = maximumBackoff
    }

    /// Returns the pause after a failure, or `nil` when the budget is used up.
    /// - Parameters:
    ///   - failures: How many attempts have failed, at least 1.
    ///   - elapsed: Time since the first failure.
    ///   - retryAfter: The pause that the service asked for; it is used when it is longer.
    ///   - jitter: A number from 0 to 1 that spreads the pause over its upper half.
    func pause(failures: Int, elapsed: Duration, retryAfter: Duration?, jitter: Double) -> Duration? {
        let left = maximumTime - elapsed
        guard left > .zero else { return nil }
        let cap = max(maximumBackoff, backoff)
        var doubled = backoff
        for _ in 0..<max(0, min(failures, 64) - 1) where doubled < cap { doubled = min(doubled * 2, cap) }
        let spread = doubled * (0.5 + jitter / 2)
        // The last attempt is made when the budget ends, however long the pause would be.
        return min(max(spread, retryAfter ?? .zero), left)
    }
}
