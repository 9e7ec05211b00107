/// What a recovery has done.
struct RecoveryTally: Sendable, Hashable {
    /// Rows that ADX has.
    var rows = 0
    /// Records that the dead-letter topic has.
    var letters = 0
    /// Records that were dropped.
    var dropped = 0
    /// Parts that were sent to ADX, and the whole batch if it was sent again.
    var deliveries = 0

    /// Every record that is accounted for.
    var records: Int { rows + letters + dropped }

    /// How to count the recovery that did it.
    var outcome: RecoveryMetrics.Outcome {
        if dropped > 0 { return .dropped }
        return letters > 0 ? .deadLettered : .delivered
    }
}
