import Testing

@testable import Sink

@Suite("Halving of refused batches")
struct HalvingTests {
    private static let fault = BatchFault(code: "c", message: "m", isPermanent: true, mayBeData: true)

    /// What became of each row of a batch.
    private struct Outcome {
        var accepted: Set<Int> = []
        var givenUp: Set<Int> = []
        var deliveries = 0
        var largestGivenUp = 0
    }

    /// Halves a batch of rows at the offsets `0..<rows`, of which ADX refuses some.
    private func halve(_ rows: Int, parts: Int = 2, refuses: (Int) -> Bool) -> Outcome {
        var outcome = Outcome()
        let whole = Halving.Piece(
            range: OffsetRange(lower: 0, upper: Int64(rows)),
            rows: rows,
            fault: Self.fault
        )
        var halving = Halving(whole, parts: parts)
        while let step = halving.next() {
            switch step {
            case .split(let piece, let size):
                var refused: [Halving.Piece] = []
                for start in stride(from: Int(piece.range.lower), to: Int(piece.range.upper), by: size) {
                    let part = start..<min(start + size, Int(piece.range.upper))
                    outcome.deliveries += 1
                    if part.contains(where: refuses) {
                        refused.append(
                            Halving.Piece(
                                range: OffsetRange(lower: Int64(part.lowerBound), upper: Int64(part.upperBound)),
                                rows: part.count,
                                fault: Self.fault
                            )
                        )
                    } else {
                        outcome.accepted.formUnion(part)
                    }
                }
                halving.refused(refused)
            case .giveUp(let piece):
                let gone = Int(piece.range.lower)..<Int(piece.range.upper)
                outcome.givenUp.formUnion(gone)
                outcome.largestGivenUp = max(outcome.largestGivenUp, gone.count)
            }
        }
        #expect(outcome.deliveries == halving.deliveries)
        #expect(outcome.deliveries <= halving.limit)
        return outcome
    }

    @Test("gives up exactly the bad rows, whichever of up to twelve they are", arguments: [2, 3, 8])
    func allPatterns(parts: Int) {
        for rows in 1...12 {
            for pattern in 1..<(1 << rows) {
                let outcome = halve(rows, parts: parts) { pattern >> $0 & 1 == 1 }
                let bad = Set((0..<rows).filter { pattern >> $0 & 1 == 1 })
                guard outcome.givenUp == bad, outcome.accepted == Set(0..<rows).subtracting(bad) else {
                    Issue.record("\(rows) rows, pattern \(pattern): gave up \(outcome.givenUp.sorted())")
                    return
                }
            }
        }
    }

    @Test("gives up exactly the bad rows of sixteen in halves, in every pattern")
    func allPatternsOfSixteen() {
        for pattern in 1..<(1 << 16) {
            let outcome = halve(16) { pattern >> $0 & 1 == 1 }
            guard outcome.givenUp.count == pattern.nonzeroBitCount,
                outcome.givenUp.allSatisfy({ pattern >> $0 & 1 == 1 }),
                outcome.accepted.count == 16 - pattern.nonzeroBitCount
            else {
                Issue.record("pattern \(pattern): gave up \(outcome.givenUp.sorted())")
                return
            }
        }
    }

    @Test(
        "finds one bad row among 100,000 with 34 deliveries, wherever it is",
        arguments: [0, 1, 49_999, 65_432, 99_999]
    )
    func oneOfMany(bad: Int) {
        let outcome = halve(100_000) { $0 == bad }
        #expect(outcome.givenUp == [bad])
        #expect(outcome.accepted.count == 99_999)
        #expect((32...34).contains(outcome.deliveries), "\(outcome.deliveries) deliveries")
    }

    @Test("takes fewer rounds with more parts")
    func parts() {
        let outcome = halve(100_000, parts: 8) { $0 == 77_777 }
        #expect(outcome.givenUp == [77_777])
        #expect(outcome.deliveries <= 48)
    }

    @Test("finds each of eight bad rows that lie far apart")
    func eightOfMany() {
        let bad = Set((0..<8).map { $0 * 12_500 + 6_000 })
        let outcome = halve(100_000) { bad.contains($0) }
        #expect(outcome.givenUp == bad)
    }

    @Test("stops at its limit when everything is bad, and gives up all that is left")
    func allBad() {
        let outcome = halve(100_000) { _ in true }
        #expect(Halving.limit(rows: 100_000) == 288)
        #expect(outcome.givenUp.count == 100_000)
        #expect(outcome.accepted.isEmpty)
        #expect(outcome.deliveries > 288 - 2)
        #expect(outcome.largestGivenUp > 1)
    }

    @Test("at the limit, what is still refused is given up, and every row is accounted for once", arguments: 1...20)
    func limit(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let bad = Set((0..<200).map { _ in Int.random(in: 0..<5_000, using: &generator) })
        let outcome = halve(5_000) { bad.contains($0) }
        #expect(outcome.givenUp.isSuperset(of: bad))
        #expect(outcome.givenUp.isDisjoint(with: outcome.accepted))
        #expect(outcome.givenUp.count + outcome.accepted.count == 5_000)
    }

    @Test("a fault that is not about rows is not looked for among them")
    func otherFault() {
        let fault = BatchFault(code: "c", message: "m", isPermanent: true, mayBeData: false)
        let whole = Halving.Piece(range: OffsetRange(lower: 0, upper: 9), rows: 9, fault: fault)
        var halving = Halving(whole)
        #expect(halving.next() == .giveUp(whole))
        #expect(halving.next() == nil)
        #expect(halving.deliveries == 0)
    }

    @Test("limits grow with the number of halvings", arguments: [(1, 16), (2, 32), (3, 48), (4, 48), (1024, 176)])
    func limits(rows: Int, limit: Int) {
        #expect(Halving.limit(rows: rows) == limit)
    }
}
