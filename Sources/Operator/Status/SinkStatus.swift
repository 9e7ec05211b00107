package import FoundationEssentials
package import JSON

/// Makes a sink's status of what a reconciliation found; pure.
///
/// The status follows the contract of kstatus, which Flux, `kubectl wait` and Argo CD's health check read: `observedGeneration`
/// says which spec the rest is about, there is always exactly one condition `Ready`, `Reconciling` and `Stalled` are there
/// only while they hold and never both. What is tried again is `Reconciling`; `Stalled` waits for a person.
package enum SinkStatus {
    /// How long a Secret or another object that the spec names may be on its way before a person is called.
    package static let patience = Duration.seconds(120)
    /// How long workers that were rolled out may fail and be started again before a person is called: as long as a
    /// rollout may take without progress.
    package static let failurePatience = Duration.seconds(600)

    /// The next status and what follows from it.
    package struct Outcome: Sendable, Hashable {
        /// The whole status.
        package let status: JSONValue
        /// What happened since the previous status.
        package let events: [SinkEvent]
        /// When the status changes by time alone, or `nil` if it does not.
        package let lookAgain: Duration?
    }

    /// Returns the next status.
    /// - Parameters:
    ///   - previous: The status as the server keeps it; `nil` for a new resource.
    ///   - input: What the reconciliation found.
    ///   - now: The wall clock's time.
    package static func next(previous: JSONValue?, input: StatusInput, now: Date) -> Outcome {
        let assessment = SinkAssessment(input, previous: previous, now: now)
        let status = StatusDocument(previous: previous, input: input, assessment: assessment, now: now).json
        return Outcome(
            status: status,
            events: StatusTransition(from: previous, to: status, rotatedSecrets: input.rotatedSecrets).events,
            lookAgain: assessment.lookAgain
        )
    }
}
