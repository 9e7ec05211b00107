import Testing

@testable import Converters

@Suite("A field in quotes")
struct QuotedFieldsTests {
    @Test(
        "that is closed, or a quote that opens none, is the user's",
        arguments: [
            "", "a,b", "\"\"", "\"a\",b", "a,\"b\"", "a,\"b\"\n", "\"a\"\"b\"", "\"\"\"\"", "\"a\nb\",c", "5\" pipe,b",
            "a,b\"",
            "\"a\"b,c", "\"a\" ,\"b\"", "a,\"b\",\"c\"\r\nd,\"e\"", "\"a,\"\",b\",c",
        ]
    )
    func good(record: String) throws { #expect(openQuote(record) == nil) }

    @Test(
        "that is never closed is found, and where it begins",
        arguments: [
            ("\"", 0), ("\"a", 0), ("a,\"b", 2), ("a,\"b\"\"", 2), ("a,\"b\"\",c", 2), ("\"a\",\"b\n", 4),
            ("a\n\"b,c", 2),
            ("a\r\n\"b", 3), ("\"\"\"", 0), ("5\" pipe,\"b", 8), ("a,\"b\nc,d\n", 2),
        ]
    )
    func open(record: String, place: Int) throws { #expect(openQuote(record) == place) }

    @Test(
        "goes by the format's separator",
        arguments: [
            ("csv", "a,\"b"), ("tsv", "a\t\"b"), ("psv", "a|\"b"), ("scsv", "a;\"b"), ("sohsv", "a\u{1}\"b"),
        ]
    )
    func separators(format: String, record: String) throws {
        for kind in [ConverterKind.string, .bytes] {
            let converter = RecordConverter(try Conversion(kind, RecordFormat(format)))
            let outcome = RowBuffer.append(Array(record.utf8), with: converter).outcome
            guard case .rejected(let error) = outcome else {
                Issue.record("\(outcome)")
                continue
            }
            #expect(
                error.message
                    == "a field in quotes begins at byte 2 of the value and is never closed, so that format=\(format) would "
                    + "take the records behind it for its text; close it, double the quotes within it, or map the topic "
                    + "with a format that has no quotes, as txt and tsve have none"
            )
            let other = RecordConverter(try Conversion(kind, format == "csv" ? .tsv : .csv))
            #expect(RowBuffer.append(Array(record.utf8), with: other).row == Array((record + "\n").utf8))
        }
    }

    @Test("is looked for in what JSON becomes, too")
    func json() throws {
        let converter = RecordConverter(try Conversion(.json, .csv))
        let outcome = RowBuffer.append(Array(#""a,\"b""#.utf8), with: converter).outcome
        guard case .rejected(let error) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(
            error.message.hasPrefix(
                "a field in quotes begins at byte 2 of the row that the value becomes and is never closed"
            )
        )
        for (value, row) in [(#""a,\"b\",c""#, "a,\"b\",c\n"), (#"{"a":"b","c":1}"#, "{\"a\":\"b\",\"c\":1}\n")] {
            #expect(RowBuffer.append(Array(value.utf8), with: converter).row == Array(row.utf8))
        }
        let psv = RecordConverter(try Conversion(.json, .psv))
        #expect(RowBuffer.append(Array(#""a,\"b""#.utf8), with: psv).row == Array("a,\"b\n".utf8))
    }

    @Test("means nothing where a format has no quotes", arguments: ["txt", "tsve", "w3clogfile", "raw"])
    func others(format: String) throws {
        let converter = RecordConverter(try Conversion(.bytes, RecordFormat(format)))
        guard case .row = RowBuffer.append(Array("\"a".utf8), with: converter).outcome else {
            Issue.record("refused")
            return
        }
    }

    private func openQuote(_ record: String) -> Int? {
        unsafe Array(record.utf8).withUnsafeBytes {
            unsafe QuotedFields.openQuote(in: $0, separator: UInt8(ascii: ","))
        }
    }
}
