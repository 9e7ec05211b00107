internal import Synchronization

/// Chooses which storage account to use next, by how well each works; see ``AccountHealth``.
///
/// As Azure's SDKs do it, accounts stand in tiers of success and are chosen by chance within a tier, and repeated attempts go
/// to another account if there is one. Beyond that no account holds more than its share of the requests without an answer
/// while another does well, so that one that falls silent does not stop everything; and an account that does badly gets
/// one request at a time.
final class AccountRanking: Sendable {
    /// A resource that a request goes to; ends with ``AccountRanking/end(_:_:)``.
    struct Attempt: Sendable {
        let resource: SignedURL
        fileprivate let start: Duration
    }

    private static let tiers = [0.9, 0.7, 0.3, 0]

    private let accounts = Mutex<[String: AccountHealth]>([:])
    private let share: Int
    private let now: @Sendable () -> Duration
    private let onChange: @Sendable (_ account: String, _ isFailing: Bool) -> Void

    /// Creates a ranking that knows of no account.
    /// - Parameters:
    ///   - share: The most requests without an answer that one account has while another does well.
    ///   - now: Time on a clock that only goes forward.
    ///   - onChange: Is told when an account begins to do badly, and when it does well again.
    init(
        share: Int,
        now: @escaping @Sendable () -> Duration,
        onChange: @escaping @Sendable (_ account: String, _ isFailing: Bool) -> Void = { _, _ in }
    ) {
        self.share = share
        self.now = now
        self.onChange = onChange
    }

    /// How many accounts do badly.
    var failing: Int { accounts.withLock { $0.values.count { $0.isFailing } } }

    /// Chooses the resource for the next request, which counts from now on.
    ///
    /// The choice falls on one of the best accounts among those tried least, and there on a resource not tried yet, if
    /// any.
    /// - Parameters:
    ///   - candidates: The accounts that have such a resource.
    ///   - tried: Where the request failed already.
    /// - Returns: `nil` when there are none.
    func begin(from candidates: [StorageAccount], tried: [SignedURL]) -> Attempt? {
        let time = now()
        return accounts.withLock { accounts in
            guard let account = choose(from: candidates, tried, accounts, time) else { return nil }
            let untried = account.resources.filter { !tried.contains($0) }
            guard let resource = untried.randomElement() ?? account.resources.randomElement() else { return nil }
            accounts[account.name, default: AccountHealth()].begin(at: time)
            return Attempt(resource: resource, start: time)
        }
    }

    /// Notes how a request ended.
    func end(_ attempt: Attempt, _ outcome: AccountHealth.Outcome) {
        let name = attempt.resource.account
        let time = now()
        let change = accounts.withLock { accounts -> Bool? in
            let before = accounts[name]?.isFailing ?? false
            accounts[name]?.end(outcome, begunAt: attempt.start, at: time)
            let after = accounts[name]?.isFailing ?? false
            return before == after ? nil : after
        }
        if let change { onChange(name, change) }
    }

    private func choose(
        from candidates: [StorageAccount],
        _ tried: [SignedURL],
        _ accounts: [String: AccountHealth],
        _ time: Duration
    ) -> StorageAccount? {
        // Shuffled, so that of equal accounts each has its turn.
        let candidates = candidates.shuffled().map { account in
            (account: account, health: accounts[account.name] ?? AccountHealth())
        }
        if tried.isEmpty, let due = candidates.first(where: { $0.health.isDueForProbe(at: time) }) {
            return due.account
        }
        let good = candidates.filter { !$0.health.isBad(at: time) }
        let withRoom = good.filter { $0.health.unanswered < share }
        // Without another account that does well, shares and caution would only keep requests waiting.
        let eligible = withRoom.isEmpty ? (good.isEmpty ? candidates : good) : withRoom
        return eligible.min { first, second in
            let (left, right) = (order(first, tried, time), order(second, tried, time))
            return left < right
        }?.account
    }

    /// The attempts at an account and its tier: the least comes first.
    private func order(
        _ candidate: (account: StorageAccount, health: AccountHealth),
        _ tried: [SignedURL],
        _ time: Duration
    ) -> (Int, Int) {
        let attempts = tried.count { $0.account == candidate.account.name }
        let rank = candidate.health.rank(at: time)
        return (attempts, Self.tiers.firstIndex { rank >= $0 } ?? Self.tiers.count)
    }
}
