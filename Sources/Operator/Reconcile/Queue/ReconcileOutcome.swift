/// How a look at one key ended, and when to look again.
package enum ReconcileOutcome: Sendable, Equatable {
    /// All is as wanted; look again after a time although nothing happens, or never.
    case settled(lookAgain: Duration?)
    /// Something is on its way; look again soon, or at the next event.
    case waiting(lookAgain: Duration)
    /// Something failed that may work later; the queue holds the key back longer with each failure.
    /// - Parameter atLeast: A wait that the peer asked for.
    case failed(String, atLeast: Duration = .zero)
    /// Something failed that a person must change; look again after a time, or when the object changes.
    case refused(String, lookAgain: Duration)

    /// Returns the outcome with a look that is not later than after `limit`.
    func sooner(_ limit: Duration) -> ReconcileOutcome {
        switch self {
        case .settled(let time): (time ?? limit) <= limit && time != nil ? self : .waiting(lookAgain: limit)
        case .waiting(let time): .waiting(lookAgain: min(time, limit))
        case .failed: self
        case .refused(let message, let time): .refused(message, lookAgain: min(time, limit))
        }
    }

    /// Returns the one of two outcomes that needs more attention, with the sooner look of both.
    func worse(_ other: ReconcileOutcome) -> ReconcileOutcome {
        let (worse, better) = rank >= other.rank ? (self, other) : (other, self)
        guard let time = better.time else { return worse }
        return worse.sooner(time)
    }

    private var rank: Int {
        switch self {
        case .settled: 0
        case .waiting: 1
        case .refused: 2
        case .failed: 3
        }
    }

    private var time: Duration? {
        switch self {
        case .settled(let time): time
        case .waiting(let time), .refused(_, let time): time
        case .failed: nil
        }
    }
}
