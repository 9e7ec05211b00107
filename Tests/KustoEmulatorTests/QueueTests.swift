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
        #expect(queue.take(1, now: 0, hiddenUntil: 10).map(\.text) == ["a"])
        #expect(queue.take(5, now: 9, hiddenUntil: 20).map(\.text) == ["b"])
        #expect(queue.nextVisible(after: 9) == 10)
        let again = queue.take(5, now: 10, hiddenUntil: 30)
        #expect(again.map(\.text) == ["a"])
        #expect(again.map(\.dequeueCount) == [2])
    }

    @Test("Only the latest receipt deletes")
    func receipts() throws {
        var queue = queue("a")
        let first = try #require(queue.take(1, now: 0, hiddenUntil: 1).first)
        let second = try #require(queue.take(1, now: 1, hiddenUntil: 2).first)
        #expect(!queue.delete(id: first.id, popReceipt: first.popReceipt))
        #expect(queue.delete(id: second.id, popReceipt: second.popReceipt))
        #expect(!queue.delete(id: second.id, popReceipt: second.popReceipt))
        #expect(queue.count == 0)
        #expect(queue.bytes == 0)
    }

    @Test("Messages expire")
    func expiry() {
        var queue = queue("a")
        #expect(queue.peek(1, now: 1000).isEmpty)
        #expect(queue.take(1, now: 1000, hiddenUntil: 2000).isEmpty)
        #expect(queue.count == 0)
    }

    @Test("Deleting in the middle keeps the order")
    func middle() throws {
        var queue = queue("a", "b", "c")
        let taken = queue.take(2, now: 0, hiddenUntil: 5)
        #expect(queue.delete(id: taken[1].id, popReceipt: taken[1].popReceipt))
        #expect(queue.peek(9, now: 5).map(\.text) == ["a", "c"])
    }
}
