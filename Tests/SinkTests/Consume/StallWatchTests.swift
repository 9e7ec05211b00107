import Kafka
import Testing

@testable import Sink

@Suite("Partitions that cannot advance")
struct StallWatchTests {
    private let name = TopicPartition(topic: "t", partition: 0)
    private var watch = StallWatch(limit: .seconds(60))

    private mutating func look(_ seconds: Int, next: Int64, end: Int64?, isFetched: Bool = true)
        -> StallWatch.Finding?
    {
        watch.look(at: name, next: next, end: end, isFetched: isFetched, .seconds(seconds))
    }

    @Test("A partition that has more and brings nothing is told of once, and when it goes on")
    mutating func stalls() {
        #expect(look(0, next: 5, end: 9) == nil)
        #expect(look(59, next: 5, end: 9) == nil)
        #expect(look(61, next: 5, end: 9) == .stalled(seconds: 61))
        #expect(watch.count == 1)
        #expect(look(62, next: 5, end: 12) == nil)
        #expect(look(63, next: 6, end: 12) == .recovered)
        #expect(watch.count == 0)
        #expect(look(122, next: 6, end: 12) == nil)
        #expect(look(123, next: 6, end: 12) == .stalled(seconds: 60))
        #expect(watch.remove(name) == true)
        #expect(watch.remove(name) == false)
        #expect(watch.count == 0)
    }

    @Test("One that has nothing more, or of which that is unknown, is not stalled")
    mutating func idle() {
        for second in 0..<200 { #expect(look(second, next: 9, end: second % 2 == 0 ? 9 : nil) == nil) }
    }

    @Test("Time in which it is not fetched does not count")
    mutating func paused() {
        #expect(look(0, next: 5, end: 9) == nil)
        #expect(look(59, next: 5, end: 9, isFetched: false) == nil)
        #expect(look(100, next: 5, end: 9) == nil)
        #expect(look(159, next: 5, end: 9) == nil)
        #expect(look(160, next: 5, end: 9) == .stalled(seconds: 60))
        #expect(look(161, next: 5, end: 9, isFetched: false) == .recovered)
    }
}
