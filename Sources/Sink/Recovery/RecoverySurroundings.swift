internal import Logging
internal import SinkConfiguration

/// What recoveries need of the rest of the pipeline.
struct RecoverySurroundings: Sendable {
    /// The sink's name, for dead letters.
    let connector: String
    /// What the user wants to happen with batches that ADX refuses.
    let behavior: ErrorSettings.Behavior
    /// How long and how often deliveries, and readings of Kafka, are tried again.
    let policy: RetryPolicy
    let builder: PieceBuilder
    let destination: any BatchDestination
    /// Is told when ADX asks for less, and when it accepts.
    let queue: IngestQueue
    /// Where records go that ADX does not take; `nil` to drop them.
    let deadLetters: (any DeadLetterSending)?
    /// Says what became of batches after ADX had queued them; `nil` when nobody asks.
    let reports: (any ReportWaiting)?
    let acceptance: Acceptance
    let metrics: RecoveryMetrics
    let stop: StopSignal
    let clock: SinkClock
    let logger: Logger

    /// Waits before a batch is sent again that ADX has reported as a failure that may pass, as any retry waits.
    /// - Parameter failures: How often ADX has said so, at least 1.
    func waitAfterReport(failures: Int) async {
        // What was queued took minutes to fail, which is no reason to wait less.
        let jitter = Double.random(in: 0...1)
        guard let pause = policy.pause(failures: failures, elapsed: .zero, retryAfter: nil, jitter: jitter) else {
            return
        }
        await clock.sleep(pause)
    }
}
