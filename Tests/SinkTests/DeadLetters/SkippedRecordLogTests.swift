import Kafka
import Logging
import Testing

@testable import Sink

@Suite("The log of skipped records", .timeLimit(.minutes(1)))
struct SkippedRecordLogTests {
    private let sink = MemoryLogSink()
    private let clock = ManualSinkClock()

    private func log(
        _ detail: SkippedRecordLog.Detail = .init(),
        keepsLetters: Bool = false
    ) -> SkippedRecordLog {
        SkippedRecordLog(
            connector: "orders",
            detail: detail,
            keepsLetters: keepsLetters,
            clock: clock.clock,
            logger: Logger(label: "test", sink: sink)
        )
    }

    private func record(_ offset: Int64, timestampType: TimestampType? = .created) -> SkippedRecord {
        SkippedRecord(
            source: TopicPartition(topic: "t", partition: 3),
            offset: offset,
            timestamp: timestampType == nil ? nil : 1_700,
            timestampType: timestampType,
            stage: .valueConverter,
            converter: "org.apache.kafka.connect.json.JsonConverter",
            cause: .init("org.apache.kafka.connect.errors.DataException", "no object at byte \(offset)")
        )
    }

    /// How many records each line tells of, and the first of them.
    private var told: [String] {
        sink.entries.map { "\($0.metadata["records.skipped"] ?? "-")@\($0.metadata["kafka.offset"] ?? "-")" }
    }

    @Test("is silent for at most a second, and counts what it does not name")
    func summary() {
        let log = log()
        log.note(record(5), task: 0)
        #expect(told == ["1@5"])
        for offset in Int64(6)..<100 { log.note(record(offset), task: 0) }
        #expect(told == ["1@5"])
        clock.advance(by: .milliseconds(999))
        log.note(record(100), task: 0)
        #expect(told == ["1@5"])
        clock.advance(by: .milliseconds(1))
        log.note(record(101), task: 0)
        #expect(told == ["1@5", "96@6"])
        clock.advance(by: .seconds(60))
        log.note(record(102), task: 0)
        #expect(told == ["1@5", "96@6", "1@102"])
        #expect(sink.entries.allSatisfy { $0.level == .error && $0.metadata["kafka.topic"] == "t" })
        #expect(sink.entries[1].metadata["error"] == "no object at byte 6")
        #expect(sink.entries[1].metadata["kafka.partition"] == "3")
    }

    @Test("tells what was counted when nothing follows, and at the end")
    func rest() async {
        let log = log(keepsLetters: true)
        log.note(record(1), task: 0)
        log.note(record(2), task: 0)
        log.note(record(3), task: 0)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await log.run() }
            while sink.entries.count < 2 {
                clock.advance(by: .seconds(1))
                await Task.yield()
            }
            log.note(record(4), task: 0)
            // Cancelled within the second after the last line.
            group.cancelAll()
        }
        #expect(told == ["1@1", "2@2", "1@4"])
        #expect(sink.entries.allSatisfy { $0.level == .warning })
    }

    @Test("names each record in Connect's words when the user wants that, with or without its place")
    func each() {
        let brief = log(.init(namesEach: true))
        for offset in Int64(5)..<8 { brief.note(record(offset), task: 4) }
        let words =
            "Error encountered in task orders-4. Executing stage 'VALUE_CONVERTER' with class "
            + "'org.apache.kafka.connect.json.JsonConverter'"
        #expect(sink.entries.map(\.message) == Array(repeating: words + ".", count: 3))
        #expect(sink.entries[2].metadata["kafka.offset"] == "7")
        let full = log(.init(namesEach: true, includesMessages: true))
        full.note(record(5), task: 4)
        full.note(record(5, timestampType: .appended), task: 4)
        full.note(record(5, timestampType: nil), task: 4)
        let place = ", where consumed record is {topic='t', partition=3, offset=5"
        #expect(
            sink.entries.dropFirst(3).map(\.message) == [
                words + place + ", timestamp=1700, timestampType=CreateTime}.",
                words + place + ", timestamp=1700, timestampType=LogAppendTime}.", words + place + "}.",
            ]
        )
        #expect(sink.entries.allSatisfy { $0.metadata["error.class"]?.hasSuffix("DataException") == true })
    }
}
