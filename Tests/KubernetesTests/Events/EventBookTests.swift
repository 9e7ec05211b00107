import JSON
import Testing

@testable import Kubernetes

@Suite("Repeated events")
struct EventBookTests {
    private static func key(_ reason: String = "R", type: EventType = .normal) -> RecordedEvent.Key {
        RecordedEvent.Key(
            type: type,
            reason: reason,
            action: "A",
            apiVersion: "v1",
            kind: "Secret",
            namespace: "n",
            name: "s",
            uid: "u"
        )
    }

    private func record(
        _ book: inout EventBook,
        _ note: String = "note",
        at seconds: Int,
        key: RecordedEvent.Key = key()
    ) -> [String] {
        book.record(key, note: note, at: .seconds(seconds), unixMicroseconds: Int64(seconds) * 1_000_000).map(words)
    }

    private func due(_ book: inout EventBook, at seconds: Int) -> [String] {
        book.due(at: .seconds(seconds), unixMicroseconds: Int64(seconds) * 1_000_000).map(words)
    }

    private func words(_ write: EventBook.Write) -> String {
        switch write {
        case .post(let event): "post \(event.note) \(event.count)"
        case .count(let event): "count \(event.note) \(event.count)"
        }
    }

    @Test("are posted once, patched once, and then only counted")
    func series() {
        var book = EventBook()
        #expect(record(&book, at: 0) == ["post note 1"])
        #expect(record(&book, at: 5) == ["count note 2"])
        for second in 6..<200 { #expect(record(&book, at: second) == []) }
        #expect(due(&book, at: 200) == [])
    }

    @Test("write their count every half hour while they go on")
    func refresh() {
        var book = EventBook()
        _ = record(&book, at: 0)
        _ = record(&book, at: 1)
        var writes: [String] = []
        for second in stride(from: 60, through: 3660, by: 60) {
            writes += record(&book, at: second) + due(&book, at: second)
        }
        #expect(writes == ["count note 33", "count note 63"])
    }

    @Test("write the last count and are forgotten after six minutes of silence")
    func silence() {
        var book = EventBook()
        for second in 0..<4 { _ = record(&book, at: second) }
        #expect(book.nextDue == .seconds(363))
        #expect(due(&book, at: 362) == [])
        #expect(due(&book, at: 363) == ["count note 4"])
        #expect(book.count == 0 && book.nextDue == nil)
        #expect(record(&book, at: 364) == ["post note 1"])
    }

    @Test("differ by reason, type and object, not by note")
    func keys() {
        var book = EventBook()
        #expect(record(&book, at: 0) == ["post note 1"])
        #expect(record(&book, at: 0, key: Self.key("Other")) == ["post note 1"])
        #expect(record(&book, at: 0, key: Self.key(type: .warning)) == ["post note 1"])
        #expect(record(&book, "another", at: 1) == ["count note 2"])
    }

    @Test("show their newest note, by a new event, at most every twenty seconds")
    func notes() {
        var book = EventBook()
        _ = record(&book, "one", at: 0)
        #expect(record(&book, "two", at: 5) == ["count one 2"])
        #expect(record(&book, "three", at: 6) == [])
        #expect(book.nextDue == .seconds(20))
        #expect(due(&book, at: 20) == ["count one 3", "post three 1"])
        #expect(record(&book, "three", at: 21) == ["count three 2"])
        #expect(record(&book, "four", at: 40) == ["post four 1"])
        // A note that has come back needs no new event.
        #expect(record(&book, "five", at: 41) == ["count four 2"])
        #expect(record(&book, "four", at: 42) == [])
        #expect(due(&book, at: 60) == [])
    }

    @Test("have names of their own, also in the same microsecond")
    func names() {
        var book = EventBook()
        var names: Set<String> = []
        for reason in ["a", "b", "c"] {
            for case .post(let event) in book.record(Self.key(reason), note: "", at: .zero, unixMicroseconds: 1_000) {
                names.insert(event.reference.name)
            }
        }
        #expect(names == ["s.f4240", "s.f4241", "s.f4242"])
    }

    @Test("are forgotten, the oldest first, when there are too many of them")
    func bound() {
        var book = EventBook()
        for number in 0..<5000 { _ = record(&book, at: number / 100, key: Self.key("\(number)")) }
        #expect(book.count == 4096)
        #expect(record(&book, at: 50, key: Self.key("4999")) == ["count note 2"])
        #expect(record(&book, at: 50, key: Self.key("0")) == ["post note 1"])
    }
}
