internal import Kusto

/// What becomes of a sealed batch.
///
///                     retry, with budget left
///              ┌──────────────────────────────────┐
///              v                                  │
///           sealed ──start──> delivering ──accepted──> done
///                                 │
///                                 ├── rejected, or the budget is used up ──> rejected
///                                 └── stop ──────────────────────────────> stopped
///
///     sealed, delivering ──abandon──> abandoned
///
/// `done`: ADX has the records. `rejected`: ADX does not have them and this batch will not be sent again;
/// `behavior.on.error` decides what follows. `stopped`: a fault of this process; nothing of the batch is settled, and the
/// next start reads it from Kafka again. `abandoned`: the batch's partition has another owner now, or the worker gives up.
/// These four are final. The ingestor performs every transition; how a batch is delivered is its destination's business,
/// and what an attempt leaves for the next one is in ``checkpoint``.
struct BatchState: Sendable {
    enum Phase: Sendable, Hashable, CaseIterable {
        case sealed, delivering, done, rejected, stopped, abandoned
    }

    enum Action: Sendable, Hashable {
        /// Try to bring the batch to ADX, from ``BatchState/checkpoint`` on.
        case deliver
        /// The batch's offsets may be committed.
        case settle
        /// Try again after this time.
        case retry(after: Duration)
        /// Do with the batch what `behavior.on.error` says.
        case giveUp
        /// Stop the worker, whatever `behavior.on.error` says.
        case stop
        /// Do nothing.
        case none
    }

    private let policy: RetryPolicy
    private(set) var phase = Phase.sealed
    private(set) var attempts = 0
    private var firstFailure: Duration?
    /// Time since the first failure in which no attempt could be made, and which is not counted.
    private var idle = Duration.zero
    /// What the attempts so far have achieved.
    private(set) var checkpoint = DeliveryCheckpoint()

    init(policy: RetryPolicy) { self.policy = policy }

    /// Whether the state cannot change any more.
    var isFinal: Bool {
        switch phase {
        case .sealed, .delivering: false
        case .done, .rejected, .stopped, .abandoned: true
        }
    }

    /// An attempt begins.
    mutating func start() -> Action {
        guard phase == .sealed else { return .none }
        phase = .delivering
        attempts += 1
        return .deliver
    }

    /// The batch was ready for an attempt, but had to wait for its turn.
    mutating func waited(_ duration: Duration) {
        if firstFailure != nil { idle += max(duration, .zero) }
    }

    /// ADX has accepted the batch.
    mutating func accepted() -> Action {
        guard phase == .delivering else { return .none }
        phase = .done
        checkpoint = DeliveryCheckpoint()
        return .settle
    }

    /// The attempt failed.
    /// - Parameters:
    ///   - disposition: What the failure means for the batch.
    ///   - isThrottling: Whether ADX asked for less, which says nothing about the batch: it is tried again however long
    ///     that goes on.
    ///   - checkpoint: What the attempt leaves for the next one.
    ///   - now: Time on a clock that only goes forward.
    ///   - retryAfter: How long the service asked to wait.
    ///   - jitter: A number from 0 to 1 that spreads the pause.
    mutating func failed(
        _ disposition: Disposition,
        isThrottling: Bool = false,
        leaving checkpoint: DeliveryCheckpoint,
        now: Duration,
        retryAfter: Duration?,
        jitter: Double
    ) -> Action {
        guard phase == .delivering else { return .none }
        if isThrottling, disposition == .retry,
            let pause = policy.pause(failures: 1, elapsed: .zero, retryAfter: retryAfter, jitter: jitter)
        {
            phase = .sealed
            self.checkpoint = checkpoint
            waited(pause)
            return .retry(after: pause)
        }
        let first = firstFailure ?? now
        firstFailure = first
        let pause = policy.pause(
            failures: attempts,
            elapsed: now - first - idle,
            retryAfter: retryAfter,
            jitter: jitter
        )
        switch (disposition, pause) {
        case (.stop, _):
            phase = .stopped
            return .stop
        case (.retry, let pause?):
            phase = .sealed
            self.checkpoint = checkpoint
            return .retry(after: pause)
        case (.retry, nil), (.rejected, _):
            phase = .rejected
            return .giveUp
        }
    }

    /// The batch is given up without a verdict: another member, or the next start, reads its records again.
    mutating func abandon() {
        if !isFinal { phase = .abandoned }
    }
}
