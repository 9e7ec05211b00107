internal import FoundationEssentials
internal import JSON
internal import Kafka

/// Writes a sample for machines: a JSON object in each line, one for each record and one for the end.
///
/// What belongs to a topic stands in its records, and what is found about columns in the last line.
package struct SampleJSON: Sendable {
    private var notes: [JSONValue] = []
    private var columns: [JSONValue] = []

    /// Creates a writer.
    package init() {}

    /// Takes an event in.
    /// - Returns: What is printed for it, with the end of its line; `nil` when nothing is.
    package mutating func text(of event: SampleEvent) -> String? {
        switch event {
        case .topic: return nil
        case .record(let record, let topic): return Self.line(of: record, topic)
        case .note(let note):
            notes.append(.string(note))
            return nil
        case .coverage(let coverage, let topic):
            columns.append(Self.value(of: coverage, topic))
            return nil
        case .summary(let summary): return line(of: summary)
        }
    }

    private static func line(of record: SampledRecord, _ topic: SampledTopic) -> String {
        var object: JSONObject = [
            "topic": .string(topic.name), "partition": .integer(Int64(record.source.partition)),
            "offset": .integer(record.offset), "database": .string(topic.database), "table": .string(topic.table),
            "format": .string(topic.format),
        ]
        object["mapping"] = topic.mapping.map { .string($0) }
        object["timestamp"] = record.timestamp.map { .string(SampleTime.text($0)) }
        object["timestampType"] = record.timestampType.map { .string($0.rawValue) }
        if let key = record.key { set("key", key, in: &object) }
        var row: String?
        switch record.result {
        case .json(let line):
            object["result"] = "row"
            // As it is: the numbers of a row may be longer than those that programs count with.
            row = String(decoding: line, as: UTF8.self)
        case .text(let text):
            object["result"] = "row"
            set("row", text, in: &object)
        case .file(let bytes):
            object["result"] = "row"
            object["fileBytes"] = .integer(Int64(bytes))
        case .skipped(let reason):
            object["result"] = "skipped"
            object["reason"] = .string(reason)
        case .failed(let failure):
            object["result"] = "failed"
            object["side"] = .string(failure.side)
            object["reason"] = .string(failure.reason)
            object["consequence"] = .string(failure.consequenceText)
            object["stops"] = .bool(failure.isStop)
        }
        let text = JSONValue.object(object).text
        return (row.map { "\(text.dropLast()),\"row\":\($0)}" } ?? text) + "\n"
    }

    /// Text as it is, and other bytes in base64 under another name.
    private static func set(_ name: String, _ bytes: [UInt8], in object: inout JSONObject) {
        if let text = String(validating: bytes, as: UTF8.self) {
            object[name] = .string(text)
        } else {
            object["\(name)Base64"] = .string(Data(bytes).base64EncodedString())
        }
    }

    private static func value(of coverage: ColumnCoverage, _ topic: SampledTopic) -> JSONValue {
        [
            "topic": .string(topic.name), "table": .string("\(topic.database).\(topic.table)"),
            "origin": .string(coverage.origin), "rows": .integer(Int64(coverage.rows)),
            "columns": .array(
                coverage.columns.map { column in
                    [
                        "name": .string(column.name), "path": .string(column.path),
                        "missing": .integer(Int64(column.missing)), "null": .integer(Int64(column.null)),
                    ]
                }
            ),
            "untaken": .array(
                coverage.others.map { ["name": .string($0.name), "rows": .integer(Int64($0.rows))] }
            ),
        ]
    }

    private func line(of summary: SampleSummary) -> String {
        let value: JSONValue = [
            "summary": true, "records": .integer(Int64(summary.records)), "rows": .integer(Int64(summary.rows)),
            "failed": .integer(Int64(summary.errors)), "skipped": .integer(Int64(summary.skipped)),
            "stops": .bool(summary.stop != nil), "coverage": .array(columns), "notes": .array(notes),
        ]
        return value.text + "\n"
    }
}
