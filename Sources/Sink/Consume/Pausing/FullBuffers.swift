/// Tells when nothing is read for minutes since the buffers are full.
struct FullBuffers {
    /// What a look brought.
    enum Change: Equatable {
        /// They have been full for this long.
        case lasts(Duration)
        /// They have room again, after that was said.
        case isOver
    }

    /// How long the buffers may be full; a slow ADX fills and empties them in seconds.
    static let patience = Duration.seconds(120)

    private var since: Duration?
    private var isTold = false

    /// Looks at the buffers.
    mutating func note(isFull: Bool, _ now: Duration) -> Change? {
        guard isFull else {
            defer { (since, isTold) = (nil, false) }
            return isTold ? .isOver : nil
        }
        guard let since else {
            self.since = now
            return nil
        }
        guard !isTold, now - since >= Self.patience else { return nil }
        isTold = true
        return .lasts(now - since)
    }
}
