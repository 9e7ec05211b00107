extension ScalingMemory {
    /// Keeps what a reading calls for, as long as a window may need it.
    mutating func recommend(_ workers: Int, at time: ContinuousClock.Instant, keeping window: Duration) {
        // Of a run of equals the first and the last say everything.
        if recommendations.suffix(2).map(\.workers) == [workers, workers] { recommendations.removeLast() }
        recommendations.append(Recommendation(time: time, workers: workers))
        // One from before the window stays: it held until the first inside.
        let old = recommendations.prefix { $0.time <= time - window }.count
        if old > 1 { recommendations.removeFirst(old - 1) }
    }

    /// What all readings within a window called for, or `nil` when they do not reach back so far.
    /// - Parameters:
    ///   - best: The least of them for more workers, the most of them for fewer.
    func proven(
        _ best: ([Int]) -> Int?,
        over window: Duration,
        until now: ContinuousClock.Instant
    ) -> Int? {
        guard let first = recommendations.last(where: { $0.time <= now - window }) else { return nil }
        return best(recommendations.filter { $0.time >= first.time }.map(\.workers))
    }
}
