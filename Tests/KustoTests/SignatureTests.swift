internal import FoundationEssentials
import Testing
import Text

@testable import Kusto

@Suite("Signatures of storage URLs")
struct SignatureTests {
    @Test(
        "say when they end, in any of the forms of the documentation",
        arguments: [
            ("se=2027-01-15", 1_799_971_200.0), ("sv=1&se=2027-01-15T08%3A00%3A00Z&sig=x", 1_800_000_000),
            ("se=2027-01-15T08:00Z", 1_800_000_000), ("se=2027-01-15T08:00:00.1234567Z", 1_800_000_000),
            ("se=2027-01-15T09%3A30%3A00%2B01%3A30", 1_800_000_000), ("se=2027-01-15T03:00:00-05:00", 1_800_000_000),
        ]
    )
    func ends(query: String, seconds: Double) {
        #expect(SignatureTime.end(in: query)?.timeIntervalSince1970 == seconds)
    }

    @Test(
        "say nothing where the time is none",
        arguments: [
            "", "sig=1", "se=", "se=soon", "se=2027-02-30", "se=2027-13-01", "se=2027-01-15T24:00Z",
            "se=2027-01-15T08Z",
            "se=2027-01-15T08:00", "se=-2147483648-01-01", "se=99999-01-01", "se=2027-01-15T08:00:00+99:99",
            "se=2027-01-15T08:00:00+", "se=2027-01-15T-8:00Z", "se=%", "se=%3", "se=2027-01-15T08:00:61Z",
            "sse=2027-01-15",
        ]
    )
    func nonsense(query: String) { #expect(SignatureTime.end(in: query) == nil) }

    @Test("are good until less is left than they are needed for, or for half of a short life")
    func life() throws {
        let issued = Date(timeIntervalSince1970: 1_800_000_000)
        func usable(_ hours: Double) throws -> Double? {
            let end = issued.addingTimeInterval(hours * 3600).ISO8601Format()
            let url = try #require(
                SignedURL("https://a.example/c?se=\(end)", issued: issued, need: SignatureLife.forReading)
            )
            #expect(url.appending("b").usableUntil == url.usableUntil)
            return url.usableUntil.map { $0.timeIntervalSince(issued) / 3600 }
        }
        #expect(try usable(24) == 22)
        #expect(try usable(4) == 2)
        #expect(try usable(1) == 0.5)
        #expect(try usable(-1) == -1)
        let open = try #require(SignedURL("https://a.example/c?si=policy", issued: issued, need: 60))
        #expect(open.usableUntil == nil && open.isUsable(at: .distantFuture))
    }

    @Test("were made for long and came late: the last ten minutes are never used")
    func late() throws {
        let issued = Date(timeIntervalSince1970: 1_800_000_000)
        /// For how many of the minutes that are left a signature is used, if it began so many minutes ago.
        func usable(left: Double, age: Double, need: Double = SignatureLife.forReading) throws -> Double? {
            let start = issued.addingTimeInterval(-age * 60).ISO8601Format().replacing(":", with: "%3A")
            let end = issued.addingTimeInterval(left * 60).ISO8601Format()
            let url = try #require(SignedURL("https://a.example/c?st=\(start)&se=\(end)", issued: issued, need: need))
            return url.usableUntil.map { $0.timeIntervalSince(issued) / 60 }
        }
        #expect(try usable(left: 12, age: 60) == 2)
        #expect(try usable(left: 9, age: 60) == -1)
        #expect(try usable(left: 40, age: 60) == 20)
        #expect(try usable(left: 9, age: 60, need: SignatureLife.forPosting) == 7)
        // Those that were never made for longer.
        #expect(try usable(left: 8, age: 2) == 4)
        #expect(try usable(left: 0.5, age: 0) == 0.25)
    }

    @Test("percent-encoded text is read, and what is none stays")
    func decodes() {
        #expect(PercentEncoding.decoded("a%3Ab%2b") == "a:b+")
        #expect(PercentEncoding.decoded("100%") == "100%")
        #expect(PercentEncoding.decoded("%zz%4") == "%zz%4")
        #expect(PercentEncoding.decoded("%+1") == "%+1")
    }
}
