import Synchronization
import Testing

@testable import Kusto

@Suite("The order of storage accounts")
struct AccountRankingTests {
    private let clock = ManualClock()

    private func ranking(share: Int = 8) -> AccountRanking { AccountRanking(share: share, now: clock.clock.now) }

    private func accounts(_ names: [String], resources: Int = 1) throws -> [StorageAccount] {
        try StorageAccount.grouping(
            names.flatMap { name in
                try (0..<resources).map { try #require(SignedURL("https://\(name).blob.example/c\($0)?sig=1")) }
            }
        )
    }

    @Test("unknown accounts are good, failing ones sink, and recover with a success and time")
    func ranks() {
        var health = AccountHealth()
        #expect(health.rank(at: .zero) == 1)
        health.begin(at: .zero)
        health.end(.failure, begunAt: .zero, at: .zero)
        #expect(health.rank(at: .zero) == 0)
        #expect(health.isFailing)
        health.begin(at: .seconds(30))
        health.end(.success, begunAt: .seconds(30), at: .seconds(30))
        // Weights 3 for the failure's bucket and 6 for the newest.
        #expect(abs(health.rank(at: .seconds(30)) - 6.0 / 9) < 0.001)
        #expect(health.rank(at: .seconds(61)) == 1)
        #expect(health.rank(at: .seconds(121)) == 1)
    }

    @Test("an account that failed stays bad until a request succeeds, however long ago it was")
    func proves() {
        var health = AccountHealth()
        health.begin(at: .zero)
        health.end(.silence, begunAt: .zero, at: .seconds(15))
        #expect(health.isBad(at: .seconds(3600)))
        #expect(!health.isDueForProbe(at: .seconds(44)))
        #expect(health.isDueForProbe(at: .seconds(45)))
        health.begin(at: .seconds(45))
        #expect(!health.isDueForProbe(at: .seconds(3600)), "one request at a time")
        health.end(.success, begunAt: .seconds(45), at: .seconds(46))
        #expect(!health.isBad(at: .seconds(46)))
    }

    @Test("requests without an answer count against an account once others get none either")
    func silence() {
        var health = AccountHealth()
        for second in 0..<3 { health.begin(at: .seconds(second)) }
        #expect(!health.isBad(at: .seconds(5)))
        #expect(health.isBad(at: .seconds(6)))
        #expect(health.rank(at: .seconds(6)) == 0)
        // A slow answer to one request does not count as silence while others are answered.
        health.end(.success, begunAt: .seconds(2), at: .seconds(6))
        #expect(!health.isBad(at: .seconds(60)))
        health.end(.cancelled, begunAt: .seconds(0), at: .seconds(60))
        health.end(.cancelled, begunAt: .seconds(1), at: .seconds(60))
        #expect(health.unanswered == 0)
        #expect(health.rank(at: .seconds(60)) == 1)
    }

    @Test("further attempts go to other accounts and resources, then to all again")
    func spreadsAttempts() throws {
        let ranking = ranking()
        let accounts = try accounts(["a", "b"], resources: 2)
        var tried: [SignedURL] = []
        for _ in 0..<4 { tried.append(try #require(ranking.begin(from: accounts, tried: tried)).resource) }
        #expect(tried[0].account != tried[1].account && tried[2].account != tried[3].account)
        #expect(Set(tried).count == 4)
        #expect(ranking.begin(from: accounts, tried: tried) != nil)
        #expect(ranking.begin(from: [], tried: []) == nil)
    }

    @Test("of equal accounts each is used")
    func spreads() throws {
        let ranking = ranking(share: 1000)
        let accounts = try accounts(["a1", "a2", "a3"])
        let used = (0..<200).compactMap { _ in ranking.begin(from: accounts, tried: [])?.resource.account }
        #expect(Set(used) == ["a1.blob.example", "a2.blob.example", "a3.blob.example"])
    }

    @Test("an account that falls silent holds its share of the requests, then gets one at a time until it answers")
    func boundsSilence() throws {
        let changes = Mutex<[String]>([])
        let ranking = AccountRanking(share: 8, now: clock.clock.now) { account, isFailing in
            changes.withLock { $0.append("\(account) \(isFailing)") }
        }
        let accounts = try accounts(["silent", "good"])
        var stuck: [AccountRanking.Attempt] = []
        func take() throws -> Bool {
            let attempt = try #require(ranking.begin(from: accounts, tried: []))
            guard attempt.resource.account == "good.blob.example" else {
                stuck.append(attempt)
                return false
            }
            clock.advance(by: .milliseconds(10))
            ranking.end(attempt, .success)
            return true
        }
        for _ in 0..<400 { _ = try take() }
        #expect(stuck.count == 8)
        // None of them was answered for a while, so even when one is given up, nothing more goes to that account.
        clock.advance(by: .seconds(6))
        for attempt in stuck { ranking.end(attempt, .silence) }
        stuck.removeAll()
        #expect(ranking.failing == 1)
        for _ in 0..<400 { #expect(try take()) }
        clock.advance(by: .seconds(30))
        for _ in 0..<400 { _ = try take() }
        #expect(stuck.count == 1, "one request finds out")
        ranking.end(stuck[0], .success)
        #expect(ranking.failing == 0)
        #expect(changes.withLock { $0 } == ["silent.blob.example true", "silent.blob.example false"])
    }

    @Test("successes of an account's queues say nothing about its blobs")
    func endpoints() throws {
        let ranking = ranking()
        let blobs = try StorageAccount.grouping([#require(SignedURL("https://a.blob.example/c?sig=1"))])
        let queues = try StorageAccount.grouping([#require(SignedURL("https://a.queue.example/q?sig=1"))])
        ranking.end(try #require(ranking.begin(from: blobs, tried: [])), .silence)
        ranking.end(try #require(ranking.begin(from: queues, tried: [])), .success)
        #expect(ranking.failing == 1)
    }

    @Test("without an account that does well, all are used without bounds")
    func outage() throws {
        let ranking = ranking(share: 2)
        let accounts = try accounts(["a", "b"])
        for _ in 0..<2 {
            let attempt = try #require(ranking.begin(from: accounts, tried: []))
            ranking.end(attempt, .failure)
            let other = try #require(ranking.begin(from: accounts, tried: [attempt.resource]))
            ranking.end(other, .failure)
        }
        #expect(ranking.failing == 2)
        let used = (0..<50).compactMap { _ in ranking.begin(from: accounts, tried: [])?.resource.account }
        #expect(Set(used) == ["a.blob.example", "b.blob.example"] && used.count == 50)
    }
}
