import Testing

@testable import Sink

@Suite("Where a sample begins")
struct SampleStartTests {
    @Test(
        "is a word, an offset or a time",
        arguments: [
            ("earliest", SampleStart.earliest), ("latest", .latest), ("committed", .committed), ("0", .offset(0)),
            ("42", .offset(42)), ("1970-01-01", .time(0)), ("1970-01-01T00:00:01Z", .time(1000)),
            ("1970-01-01 00:00:01.5", .time(1500)), ("1970-01-01T01:00:00+01:00", .time(0)),
            ("1969-12-31T23:59:59.999Z", .time(-1)), ("1970-01-01T00:30-01:00", .time(5_400_000)),
            ("2026-02-28T12:00:00.123456789Z", .time(1_772_280_000_123)),
        ]
    )
    func forms(text: String, start: SampleStart) { #expect(SampleStart(text) == start) }

    @Test(
        "is nothing else",
        arguments: [
            "", "newest", "-1", "+1", "1.5", "2026-02-30", "2026-1-1", "2026-01-01T25:00:00Z", "2026-01-01T10:00:00.Z",
            "2026-01-01T10Z", "2026-01-01T10:00:00+1:00", "2026-01-01T", "9223372036854775808", "10:00:00",
        ]
    )
    func others(text: String) { #expect(SampleStart(text) == nil) }
}

@Suite("How a sample is spread over partitions")
struct SampleSharesTests {
    @Test(
        "is even as far as there are records",
        arguments: [
            (10, [100, 100], [5, 5]), (10, [100, 100, 100], [3, 4, 3]), (10, [2, 100], [2, 8]), (10, [3, 4], [3, 4]),
            (2, [9, 9, 9], [1, 1, 0]), (5, [0, 0], [0, 0]), (5, [], []), (1, [0, 7, 0], [0, 1, 0]),
        ] as [(Int, [Int64], [Int])]
    )
    func even(records: Int, available: [Int64], shares: [Int]) {
        let spread = SampleShares.spread(records, over: available)
        #expect(spread.reduce(0, +) == shares.reduce(0, +))
        #expect(spread.sorted() == shares.sorted())
        #expect(zip(spread, available).allSatisfy { Int64($0) <= $1 })
    }
}
