internal import Synchronization

/// How well each storage account did in the last minute, and the order of resources that follows from it.
///
/// As Azure's SDKs do it: six buckets of ten seconds for each account, the newest weighing six times the oldest; accounts in
/// tiers of success, shuffled within a tier; resources one from each account in turn.
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
            var list = Self.recent(buckets[account] ?? [], time)
            if list.last.map({ time - $0.start >= Self.bucketTime }) ?? true { list.append(Bucket(start: time)) }
            list[list.count - 1].total += 1
            if success { list[list.count - 1].successes += 1 }
            buckets[account] = list.suffix(Self.bucketCount)
        }
    }

    /// The weighted share of successes, 1 for an account that nothing is known of.
    func rank(of account: String) -> Double {
        let time = now()
        return buckets.withLock { buckets in
            var weights = 0.0
            var sum = 0.0
            for bucket in Self.recent(buckets[account] ?? [], time) {
                let age = Int((time - bucket.start) / Self.bucketTime)
                let weight = Double(Self.bucketCount - age)
                weights += weight
                sum += weight * Double(bucket.successes) / Double(bucket.total)
            }
            return weights == 0 ? 1 : sum / weights
        }
    }

    /// The resources in the order in which to try them.
    func order(_ resources: [SignedURL]) -> [SignedURL] {
        let accounts = Dictionary(grouping: resources, by: \.account)
        var tiers = Self.tiers.map { _ in [String]() }
        for account in accounts.keys {
            let rank = rank(of: account)
            tiers[Self.tiers.firstIndex { rank >= $0 } ?? Self.tiers.count - 1].append(account)
        }
        let lists = tiers.flatMap { $0.shuffled() }.map { (accounts[$0] ?? []).shuffled() }
        let longest = lists.map(\.count).max() ?? 0
        return (0..<longest).flatMap { index in lists.compactMap { index < $0.count ? $0[index] : nil } }
    }

    private static func recent(_ list: [Bucket], _ time: Duration) -> [Bucket] {
        list.filter { time - $0.start < bucketTime * bucketCount }
    }
}
