import Testing

@testable import Kafka

@Suite("What a member knows of its partitions")
struct PartitionBookTests {
    private let start = ContinuousClock.now
    private let a = TopicPartition(topic: "t", partition: 0)
    private let b = TopicPartition(topic: "t", partition: 1)

    private func book(at starts: [TopicPartition: Int64] = [:]) -> PartitionBook {
        var book = PartitionBook()
        book.add([a, b], at: starts)
        return book
    }

    @Test("Positions come from starts, records and ends, and go with the assignment")
    func positions() {
        var book = book(at: [a: 5])
        #expect(book.positions == [a: 5] && book.held == [a, b])
        book.advance(a, to: 7)
        book.advance(TopicPartition(topic: "other", partition: 0), to: 7)
        #expect(book.positions == [a: 7])
        let ends = [
            book.reachEnd(a, at: 7), book.reachEnd(a, at: 9), book.reachEnd(a, at: 9), book.reachEnd(a, at: 8),
            book.reachEnd(b, at: 0),
        ]
        #expect(ends == [false, true, false, false, true], "An end is news only where it moves the position")
        #expect(book.positions == [a: 9, b: 0])
        book.remove([a])
        #expect(book.positions == [b: 0] && !book.holds(a))
    }

    @Test("The library pauses and resumes only what is not paused and halted for another reason")
    func pausing() {
        var book = book(at: [a: 0, b: 0])
        #expect(book.pause([a]) == [a])
        #expect(book.pause([a, b]) == [b])
        #expect(book.resume([a, b]) == [a, b])
        #expect(book.resume([a]) == [])
        let halts = [book.halt(a), book.halt(a), book.hasHalted, book.isHalted(a)]
        #expect(halts == [true, false, true, true])
        #expect(book.pause([a]) == [] && book.resume([a]) == [])
        #expect(book.move(to: [a: 3]) == [a])
        #expect(book.position(of: a) == 3 && !book.hasHalted)
        #expect(book.pause([a]) == [a])
        #expect(book.halt(a) == false)
        #expect(book.move(to: [a: 4, TopicPartition(topic: "other", partition: 0): 1]) == [])
        #expect(book.resume([a]) == [a], "A pause outlives a move")
        _ = book.halt(b)
        book.remove([b])
        #expect(!book.hasHalted)
    }

    @Test("A partition that stands still before its end is told once, and again when it has moved or was excused")
    func stalls() {
        var book = book(at: [a: 5, b: 5])
        func look(_ seconds: Int) -> [TopicPartition: Int64] {
            book.standingStill(start + .seconds(seconds), for: .seconds(60)) { $0 == a ? 9 : 5 }
        }
        #expect(look(0) == [:] && look(59) == [:])
        #expect(look(60) == [a: 5], "The other one is at its end")
        #expect(look(200) == [:])
        book.advance(a, to: 6)
        #expect(look(201) == [:] && look(261) == [a: 6])
        book.excuse([a])
        #expect(look(262) == [:] && look(322) == [a: 6])
        book.advance(a, to: 7)
        _ = book.pause([a])
        #expect(look(400) == [:] && look(500) == [:], "A pause is no stall")
        _ = book.resume([a])
        #expect(look(501) == [:] && look(561) == [a: 7])
    }

    @Test("A partition whose end is not known counts as one that has more")
    func unknownEnd() {
        var book = book(at: [a: 5])
        #expect(book.standingStill(start, for: .seconds(1)) { _ in nil } == [:])
        #expect(book.standingStill(start + .seconds(1), for: .seconds(1)) { _ in nil } == [a: 5])
    }
}
