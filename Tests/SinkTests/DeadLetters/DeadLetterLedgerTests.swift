import Kafka
import Testing

@testable import Sink

@Suite("Offsets of dead letters around an open batch")
struct DeadLetterLedgerTests {
    private let partition: AssignedPartition

    init() throws {
        partition = AssignedPartition(
            TopicPartition(topic: "t", partition: 3),
            route: try LaneFixture().route,
            lane: 0,
            start: StartPosition(offset: 10, committed: 10, end: nil, memo: "")
        )
    }

    private func take(_ offset: Int64) -> LedgerTicket {
        partition.take(OffsetRange(lower: offset, upper: offset + 1))
    }

    @Test("a letter inside the open batch holds its offset back after the batch is done")
    func inside() {
        partition.open(at: 10)
        let letter = take(11)
        partition.advance(to: 13)
        #expect(partition.committable == 10)
        let batch = partition.seal(OffsetRange(lower: 10, upper: 13))
        partition.settle(batch)
        #expect(partition.committable == 11 && !partition.isDrained)
        partition.settle(letter)
        #expect(partition.committable == 13 && partition.isDrained)
    }

    @Test("a letter that is acknowledged while its batch is open passes nothing")
    func early() {
        partition.open(at: 10)
        partition.settle(take(11))
        #expect(partition.committable == 10 && !partition.isDrained)
        partition.settle(partition.seal(OffsetRange(lower: 10, upper: 12)))
        #expect(partition.committable == 12)
    }

    @Test("letters before the first row and after the last one hold back what is theirs")
    func around() {
        let before = take(10)
        partition.open(at: 11)
        let after = take(12)
        let batch = partition.seal(OffsetRange(lower: 11, upper: 13))
        partition.settle(after)
        partition.settle(batch)
        #expect(partition.committable == 10)
        partition.settle(before)
        #expect(partition.committable == 13)
    }

    @Test("only what is acknowledged is passed, in whichever order that happens", arguments: 0..<40)
    func anyOrder(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var waiting: [(ticket: LedgerTicket, offsets: Range<Int64>)] = []
        var rows: [Int64] = []
        var offset: Int64 = 10
        var last: Int64 = 10
        /// The least offset that is neither acknowledged nor without effect.
        func least() -> Int64 { (waiting.map(\.offsets.lowerBound) + rows.prefix(1)).min() ?? offset }
        for _ in 0..<500 {
            switch Int.random(in: 0..<6, using: &generator) {
            case 0:
                if rows.isEmpty { partition.open(at: offset) }
                rows.append(offset)
                offset += 1
                partition.advance(to: offset)
            case 1:
                waiting.append((take(offset), offset..<(offset + 1)))
                offset += 1
            case 2:
                offset += 1
                partition.advance(to: offset)
            case 3:
                guard let first = rows.first else { continue }
                let range = first..<offset
                waiting.append((partition.seal(OffsetRange(lower: first, upper: offset)), range))
                rows = []
            default:
                guard let index = waiting.indices.randomElement(using: &generator) else { continue }
                partition.settle(waiting.remove(at: index).ticket)
            }
            #expect(partition.committable == least())
            #expect(least() >= last)
            last = least()
            #expect(partition.isDrained == (waiting.isEmpty && rows.isEmpty))
        }
    }
}
