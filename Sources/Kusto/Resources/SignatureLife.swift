internal import FoundationEssentials

/// How much of its life a signature must have left to be worth using.
enum SignatureLife {
    /// How long after its message is posted ADX may still need to read a blob, in seconds.
    ///
    /// A table's batching policy may hold a message for 30 minutes (Kusto, "IngestionBatching policy"); the rest is for a Data
    /// Management that is behind and for its own repeated attempts. The official SDKs, which renew resources once an hour and
    /// use old ones for up to another, count on signatures that live longer than this too.
    static let forReading: TimeInterval = 2 * 3600
    /// What posting a message may take, in seconds.
    static let forPosting: TimeInterval = 120

    /// What a signature must have left in any case, if its whole life is known to be longer, in seconds.
    static let least: TimeInterval = 600

    /// The last moment at which a signature is good for something that takes `need`.
    ///
    /// A signature that had little life when it came is good for half of that: a longer one cannot be had. But one that
    /// was made for longer, and only came late, is never used for the last of its life.
    /// - Parameter start: When its life began, if it says so.
    static func end(expiry: Date, start: Date?, issued: Date, need: TimeInterval) -> Date {
        let isLong = start.map { expiry.timeIntervalSince($0) > least } ?? false
        let half = max(0, expiry.timeIntervalSince(issued)) / 2
        return expiry.addingTimeInterval(-min(need, isLong ? max(least, half) : half))
    }
}
