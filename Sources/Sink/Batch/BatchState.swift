internal import Kusto

/// A batch's life.
///
///     open ──seal──> sealed ──start──> uploading ──uploaded──> queueing ──queued──> done
///                      ^                   │                      │
///                      └──── pause ────────┴──────────────────────┤ transient, budget left
///                                                                 │ permanent, or budget used up
///                                            dropped | failed <───┘ (`log`, `ignore` | `fail`)
///
///     any of them ──abandon──> abandoned            (its partition belongs to somebody else now)
///
/// The lane performs `seal`, the ingestor everything else. An uploaded blob survives a failure to queue it, so that a
/// retry only posts the message. The last four states are final.
struct BatchState: Sendable, Equatable {
    enum Phase: Sendable, Equatable {
        case open, sealed, uploading, queueing, done, dropped, failed, abandoned
    }

    enum Action: Sendable, Equatable {
        /// Send the bytes.
        case upload
        /// Post the message for the blob that is there.
        case queue
        /// The offsets may be committed.
        case complete
        /// Start again after this time.
        case pause(Duration)
        /// The offsets may be committed although the records are nowhere; say so aloud.
        case drop
        /// Stop the worker.
        case fail
        /// Nothing.
        case none
    }

    /// Whether a batch that cannot be ingested stops the worker (`behavior.on.error=fail`).
    let stopsOnError: Bool
    private let policy: RetryPolicy
    private(set) var phase = Phase.open
    private(set) var attempts = 0
    private var hasBlob = false
    private var firstFailure: Duration?

    init(policy: RetryPolicy, stopsOnError: Bool) {
        self.policy = policy
        self.stopsOnError = stopsOnError
    }

    var isFinal: Bool {
        switch phase {
        case .open, .sealed, .uploading, .queueing: false
        case .done, .dropped, .failed, .abandoned: true
        }
    }

    mutating func seal() {
        if phase == .open { phase = .sealed }
    }

    mutating func start() -> Action {
        guard phase == .sealed else { return .none }
        attempts += 1
        phase = hasBlob ? .queueing : .uploading
        return hasBlob ? .queue : .upload
    }

    mutating func uploaded() -> Action {
        guard phase == .uploading else { return .none }
        hasBlob = true
        phase = .queueing
        return .queue
    }

    mutating func queued() -> Action {
        guard phase == .queueing else { return .none }
        phase = .done
        return .complete
    }

    /// - Parameters:
    ///   - disposition: What the failure means for the batch.
    ///   - now: Time on a clock that only goes forward.
    mutating func attemptFailed(
        disposition: Disposition,
        now: Duration,
        retryAfter: Duration?,
        jitter: Double
    ) -> Action {
        guard phase == .uploading || phase == .queueing else { return .none }
        let first = firstFailure ?? now
        firstFailure = first
        let pause = policy.pause(failures: attempts, elapsed: now - first, retryAfter: retryAfter, jitter: jitter)
        if disposition == .retry, let pause {
            phase = .sealed
            return .pause(pause)
        }
        phase = stopsOnError ? .failed : .dropped
        return stopsOnError ? .fail : .drop
    }

    mutating func abandon() {
        if !isFinal { phase = .abandoned }
    }
}
