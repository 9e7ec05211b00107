import Testing

@testable import Kusto

@Suite("The order of storage accounts")
struct AccountRankingTests {
    private let clock = ManualClock()

    private func url(_ account: String, _ number: Int) throws -> SignedURL {
        try #require(SignedURL("https://\(account).blob.example/c\(number)?sig=1"))
    }

    @Test("unknown accounts are good, failing ones sink, and recover with time")
    func ranks() {
        let ranking = AccountRanking(now: clock.clock.now)
        #expect(ranking.rank(of: "a") == 1)
        ranking.report("a", success: false)
        #expect(ranking.rank(of: "a") == 0)
        clock.advance(by: .seconds(30))
        ranking.report("a", success: true)
        // Weights 3 for the failure's bucket and 6 for the newest.
        #expect(abs(ranking.rank(of: "a") - 6.0 / 9) < 0.001)
        clock.advance(by: .seconds(31))
        #expect(ranking.rank(of: "a") == 1)
        clock.advance(by: .seconds(60))
        #expect(ranking.rank(of: "a") == 1)
    }

    @Test("a good account is used first, and further attempts go to other accounts and resources")
    func chooses() throws {
        let ranking = AccountRanking(now: clock.clock.now)
        for _ in 0..<10 { ranking.report("bad", success: false) }
        let resources = try [url("bad", 1), url("bad", 2), url("good", 1), url("good", 2)]
        let accounts = StorageAccount.grouping(resources)
        var tried: [SignedURL] = []
        for _ in resources {
            try tried.append(#require(ranking.choose(from: accounts, tried: tried)))
        }
        #expect(tried.map(\.account) == ["good", "bad", "good", "bad"])
        #expect(Set(tried) == Set(resources))
        // When all were tried they are tried again.
        #expect(ranking.choose(from: accounts, tried: tried)?.account == "good")
        #expect(ranking.choose(from: [], tried: []) == nil)
    }

    @Test("of equal accounts each is used")
    func spreads() throws {
        let ranking = AccountRanking(now: clock.clock.now)
        let accounts = try StorageAccount.grouping((1...3).map { try url("a\($0)", 1) })
        let used = (0..<200).compactMap { _ in ranking.choose(from: accounts, tried: [])?.account }
        #expect(Set(used) == ["a1", "a2", "a3"])
    }
}
