import Testing

@testable import Sink

@Suite("What may be committed of a partition")
struct PartitionLedgerTests {
    private func sealed(_ ledger: inout PartitionLedger, _ lower: Int64, _ upper: Int64) -> LedgerTicket {
        ledger.open(at: lower)
        return ledger.seal(OffsetRange(lower: lower, upper: upper))
    }

    @Test("Nothing is committable before anything was read")
    func empty() {
        let ledger = PartitionLedger()
        #expect(ledger.committable == nil)
        #expect(ledger.isDrained)
    }

    @Test("Records without rows are settled by themselves")
    func skipped() {
        var ledger = PartitionLedger()
        ledger.advance(to: 7)
        #expect(ledger.committable == 7)
        #expect(ledger.isDrained)
    }

    @Test("The open batch holds back everything from its first record on")
    func openBatch() {
        var ledger = PartitionLedger()
        ledger.advance(to: 3)
        ledger.open(at: 5)
        ledger.advance(to: 20)
        #expect(ledger.committable == 5)
        #expect(!ledger.isDrained)
    }

    @Test("Batches that end out of order are committed in order")
    func order() {
        var ledger = PartitionLedger()
        let batches = [sealed(&ledger, 0, 10), sealed(&ledger, 10, 20), sealed(&ledger, 25, 30)]
        ledger.settle(batches[2])
        #expect(ledger.committable == 0)
        ledger.settle(batches[0])
        #expect(ledger.committable == 10)
        #expect(ledger.unsettledCount == 1)
        ledger.settle(batches[1])
        #expect(ledger.committable == 30)
        #expect(ledger.isDrained)
    }

    @Test("A ticket is settled once; a second time changes nothing")
    func twice() {
        var ledger = PartitionLedger()
        let first = sealed(&ledger, 0, 10)
        let second = sealed(&ledger, 10, 20)
        ledger.settle(first)
        ledger.settle(first)
        #expect(ledger.committable == 10)
        #expect(ledger.unsettledCount == 1)
        ledger.settle(second)
        ledger.settle(first)
        #expect(ledger.committable == 20)
        #expect(ledger.isDrained)
    }

    @Test("A range inside the open batch holds its offset back when the batch is done first")
    func insideDoneLast() {
        var ledger = PartitionLedger()
        ledger.open(at: 5)
        let letter = ledger.take(OffsetRange(lower: 7, upper: 8))
        #expect(ledger.committable == 5)
        let batch = ledger.seal(OffsetRange(lower: 5, upper: 20))
        ledger.settle(batch)
        #expect(ledger.committable == 7)
        #expect(!ledger.isDrained)
        ledger.settle(letter)
        #expect(ledger.committable == 20)
    }

    @Test("A range inside the open batch that is settled first changes nothing")
    func insideDoneFirst() {
        var ledger = PartitionLedger()
        ledger.open(at: 5)
        let letter = ledger.take(OffsetRange(lower: 7, upper: 8))
        ledger.settle(letter)
        #expect(ledger.committable == 5)
        #expect(!ledger.isDrained)
        ledger.settle(ledger.seal(OffsetRange(lower: 5, upper: 20)))
        #expect(ledger.committable == 20)
        #expect(ledger.isDrained)
    }

    @Test("A range before the open batch holds back what a batch behind it settled")
    func beforeTheOpenBatch() {
        var ledger = PartitionLedger()
        let letter = ledger.take(OffsetRange(lower: 0, upper: 1))
        ledger.settle(sealed(&ledger, 1, 9))
        ledger.open(at: 9)
        #expect(ledger.committable == 0)
        ledger.settle(letter)
        #expect(ledger.committable == 9)
    }

    @Test("Two ranges that begin at the same offset are two")
    func sameOffset() {
        var ledger = PartitionLedger()
        ledger.open(at: 4)
        let letter = ledger.take(OffsetRange(lower: 4, upper: 5))
        let batch = ledger.seal(OffsetRange(lower: 4, upper: 6))
        #expect(letter != batch)
        ledger.settle(batch)
        #expect(ledger.committable == 4)
        ledger.settle(letter)
        #expect(ledger.committable == 6)
    }

    @Test("Settling stays right over thousands of ranges, also when the first is the last to be done")
    func many() {
        var ledger = PartitionLedger()
        let tickets = (0..<Int64(5000)).map { sealed(&ledger, $0 * 10, $0 * 10 + 10) }
        for ticket in tickets.dropFirst() { ledger.settle(ticket) }
        #expect(ledger.committable == 0)
        #expect(ledger.unsettledCount == 1)
        ledger.settle(tickets[0])
        #expect(ledger.committable == 50_000)
        #expect(ledger.isDrained)
    }

    /// What a ledger must say, computed each time from a list of everything that was taken.
    private struct Model {
        var unsettled: [(ticket: LedgerTicket, lower: Int64)] = []
        var openedAt: Int64?
        var next: Int64 = 0

        var committable: Int64? {
            let lowest = (unsettled.map(\.lower) + [openedAt].compactMap { $0 }).min()
            return lowest ?? (next == 0 ? nil : next)
        }
    }

    @Test("A random history never commits past what is not settled", arguments: 0..<40)
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var ledger = PartitionLedger()
        var model = Model()
        var settled: [LedgerTicket] = []
        for _ in 0..<1000 {
            switch Int.random(in: 0..<10, using: &generator) {
            case 0...1:
                // A record that opens a batch, after a gap or not.
                let offset = model.next + Int64.random(in: 0...3, using: &generator)
                if model.openedAt == nil { model.openedAt = offset }
                model.next = offset + 1
                ledger.open(at: offset)
                ledger.advance(to: model.next)
            case 2:
                // Records that are settled by themselves.
                model.next += Int64.random(in: 1...5, using: &generator)
                ledger.advance(to: model.next)
            case 3...4:
                // A record with a range of its own, inside the open batch or before it.
                let offset = model.next + Int64.random(in: 0...2, using: &generator)
                model.next = offset + 1
                let ticket = ledger.take(OffsetRange(lower: offset, upper: offset + 1))
                model.unsettled.append((ticket, offset))
            case 5...6:
                guard let lower = model.openedAt else { continue }
                let ticket = ledger.seal(OffsetRange(lower: lower, upper: model.next))
                model.unsettled.append((ticket, lower))
                model.openedAt = nil
            case 7:
                if let old = settled.randomElement(using: &generator) { ledger.settle(old) }
            default:
                guard let index = model.unsettled.indices.randomElement(using: &generator) else { continue }
                let ticket = model.unsettled.remove(at: index).ticket
                settled.append(ticket)
                ledger.settle(ticket)
            }
            #expect(ledger.committable == model.committable)
            #expect(ledger.unsettledCount == model.unsettled.count)
            #expect(ledger.isDrained == (model.unsettled.isEmpty && model.openedAt == nil))
        }
    }
}
