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

    @Test("good accounts come first, and each account's resources in turn")
    func orders() throws {
        let ranking = AccountRanking(now: clock.clock.now)
        for _ in 0..<10 { ranking.report("bad", success: false) }
        let resources = try [url("bad", 1), url("bad", 2), url("good", 1), url("good", 2)]
        #expect(ranking.order(resources).map(\.account) == ["good", "bad", "good", "bad"])
        #expect(Set(ranking.order(resources)) == Set(resources))
    }
}
