import Testing
import Threads

@Suite("A queue between threads", .timeLimit(.minutes(3)))
struct HandOverQueueTests {
    @Test("hands everything over in order")
    func order() async throws {
        let queue = HandOverQueue<Int>(capacity: 2)
        async let taken = BlockingThread.run(name: "take") {
            var taken: [Int] = []
            while taken.last != 999 { taken += queue.takeAll(timeout: .seconds(170)) }
            return taken
        }
        let areAdded = try await BlockingThread.run(name: "add") {
            (0..<1000).allSatisfy { queue.add($0, timeout: .seconds(170)) }
        }
        #expect(areAdded)
        #expect(try await taken == Array(0..<1000))
    }

    @Test("refuses an item when it stays full, and is then as before")
    func full() {
        let queue = HandOverQueue<Int>(capacity: 1)
        #expect(queue.add(1, timeout: .zero))
        #expect(!queue.add(2, timeout: .zero))
        #expect(!queue.add(2, timeout: .milliseconds(1)))
        queue.addAtOnce(3)
        #expect(queue.takeAll(timeout: .zero) == [1, 3])
        #expect(queue.add(4, timeout: .zero))
    }

    @Test("gives back nothing when nothing comes")
    func empty() {
        #expect(HandOverQueue<Int>(capacity: 1).takeAll(timeout: .milliseconds(1)).isEmpty)
    }

    @Test("waits for a time of any length", arguments: [Duration.seconds(Int64.max), .seconds(Int64.min)])
    func extremes(timeout: Duration) {
        let queue = HandOverQueue<Int>(capacity: 1)
        #expect(queue.add(1, timeout: timeout))
        #expect(queue.takeAll(timeout: timeout) == [1])
    }
}
