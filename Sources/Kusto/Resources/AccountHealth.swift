/// How well one storage account works.
///
/// As Azure's SDKs rank accounts: six buckets of ten seconds, the newest weighing six times the oldest. Beyond that,
/// requests without an answer count too: an account that takes connections and says nothing would otherwise look good
/// for as long as its requests take to time out. An account that does badly stays so until a request succeeds, and
/// every now and then gets one request that tests it.
struct AccountHealth {
    /// How a request ended.
    enum Outcome {
        case success
        /// The answer was a failure, or the request could not be sent.
        case failure
        /// No answer came in time.
        case silence
        /// It was given up, which says nothing about the account.
        case cancelled
    }

    private struct Bucket {
        var start: Duration
        var successes = 0
        var total = 0
    }

    private static let bucketCount = 6
    private static let bucketTime = Duration.seconds(10)
    /// Below this share of successes an account does badly.
    private static let leastRank = 0.3
    /// How long the oldest unanswered request may wait, with no answer to any other meanwhile.
    private static let patience = Duration.seconds(5)
    /// The least time from a failed request to the next one that tests the account.
    private static let probePause = Duration.seconds(30)

    private var buckets: [Bucket] = []
    /// When each unanswered request began, in that order.
    private var waiting: [Duration] = []
    private var lastAnswer: Duration?
    private var nextProbe = Duration.zero
    /// Whether the account has to prove itself with one request.
    private(set) var isFailing = false

    /// How many requests have no answer yet.
    var unanswered: Int { waiting.count }

    /// Whether the account should not be used while there are others.
    func isBad(at time: Duration) -> Bool { isFailing || isSilent(at: time) }

    /// Whether one request should test whether the account does well again.
    func isDueForProbe(at time: Duration) -> Bool { isFailing && waiting.isEmpty && time >= nextProbe }

    /// The weighted share of successes in the last minute, 1 for an account that nothing is known of.
    func rank(at time: Duration) -> Double {
        guard !isBad(at: time) else { return 0 }
        return rate(at: time)
    }

    /// A request begins.
    mutating func begin(at time: Duration) { waiting.append(time) }

    /// The request that began at `start` ends.
    mutating func end(_ outcome: Outcome, begunAt start: Duration, at time: Duration) {
        if let index = waiting.firstIndex(of: start) { waiting.remove(at: index) }
        guard outcome != .cancelled else { return }
        count(isSuccess: outcome == .success, at: time)
        switch outcome {
        case .success: isFailing = false
        case .silence: isFailing = true
        default: isFailing = isFailing || rate(at: time) < Self.leastRank
        }
        if outcome != .silence { lastAnswer = time }
        if outcome != .success { nextProbe = time + Self.probePause }
    }

    private func isSilent(at time: Duration) -> Bool {
        guard let oldest = waiting.first, time - oldest > Self.patience else { return false }
        return lastAnswer.map { $0 < oldest } ?? true
    }

    private func rate(at time: Duration) -> Double {
        var weights = 0.0
        var sum = 0.0
        for bucket in buckets where Self.isRecent(bucket, time) {
            let age = Int((time - bucket.start) / Self.bucketTime)
            let weight = Double(Self.bucketCount - age)
            weights += weight
            sum += weight * Double(bucket.successes) / Double(bucket.total)
        }
        return weights == 0 ? 1 : sum / weights
    }

    private mutating func count(isSuccess: Bool, at time: Duration) {
        if buckets.last.map({ time - $0.start >= Self.bucketTime }) ?? true {
            buckets.removeAll { !Self.isRecent($0, time) }
            buckets.append(Bucket(start: time))
        }
        buckets[buckets.count - 1].total += 1
        if isSuccess { buckets[buckets.count - 1].successes += 1 }
    }

    private static func isRecent(_ bucket: Bucket, _ time: Duration) -> Bool {
        time - bucket.start < bucketTime * bucketCount
    }
}
