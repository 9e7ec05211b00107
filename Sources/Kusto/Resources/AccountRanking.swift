internal import Synchronization

/// How well each storage account did in the last minute, and which resource to use because of that.
///
/// As Azure's SDKs do it: six buckets of ten seconds for each account, the newest weighing six times the oldest; accounts in
/// tiers of success, chosen by chance within a tier; repeated attempts go to another account if there is one.
final class AccountRanking: Sendable {
    private struct Bucket {
        var start: Duration
        var successes = 0
        var total = 0
    }

    private static let bucketCount = 6
    private static let bucketTime = Duration.seconds(10)
    private static let tiers = [0.9, 0.7, 0.3, 0]

    private let buckets = Mutex<[String: [Bucket]]>([:])
    private let now: @Sendable () -> Duration

    init(now: @escaping @Sendable () -> Duration) { self.now = now }

    /// Notes how a request to an account ended.
    func report(_ account: String, success: Bool) {
        let time = now()
        buckets.withLock { buckets in
            var list = buckets[account] ?? []
            if list.last.map({ time - $0.start >= Self.bucketTime }) ?? true {
                list.removeAll { !Self.isRecent($0, time) }
                list.append(Bucket(start: time))
            }
            list[list.count - 1].total += 1
            if success { list[list.count - 1].successes += 1 }
            buckets[account] = list
        }
    }

    /// The weighted share of successes, 1 for an account that nothing is known of.
    func rank(of account: String) -> Double {
        let time = now()
        return buckets.withLock { buckets in
            var weights = 0.0
            var sum = 0.0
            for bucket in buckets[account] ?? [] where Self.isRecent(bucket, time) {
                let age = Int((time - bucket.start) / Self.bucketTime)
                let weight = Double(Self.bucketCount - age)
                weights += weight
                sum += weight * Double(bucket.successes) / Double(bucket.total)
            }
            return weights == 0 ? 1 : sum / weights
        }
    }

    /// The resource to try next: of the accounts tried least, one of those that do best, and there one not tried yet.
    /// - Returns: `nil` when there are none.
    func choose(from accounts: [StorageAccount], tried: [SignedURL]) -> SignedURL? {
        var best: (account: StorageAccount, attempts: Int, tier: Int)?
        // Shuffled, so that of equal accounts each has its turn.
        for account in accounts.shuffled() {
            let attempts = tried.count { $0.account == account.name }
            let rank = rank(of: account.name)
            let tier = Self.tiers.firstIndex { rank >= $0 } ?? Self.tiers.count
            if let best, (best.attempts, best.tier) <= (attempts, tier) { continue }
            best = (account, attempts, tier)
        }
        guard let resources = best?.account.resources else { return nil }
        return resources.filter { !tried.contains($0) }.randomElement() ?? resources.randomElement()
    }

    private static func isRecent(_ bucket: Bucket, _ time: Duration) -> Bool {
        time - bucket.start < bucketTime * bucketCount
    }
}
