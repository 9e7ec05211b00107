internal import Glibc

/// A rate that recent observations count more for than old ones: an exponentially weighted mean over time.
///
/// Counts and durations are weighted alike and divided at the end, so the first observations are not biased towards
/// zero, and an observation of a long time weighs more than one of a short time.
struct RateEstimate: Sendable, Hashable {
    private var count = 0.0
    /// The weighted time in seconds that was observed.
    private(set) var seconds = 0.0

    /// Events in a second; `nil` before anything was observed.
    var perSecond: Double? { seconds > 0 ? count / seconds : nil }

    /// Adds what happened in `duration` seconds, `elapsed` seconds after the observation before.
    /// - Parameter memory: The age in seconds at which an observation weighs 1/e.
    mutating func add(_ count: Double, in duration: Double, elapsed: Double, memory: Double) {
        let weight = exp(-elapsed / memory)
        self.count = self.count * weight + count
        seconds = seconds * weight + duration
    }

    /// An estimate that somebody wrote down, worth as much as `seconds` of observing.
    init(perSecond: Double, seconds: Double) {
        count = perSecond * seconds
        self.seconds = seconds
    }

    init() {}
}
