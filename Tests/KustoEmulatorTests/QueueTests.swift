import Testing

@testable import KustoEmulator

@Suite("Storage queues hide, show and delete messages")
struct QueueTests {
    private func queue(_ texts: String...) -> MessageQueue {
        var queue = MessageQueue()
        for text in texts { _ = queue.put(text, now: 0, expires: 1000, visible: 0) }
        return queue
    }

    @Test("Peeking changes nothing")
    func peek() {
        let queue = queue("a", "b", "c")
        #expect(queue.peek(2, now: 0).map(\.text) == ["a", "b"])
        #expect(queue.peek(9, now: 0).map(\.dequeueCount) == [0, 0, 0])
    }

    @Test("A taken message is hidden, comes back, and counts its readings")
    func take() {
        var queue = queue("a", "b")
        let first = queue.take(1, now: 0, hiddenUntil: 10)
        #expect(first.map(\.text) == ["a"])
        let second = queue.take(5, now: 9, hiddenUntil: 20)
        #expect(second.map(\.text) == ["b"])
        #expect(queue.nextVisible(after: 9) == 10)
        let again = queue.take(5, now: 10, hiddenUntil: 30)
        #expect(again.map(\.text) == ["a"])
        #expect(again.map(\.dequeueCount) == [2])
    }

    @Test("Only the latest receipt deletes")
    func receipts() throws {
        var queue = queue("a")
        let readings = [queue.take(1, now: 0, hiddenUntil: 1), queue.take(1, now: 1, hiddenUntil: 2)]
        let first = try #require(readings[0].first)
        let second = try #require(readings[1].first)
        let deletesWithOldReceipt = queue.delete(id: first.id, popReceipt: first.popReceipt)
        #expect(!deletesWithOldReceipt)
        let deletesWithLatest = queue.delete(id: second.id, popReceipt: second.popReceipt)
        #expect(deletesWithLatest)
        let deletesTwice = queue.delete(id: second.id, popReceipt: second.popReceipt)
        #expect(!deletesTwice)
        #expect(queue.count == 0)
        #expect(queue.bytes == 0)
    }

    @Test("Messages expire")
    func expiry() {
        var queue = queue("a")
        #expect(queue.peek(1, now: 1000).isEmpty)
        let expired = queue.take(1, now: 1000, hiddenUntil: 2000)
        #expect(expired.isEmpty)
        #expect(queue.count == 0)
    }

    @Test("Deleting in the middle keeps the order")
    func middle() {
        var queue = queue("a", "b", "c")
        let taken = queue.take(2, now: 0, hiddenUntil: 5)
        let isDeleted = queue.delete(id: taken[1].id, popReceipt: taken[1].popReceipt)
        #expect(isDeleted)
        #expect(queue.peek(9, now: 5).map(\.text) == ["a", "c"])
    }
}
