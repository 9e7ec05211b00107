import Testing

@testable import Sink

@Suite("What may be committed of a partition")
struct PartitionLedgerTests {
    private func sealed(_ ledger: inout PartitionLedger, _ lower: Int64, _ upper: Int64) -> BatchID {
        let batch = BatchID.next()
        ledger.open(at: lower)
        ledger.seal(batch, OffsetRange(lower: lower, upper: upper))
        return batch
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
        ledger.complete(batches[2])
        #expect(ledger.committable == 0)
        ledger.complete(batches[0])
        #expect(ledger.committable == 10)
        #expect(ledger.pendingCount == 1)
        ledger.complete(batches[1])
        #expect(ledger.committable == 30)
        #expect(ledger.isDrained)
    }

    @Test("Completing a batch twice or one of another assignment changes nothing")
    func unknown() {
        var ledger = PartitionLedger()
        let batch = sealed(&ledger, 0, 10)
        ledger.complete(BatchID.next())
        #expect(ledger.committable == 0)
        ledger.complete(batch)
        ledger.complete(batch)
        #expect(ledger.committable == 10)
    }

    @Test("A random history never commits past what is not done")
    func random() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var ledger = PartitionLedger()
            var pending: [(BatchID, OffsetRange)] = []
            var next: Int64 = 0
            for _ in 0..<300 {
                if Bool.random(using: &generator) {
                    let lower = next + Int64.random(in: 0...3, using: &generator)
                    let upper = lower + Int64.random(in: 1...9, using: &generator)
                    pending.append((sealed(&ledger, lower, upper), OffsetRange(lower: lower, upper: upper)))
                    next = upper
                } else if let index = pending.indices.randomElement(using: &generator) {
                    ledger.complete(pending.remove(at: index).0)
                }
                let expected = pending.map(\.1.lower).min() ?? (next == 0 ? nil : next)
                #expect(ledger.committable == expected)
                #expect(ledger.isDrained == pending.isEmpty)
            }
        }
    }
}
