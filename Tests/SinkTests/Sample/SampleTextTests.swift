import Converters
import Foundation
import Kafka
import Metrics
import Testing

@testable import Sink

@Suite("How a sample is written")
struct SampleTextTests {
    private let topic: SampledTopic

    init() throws {
        let route = TableRoute(
            database: "shop",
            table: "Orders",
            mapping: "M",
            conversion: try Conversion(.json, .json),
            account: BufferAccount(),
            metrics: TableMetrics(registry: MetricsRegistry(), connector: "s", database: "shop", table: "Orders")
        )
        topic = SampledTopic("orders", route)
    }

    private func record(_ result: SampledRecord.Result, key: [UInt8]? = nil) -> SampledRecord {
        SampledRecord(
            source: TopicPartition(topic: "orders", partition: 3),
            offset: 42,
            timestamp: 1500,
            timestampType: .created,
            key: key,
            valueBytes: 7,
            result: result
        )
    }

    private func text(_ result: SampledRecord.Result, key: [UInt8]? = nil, width: Int? = nil) -> [Substring] {
        var writer = SampleText(width: width)
        return writer.text(of: .record(record(result, key: key), of: topic)).split(separator: "\n")
    }

    @Test("a record has its place, its time, its key and its row")
    func row() {
        let row = Array(#"{"id":1}"#.utf8)
        #expect(
            text(.json(row), key: Array("k".utf8)) == [
                "partition 3 offset 42  1970-01-01T00:00:01.500Z  key k", #"  {"id":1}"#,
            ]
        )
        #expect(text(.json(row), key: [0xFF, 0x01])[0].hasSuffix("key 0xff01"))
        var writer = SampleText(width: nil)
        let heading = "topic orders → shop.Orders, format json, mapping M\n"
        #expect(writer.text(of: .topic(topic)) == heading)
        #expect(writer.text(of: .note("topic orders is empty")) == "\ntopic orders is empty\n")
        #expect(writer.text(of: .topic(topic)) == "\n" + heading)
    }

    @Test("no record commands the terminal, and tabs stay")
    func controls() {
        let lines = text(.text(Array("a\u{1B}[31m\tb\u{7F}\u{9B}\u{202E}c\r\nd".utf8)), key: Array("\u{7}k".utf8))
        #expect(lines[0].hasSuffix("key ␇k"))
        #expect(lines[1] == "  a␛[31m\tb␡\u{FFFD}\u{FFFD}c␍" || lines.count == 2, "\(lines)")
        #expect(!lines.joined().unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x07 || $0.value == 0x9B })
    }

    @Test("rows are cut to the terminal's width, and only then")
    func width() {
        let long = Array("\"\(String(repeating: "ü", count: 100))\"".utf8)
        #expect(text(.json(long), width: 40)[1].count == 40)
        #expect(text(.json(long), width: 40)[1].hasSuffix("…"))
        #expect(text(.json(long))[1].count == 104)
    }

    @Test("a failure says what a run does then, and its JSON does, too")
    func failure() throws {
        for (consequence, stop, words) in [
            (.stops(letterTopic: nil), "why", "stops here with exit code 75"),
            (.stops(letterTopic: "l"), "why", "dead-letter topic l and stops"),
            (.letter(topic: "l"), nil, "writes it to dead-letter topic l and goes on"), (.skipped, nil, "skips it"),
        ] as [(ConversionFailure.Consequence, String?, String)] {
            let failure = ConversionFailure(side: "value", reason: "not JSON", consequence: consequence, stop: stop)
            let lines = text(.failed(failure))
            #expect(lines[1] == "  ✗ the value could not be converted: not JSON")
            #expect(lines[2].contains(words))
            var json = SampleJSON()
            let line = json.text(of: .record(record(.failed(failure)), of: topic)) ?? ""
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect(object["stops"] as? Bool == (stop != nil) && object["reason"] as? String == "not JSON")
        }
    }

    @Test("JSON keeps rows as they are, and ends with a summary")
    func json() throws {
        var json = SampleJSON()
        let number = "123456789012345678901234567890.5"
        let line = json.text(of: .record(record(.json(Array(#"{"n":\#(number)}"#.utf8)), key: [0xFF]), of: topic)) ?? ""
        #expect(line.hasSuffix(#""row":{"n":\#(number)}}"# + "\n"), "\(line)")
        #expect(line.contains(#""keyBase64":"/w==""#))
        #expect(json.text(of: .note("a note")) == nil)
        var summary = SampleSummary()
        summary.count(record(.json([])))
        summary.count(record(.skipped("a tombstone")))
        let last = json.text(of: .summary(summary)) ?? ""
        let object = try #require(try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any])
        #expect(object["records"] as? Int == 2 && object["rows"] as? Int == 1 && object["skipped"] as? Int == 1)
        #expect(object["notes"] as? [String] == ["a note"] && object["stops"] as? Bool == false)
    }

    @Test("a table's columns show where they find nothing")
    func coverage() throws {
        let columns = ["$.id", "$.price"].compactMap { SampledColumn(name: String($0.dropFirst(2)), path: $0) }
        var coverage = ColumnCoverage(columns, origin: "mapping M")
        coverage.count(Array(#"{"id": 1, "Price": 2}"#.utf8))
        coverage.count(Array(#"{"id": 1, "price": 2}"#.utf8))
        var writer = SampleText(width: 80)
        let text = writer.text(of: .coverage(coverage, of: topic))
        #expect(
            text.split(separator: "\n") == [
                "columns of shop.Orders (mapping M)", "  ✓ id    ← $.id",
                "  – price ← $.price  missing in 1 of 2 rows", "  – Price: no column takes it (in 1 of 2 rows)",
            ]
        )
    }
}
