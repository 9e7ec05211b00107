import JSON
import Testing

@testable import KustoEmulator

@Suite("Formats are split into records")
struct FormatTests {
    private func records(_ text: String, _ format: DataFormat, chunk: Int) throws -> [[String]] {
        let dialect = try #require(format.dialect)
        var parser = DelimitedParser(dialect: dialect)
        var records: [[String]] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            try parser.push(Array(bytes[start..<min(start + chunk, bytes.count)])) { records.append($0.fields) }
        }
        try parser.finish { records.append($0.fields) }
        return records
    }

    @Test(
        "Delimited text follows RFC 4180, however it is cut into pieces",
        arguments: [
            ("a,b\nc,d\n", DataFormat.csv, [["a", "b"], ["c", "d"]]),
            ("a,b\r\nc,d", .csv, [["a", "b"], ["c", "d"]]),
            ("\"a,1\",\"say \"\"hi\"\"\"\n", .csv, [["a,1", "say \"hi\""]]),
            ("\"line\r\nbreak\",x\n", .csv, [["line\r\nbreak", "x"]]),
            ("a,\n,b\n", .csv, [["a", ""], ["", "b"]]),
            ("\n\r\na\n\n", .csv, [["a"]]),
            ("\"\"\n", .csv, [[""]]),
            ("a\"b,c\n", .csv, [["a\"b", "c"]]),
            ("\"a\"b,c\n", .csv, [["ab", "c"]]),
            ("a\rb,c\n", .csv, [["a\rb", "c"]]),
            ("a\r", .csv, [["a"]]),
            ("a\tb\n", .tsv, [["a", "b"]]),
            ("a|b\n", .psv, [["a", "b"]]),
            ("a;b\n", .scsv, [["a", "b"]]),
            ("a\u{1}b\n", .sohsv, [["a", "b"]]),
            ("a\\tb\tc\\nd\\\\\n", .tsve, [["a\tb", "c\nd\\"]]),
            ("a\\\nb\tc\n", .tsve, [["a\nb", "c"]]),
            ("a,b\t\"c\n\nd", .txt, [["a,b\t\"c"], ["d"]]),
        ]
    )
    func delimited(text: String, format: DataFormat, expected: [[String]]) throws {
        for chunk in [1, 3, 1000] {
            #expect(try records(text, format, chunk: chunk) == expected)
        }
    }

    @Test("A quote that is never closed fails the source")
    func openQuote() {
        let failure = #expect(throws: IngestionFailure.self) { try records("a,\"b\nc", .csv, chunk: 2) }
        #expect(failure?.code == .closingQuoteMissing)
    }

    @Test("A record above the limit fails the source")
    func largeRecord() {
        var parser = DelimitedParser(dialect: DelimitedDialect(delimiter: 0x2C), maximumRecordBytes: 4)
        #expect(throws: IngestionFailure.self) { try parser.push(Array("12345".utf8)) { _ in } }
    }

    private func documents(_ text: String, _ mode: DocumentSplitter.Mode, chunk: Int) throws -> [String] {
        var splitter = DocumentSplitter(mode: mode)
        var documents: [String] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            try splitter.push(Array(bytes[start..<min(start + chunk, bytes.count)])) {
                documents.append(String(decoding: $0, as: UTF8.self))
            }
        }
        try splitter.finish { documents.append(String(decoding: $0, as: UTF8.self)) }
        return documents
    }

    @Test(
        "JSON documents are found, however they are cut into pieces",
        arguments: [
            ("{\"a\":1}\n\n{\"b\":2}", DocumentSplitter.Mode.lines, ["{\"a\":1}", "{\"b\":2}"]),
            (
                "{\"a\":\n1} {\"b\":\"}\"}{\"c\":\"\\\"{\"}", .objects,
                ["{\"a\":\n1}", "{\"b\":\"}\"}", "{\"c\":\"\\\"{\"}"]
            ),
            ("[{\"a\":[{}]},\n{\"b\":2}]", .objects, ["{\"a\":[{}]}", "{\"b\":2}"]),
            ("[]", .objects, []),
            ("{\"a\":\n[1]}", .whole, ["{\"a\":\n[1]}"]),
        ]
    )
    func documents(text: String, mode: DocumentSplitter.Mode, expected: [String]) throws {
        for chunk in [1, 4, 1000] {
            #expect(try documents(text, mode, chunk: chunk) == expected)
        }
    }

    @Test("What is not objects is an error", arguments: ["1", "{\"a\":1", "[{}", "{} x", "]"])
    func notObjects(text: String) {
        #expect(throws: IngestionFailure.self) { try documents(text, .objects, chunk: 2) }
    }

    @Test(
        "The counter finds as many records as the parser",
        arguments: [
            ("a,b\n\"x\ny\",2\n\n3,4", DataFormat.csv, 3),
            ("{\"a\":1}\n{\"a\":2}\n", .json, 2),
            ("[{\"a\":\"]\"},{\"b\":[{}]}] {\"c\":\n1}", .multijson, 3),
            ("anything\nat all", .raw, 1),
            ("", .csv, 0),
        ]
    )
    func counting(text: String, format: DataFormat, expected: Int) {
        var counter = RecordCounter(format: format)
        for byte in text.utf8 { counter.push([byte]) }
        #expect(counter.finish() == expected)
    }
}
