import Kafka
import Testing

@testable import Sink

@Suite("A dead letter and what it says")
struct DeadLetterTests {
    private let own = [KafkaHeader(name: "trace", value: [0xFF, 0]), KafkaHeader(nameBytes: [0xC3], value: nil)]

    @Test("is a copy of the record, with nothing and empty kept apart")
    func copy() {
        let every = Array(UInt8.min...UInt8.max)
        let source = TopicPartition(topic: "t", partition: 3)
        let originals = [
            DeadLetter(source: source, offset: 7, timestamp: 12, key: every, value: every, headers: own),
            DeadLetter(source: source, offset: 8, timestamp: nil, key: [], value: [], headers: []),
            DeadLetter(source: source, offset: 9, timestamp: 0, key: nil, value: nil, headers: []),
        ]
        let records = LetterRecords(originals)
        #expect((0..<3).map { DeadLetter(copying: records, at: $0, from: source) } == originals)
    }

    @Test("is as large as its parts, and a little")
    func size() {
        let small = LetterRecords.letter(0, key: nil, value: nil)
        let large = LetterRecords.letter(0, key: "12345", value: "1234567", headers: own)
        #expect(large.bytes - small.bytes >= 5 + 7 + 5 + 2 + 1)
        #expect(small.bytes > 0 && small.bytes < 100)
    }

    @Test("tells Connect's story of a conversion after the record's own headers, in Connect's order")
    func conversion() {
        let context = DeadLetterContext.conversion(
            connector: "orders",
            task: 2,
            stage: .valueConverter,
            converter: "org.apache.kafka.connect.json.JsonConverter",
            causes: [
                .init("org.apache.kafka.connect.errors.DataException", "no object"),
                .init("org.apache.kafka.common.errors.SerializationException", nil), .init("a.B", "byte 3"),
            ]
        )
        let letter = LetterRecords.letter(7, headers: own).explained(by: context)
        #expect(Array(letter.headers.prefix(2)) == own)
        let added = letter.headers.dropFirst(2).map {
            "\($0.name)=\($0.value.map { String(decoding: $0, as: UTF8.self) } ?? "none")"
        }
        #expect(
            added == [
                "__connect.errors.topic=t", "__connect.errors.partition=3", "__connect.errors.offset=7",
                "__connect.errors.connector.name=orders", "__connect.errors.task.id=2",
                "__connect.errors.stage=VALUE_CONVERTER",
                "__connect.errors.class.name=org.apache.kafka.connect.json.JsonConverter",
                "__connect.errors.exception.class.name=org.apache.kafka.connect.errors.DataException",
                "__connect.errors.exception.message=no object",
                """
                __connect.errors.exception.stacktrace=org.apache.kafka.connect.errors.DataException: no object
                Caused by: org.apache.kafka.common.errors.SerializationException
                Caused by: a.B: byte 3
                """,
            ]
        )
    }

    @Test("tells what ADX said, with headers of its own after Connect's", arguments: [true, false])
    func ingestion(isPermanent: Bool) {
        let context = DeadLetterContext.ingestion(
            connector: "orders",
            task: 0,
            reasons: ["table T does not exist"],
            .init(
                database: "D",
                table: "T",
                code: "tableNotFound",
                isPermanent: isPermanent,
                batch: "b-1",
                attempts: 32
            )
        )
        let headers = LetterRecords.letter(7).explained(by: context).headers
        #expect(headers.map(\.name).prefix(6).last == "__connect.errors.stage")
        func text(_ name: String) -> String? {
            headers.first { $0.name == name }?.value.map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(text("__connect.errors.stage") == "TASK_PUT")
        #expect(
            text("__connect.errors.class.name") == "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkTask"
        )
        let exception = isPermanent ? "IngestionClientException" : "IngestionServiceException"
        #expect(
            text("__connect.errors.exception.class.name") == "com.microsoft.azure.kusto.ingest.exceptions.\(exception)"
        )
        #expect(text("__connect.errors.exception.message") == "table T does not exist")
        let ours = headers.suffix(6).map { "\($0.name)=\(String(decoding: $0.value ?? [], as: UTF8.self))" }
        #expect(
            ours == [
                "kusto_sink.database=D", "kusto_sink.table=T", "kusto_sink.error.code=tableNotFound",
                "kusto_sink.error.permanent=\(isPermanent)", "kusto_sink.batch.id=b-1", "kusto_sink.attempts=32",
            ]
        )
    }

    @Test("an error without a sentence leaves the message without a value")
    func noMessage() {
        let context = DeadLetterContext.conversion(
            connector: "c",
            task: 0,
            stage: .keyConverter,
            converter: "K",
            causes: [.init("E", nil)]
        )
        let headers = LetterRecords.letter(7).explained(by: context).headers
        let message = headers.first { $0.name == "__connect.errors.exception.message" }
        #expect(message != nil && message?.value == nil)
    }
}

@Suite("The room for dead letters")
struct DeadLetterRoomTests {
    @Test("ends at its bytes or its letters, whichever is first, and a large letter fits when the bound is not reached")
    func bounds() {
        var room = DeadLetterRoom(.init(bytes: 100, letters: 3))
        #expect([1_000].allSatisfy { room.take($0) })
        #expect([1].allSatisfy { !room.take($0) })
        room.giveBack(1_000)
        #expect([99, 500].allSatisfy { room.take($0) })
        #expect([1].allSatisfy { !room.take($0) })
        room.giveBack(500)
        #expect([0].allSatisfy { room.take($0) })
        room.giveBack(99)
        #expect([1, 1].allSatisfy { room.take($0) })
        #expect([0].allSatisfy { !room.take($0) })
        #expect(room.letters == 3 && room.bytes == 2)
    }

    @Test("whoever is told that there is room finds some", arguments: 1...4, 1...5)
    func promise(letters: Int, bytes: Int) {
        var generator = SeededGenerator(seed: UInt64(letters * 10 + bytes))
        var room = DeadLetterRoom(.init(bytes: bytes, letters: letters))
        var held: [Int] = []
        for _ in 0..<2_000 {
            if Bool.random(using: &generator), let last = held.popLast() {
                room.giveBack(last)
                if room.isHalfFree {
                    var copy = room
                    #expect([1_000].allSatisfy { copy.take($0) })
                }
            } else {
                let size = Int.random(in: 0...4, using: &generator)
                if room.take(size) { held.append(size) }
            }
            #expect(room.letters == held.count && room.bytes == held.reduce(0, +))
            #expect(room.letters > 0 || room.isHalfFree)
        }
    }
}
