import Converters
import Foundation
import JSON
import Testing

@Suite("What Kafka Connect's converters do")
struct VectorTests {
    struct Vector: Sendable, CustomStringConvertible {
        let name, converter, format, result, ours: String
        let value, output: [UInt8]?
        /// What must stand in the row.
        let text: String?
        var description: String { "\(name) (\(converter), \(format))" }
    }

    static func load() throws -> [Vector] {
        let url = try #require(
            Bundle.module.url(forResource: "records", withExtension: "jsonl", subdirectory: "Vectors")
        )
        return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map { line in
            let json = try JSONValue(parsing: String(line))
            func bytes(_ key: String) -> [UInt8]? {
                json[key]?.stringValue.flatMap { Data(base64Encoded: $0) }.map(Array.init)
            }
            func text(_ key: String) throws -> String { try #require(json[key]?.stringValue) }
            return Vector(
                name: try text("name"),
                converter: try text("converter"),
                format: try text("format"),
                result: try text("result"),
                ours: try text("ours"),
                value: bytes("value"),
                output: bytes("output"),
                text: json["text"]?.stringValue
            )
        }
    }

    private static let kinds: [String: ConverterKind] = ["string": .string, "bytes": .bytes, "json": .json]

    static let covered = (try? load().filter { kinds[$0.converter] != nil }) ?? []

    @Test("are all covered")
    func coverage() throws {
        let all = try Self.load()
        #expect(all.count == 251)
        let covered = Self.covered.count + EnvelopeVectorTests.covered.count + PrimitiveTypeTests.vectors.count
        #expect(covered == all.count)
        #expect(Self.covered.count >= 100)
    }

    @Test("happens here too, or what is better", arguments: covered)
    func vector(_ vector: Vector) throws {
        let kind = try #require(Self.kinds[vector.converter])
        let format = try RecordFormat(vector.format)
        if kind != .bytes, ["avro", "parquet"].contains(vector.format) {
            #expect(throws: ConverterError.self) { try Conversion(kind, format) }
            return
        }
        let converter = RecordConverter(try Conversion(kind, format))
        let (outcome, row, before) = RowBuffer.append(vector.value, with: converter)
        #expect(before == RowBuffer.before)
        let value = vector.value ?? []
        switch (vector.ours, vector.result) {
        case ("same", "written"):
            let output = try #require(vector.output)
            if let left = try? JSONValue(parsing: row), left.objectValue != nil {
                #expect(row.last == UInt8(ascii: "\n"))
                #expect(row.count { $0 == UInt8(ascii: "\n") } == 1)
                let right = try JSONValue(parsing: output)
                #expect(
                    left == right || Self.isNumericallyEqual(row, output),
                    "\(String(decoding: row, as: UTF8.self))"
                )
            } else {
                #expect(row == output)
            }
        case ("same", "dropped"), ("dropped", _): #expect(outcome == .skipped)
        case ("same", "rejected"), ("reject", _):
            guard case .rejected(let error) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(error.code == .invalidRecord)
            #expect(error.exceptionClass == "org.apache.kafka.connect.errors.DataException")
        case ("verbatim", _), ("json", _): #expect(row == value + [UInt8(ascii: "\n")])
        case ("exact", _): #expect(row == value)
        case ("either", _):
            if vector.result == "rejected" {
                // The connector has a limit that ours may do without.
                if case .rejected = outcome { return }
                #expect(row == value + [UInt8(ascii: "\n")])
                return
            }
            let output = try #require(vector.output)
            #expect(row == output || row + [UInt8(ascii: "\n")] == output || row == Self.withoutReturn(value))
        default: Issue.record("unknown expectation \(vector.ours) for \(vector.result)")
        }
    }

    /// Foundation reads 1e3 and 1000.0 as the same number.
    static func isNumericallyEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        let left = try? JSONSerialization.jsonObject(with: Data(left)) as? NSDictionary
        let right = try? JSONSerialization.jsonObject(with: Data(right)) as? NSDictionary
        return left != nil && left == right
    }

    private static func withoutReturn(_ bytes: [UInt8]) -> [UInt8] { bytes.filter { $0 != UInt8(ascii: "\r") } }
}
