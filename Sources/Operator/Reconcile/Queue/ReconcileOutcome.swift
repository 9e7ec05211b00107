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
}
