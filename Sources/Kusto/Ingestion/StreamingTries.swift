/// What follows a failed try to stream a batch, as Azure's managed streaming clients do it.
///
/// Up to three tries, with pauses of 1 s and 2 s and up to as much again, and then queued ingestion, unless ADX has
/// refused the rows for good. What says something about the table and not about the batch makes the table's batches go
/// to queued ingestion for a while.
struct StreamingTries: Sendable {
    /// What follows.
    enum Step: Sendable, Hashable {
        /// Try again after this time.
        case retry(after: Duration)
        /// Queue the batch, and those that follow it for this long.
        case queue(pause: Duration)
        /// ADX has refused the rows, or this process failed.
        case fail
    }

    /// How often one batch is sent.
    static let maximum = 3
    /// How long a table's batches are queued after ADX has asked for fewer requests or could not be reached.
    static let shortPause = Duration.seconds(10)
    /// How long they are queued when the cluster or the table does not take streaming ingestion; ADX may take five
    /// minutes to learn of a change (Kusto, "Streaming ingestion", limitations).
    static let longPause = Duration.seconds(900)
    /// How long they are queued while ADX's nodes for streaming may not have learnt of a table or mapping that exists.
    static let changePause = Duration.seconds(300)

    private var failures = 0

    /// Decides what follows a failure.
    /// - Parameters:
    ///   - error: The failure.
    ///   - jitter: A number from 0 to 1 that spreads the pause.
    mutating func failed(_ error: KustoError, jitter: Double) -> Step {
        failures += 1
        switch error.code {
        case .cancelled: return .fail
        case .streamingUnavailable: return .queue(pause: Self.longPause)
        case .tooLarge: return .queue(pause: .zero)
        case .throttled: return .queue(pause: max(Self.shortPause, error.retryAfter ?? .zero))
        default: break
        }
        guard error.disposition == .retry else { return .fail }
        // What had no answer within a minute will not have one soon.
        guard failures < Self.maximum, error.code != .timedOut else { return .queue(pause: Self.shortPause) }
        let pause = Duration.seconds(1 << (failures - 1)) * (1 + jitter)
        return .retry(after: max(pause, min(error.retryAfter ?? .zero, Self.shortPause)))
    }
}
