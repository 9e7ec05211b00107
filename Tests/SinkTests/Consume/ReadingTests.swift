import Testing

@testable import Sink

@Suite("Offsets without records at a partition's end")
struct ReadingTests {
    @Test("are settled when everything before them is")
    func settles() throws {
        let partition = try ConsumeSamples.partition(start: 10)
        var reading = Reading(partition, from: 10)
        reading.end = 12
        reading.settleEnd()
        #expect(partition.committable == 12)
        #expect(reading.next == 12 && reading.end == nil)
    }

    @Test("wait for the lane, and for what it has open")
    func waits() throws {
        let partition = try ConsumeSamples.partition(start: 10)
        var reading = Reading(partition, from: 10)
        reading.advance(to: 20)
        reading.end = 21
        reading.settleEnd()
        #expect(partition.committable == 10, "the lane has not seen the records")
        partition.open(at: 15)
        partition.advance(to: 20)
        reading.settleEnd()
        #expect(partition.committable == 15)
        let ticket = partition.seal(OffsetRange(lower: 15, upper: 20))
        #expect(partition.committable == 15)
        partition.settle(ticket)
        #expect(partition.committable == 21)
    }

    @Test("are not settled over a record at which the lane stopped")
    func halted() throws {
        let partition = try ConsumeSamples.partition(start: 10)
        var reading = Reading(partition, from: 10)
        reading.advance(to: 20)
        partition.advance(to: 13)
        reading.end = 20
        reading.settleEnd()
        #expect(partition.committable == 13)
    }

    @Test("are forgotten when records come behind them")
    func goesOn() throws {
        let partition = try ConsumeSamples.partition(start: 10)
        var reading = Reading(partition, from: 10)
        reading.advance(to: 20)
        reading.end = 21
        reading.advance(to: 30)
        partition.advance(to: 30)
        reading.settleEnd()
        #expect(partition.committable == 30)
    }

    @Test("are not settled backwards when records of the same poll came after them")
    func passedEnd() throws {
        let partition = try ConsumeSamples.partition(start: 0)
        var reading = Reading(partition, from: 0)
        // The records 0 to 4, the end at 6, and the records 6 to 10 came at once.
        reading.advance(to: 11)
        reading.note(end: 6)
        partition.advance(to: 11)
        reading.settleEnd()
        #expect(reading.next == 11)
        reading.note(end: 12)
        reading.settleEnd()
        #expect(partition.committable == 12)
    }

    @Test("A partition is drained when what was read of its former log is, too")
    func predecessor() throws {
        let old = try ConsumeSamples.partition(start: 10)
        let ticket = old.take(OffsetRange(lower: 10, upper: 11))
        let new = AssignedPartition(old.topicPartition, route: old.route, lane: 0, predecessor: old)
        #expect(!new.isDrained && new.pendingBatches == 1)
        old.settle(ticket)
        #expect(new.isDrained)
        new.abandon()
        #expect(old.isAbandoned)
    }
}
