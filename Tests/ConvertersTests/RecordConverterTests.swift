import Converters
import Testing

@Suite("A record converter")
struct RecordConverterTests {
    private func converter(_ kind: ConverterKind, _ format: String = "json") throws -> RecordConverter {
        RecordConverter(try Conversion(kind, RecordFormat(format)))
    }

    private func row(_ text: String, _ kind: ConverterKind) throws -> String {
        String(decoding: RowBuffer.append(Array(text.utf8), with: try converter(kind, "txt")).row, as: UTF8.self)
    }

    @Test(
        "writes JSON into a text format: the text of a string, anything else on one line as it is",
        arguments: [
            (" {\"b\" : 1.10,\r\n\t\"a\":1e400}\n", "{\"b\" : 1.10,  \t\"a\":1e400}\n"),
            ("[1,\n2]", "[1, 2]\n"),
            (" 18446744073709551616 ", "18446744073709551616\n"),
            ("\"a\\nb\"", "a\nb\n"),
            ("\"\\u00e9\"\n", "é\n"),
            ("{\"a\":\"\\n\"}", "{\"a\":\"\\n\"}\n"),
        ]
    )
    func jsonAsText(document: String, line: String) throws { #expect(try row(document, .json) == line) }

    @Test("skips JSON that holds nothing", arguments: ["", " \n", "null", " null\n", "\"\""])
    func nothing(document: String) throws {
        #expect(RowBuffer.append(Array(document.utf8), with: try converter(.json, "txt")).outcome == .skipped)
    }

    @Test("refuses what is not JSON where its converter reads JSON, whatever the format")
    func notJSON() throws {
        let outcome = RowBuffer.append(Array("{\"a\":".utf8), with: try converter(.json, "txt")).outcome
        guard case .rejected(let error) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(
            error.message == "the value is not JSON (unexpected end where a value must stand at byte 5); correct the "
                + "producer, or set value.converter to StringConverter, which takes any text"
        )
    }

    @Test("adds a newline only where there is none")
    func newline() throws {
        #expect(try row("a", .string) == "a\n")
        #expect(try row("a\n", .string) == "a\n")
        #expect(try row("a\n", .bytes) == "a\n")
    }

    @Test("leaves a binary message as it is", arguments: ["avro", "ApacheAvro", "parquet", "orc", "sstream"])
    func binary(format: String) throws {
        let converter = try converter(.bytes, format)
        #expect(converter.conversion.layout == .oneMessage)
        #expect(RowBuffer.append([0x4F, 0x0A, 0xFF], with: converter).row == [0x4F, 0x0A, 0xFF])
    }

    @Test("adds nothing to a message of format raw, which is one text", arguments: [ConverterKind.string, .bytes])
    func raw(kind: ConverterKind) throws {
        let converter = try converter(kind, "raw")
        #expect(converter.conversion.layout == .oneMessage)
        for text in ["one\n\"two\n", "{}"] {
            #expect(RowBuffer.append(Array(text.utf8), with: converter).row == Array(text.utf8))
        }
    }

    @Test(
        "repairs text as Java and the Unicode Standard do",
        arguments: [
            [0x61, 0xF1, 0x80, 0x80, 0xE1, 0x80, 0xC2, 0x62, 0x80, 0x63, 0x80, 0xBF, 0x64],
            [0xC0, 0xAF, 0xE0, 0x80, 0xBF, 0xF0, 0x81, 0x82, 0x41],
            [0xED, 0xA0, 0x80, 0xED, 0xBF, 0xBF, 0xED, 0xAF, 0x41],
            [0xF4, 0x91, 0x92, 0x93, 0xFF, 0x41, 0x80, 0xBF, 0x42],
            [0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0xE2, 0x82],
        ] as [[UInt8]]
    )
    func repair(bytes: [UInt8]) throws {
        // Swift's own decoding follows the same practice.
        let expected = String(decoding: bytes, as: UTF8.self) + "\n"
        #expect(RowBuffer.append(bytes, with: try converter(.string, "txt")).row == Array(expected.utf8))
    }

    @Test(
        "replaces each byte that is not ASCII as Java does",
        arguments: [("0123456789", "0123456789\n"), ("aé😀b", "a\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}b\n")]
    )
    func ascii(text: String, line: String) throws {
        let conversion = try Conversion(.string, .txt, options: ConverterOptions(charset: .ascii))
        let row = RowBuffer.append(Array(text.utf8), with: RecordConverter(conversion)).row
        #expect(String(decoding: row, as: UTF8.self) == line)
    }

    @Test("takes a mark before JSON for none of its text, whatever the charset", arguments: [0x7B, 0x5B] as [UInt8])
    func markBeforeJSON(open: UInt8) throws {
        let utf16: [UInt8] =
            [0xFF, 0xFE] + (open == 0x7B ? [0x7B, 0, 0x7D, 0] : [0x5B, 0, 0x7B, 0, 0x7D, 0, 0x5D, 0])
        let expected = open == 0x7B ? "{}\n" : "[{}]\n"
        for (charset, bytes) in [(Charset.utf16LittleEndian, utf16), (.utf16, utf16)] {
            let conversion = try Conversion(.string, .json, options: ConverterOptions(charset: charset))
            let row = RowBuffer.append(bytes, with: RecordConverter(conversion)).row
            #expect(String(decoding: row, as: UTF8.self) == expected)
        }
        let conversion = try Conversion(.string, .json, options: ConverterOptions(charset: .utf16LittleEndian))
        // Only one mark is none.
        let (outcome, _, _) = RowBuffer.append([0xFF, 0xFE] + utf16, with: RecordConverter(conversion))
        guard case .rejected = outcome else { return #expect(Bool(false), "\(outcome)") }
        #expect(RowBuffer.append([0xFF, 0xFE], with: RecordConverter(conversion)).outcome == .skipped)
    }

    @Test(
        "says how much room it needs, and takes no more",
        arguments: [
            ("{}", ConverterKind.json, "json", 3), ("{}", .bytes, "json", 3), ("abc", .string, "txt", 4),
            ("abc", .bytes, "csv", 4),
        ]
    )
    func room(text: String, kind: ConverterKind, format: String, row: Int) throws {
        let needed = row + RecordConverter.slack
        let converter = try converter(kind, format)
        let short = RowBuffer.append(Array(text.utf8), with: converter, room: needed - 1)
        #expect(short.outcome == .needsSpace(bytes: needed))
        let enough = RowBuffer.append(Array(text.utf8), with: converter, room: needed)
        #expect(enough.outcome == .row(bytesWritten: row))
    }

    @Test("needs more room for text that grows by its repair")
    func roomForRepair() throws {
        let converter = try converter(.string, "txt")
        let needed = 12 + 1 + RecordConverter.slack
        let bytes = [UInt8](repeating: 0xFF, count: 4)
        #expect(RowBuffer.append(bytes, with: converter, room: needed - 1).outcome == .needsSpace(bytes: needed))
        #expect(RowBuffer.append(bytes, with: converter, room: needed).outcome == .row(bytesWritten: 13))
    }

    @Test("refuses formats that it does not know, and those that a converter's messages cannot become")
    func unsupported() {
        let error = #expect(throws: ConverterError.self) { try RecordFormat("xml") }
        #expect(error?.code == .unsupported)
        for (kind, format) in [
            (ConverterKind.string, RecordFormat.avro), (.json, .parquet), (.avro, .parquet), (.avro, .tsve),
            (.protobuf, .csv), (.protobuf, .avro), (.long, .orc), (.jsonSchema, .apacheavro),
        ] {
            let error = #expect(throws: ConverterError.self) { try Conversion(kind, format) }
            #expect(error?.message.hasPrefix("format=\(format) ") == true)
        }
        #expect(throws: ConverterError.self) {
            try Conversion(.json, .csv, options: ConverterOptions(hasEnvelope: true))
        }
    }

    @Test("shares blobs by lines, by blocks, or not at all")
    func layouts() throws {
        #expect(try Conversion(.avro, .avro).layout == .container)
        #expect(try Conversion(.avro, .apacheavro).layout == .container)
        #expect(try Conversion(.bytes, .avro).layout == .oneMessage)
        #expect(try Conversion(.avro, .json).layout == .lines && Conversion(.avro, .csv).layout == .lines)
        #expect(try Conversion(.string, .raw).layout == .oneMessage)
    }

    @Test("is found by Kafka Connect's class names", arguments: ConverterKind.allCases)
    func classNames(kind: ConverterKind) throws {
        #expect(ConverterKind(className: kind.className) == kind)
        let last = try #require(kind.className.split(separator: ".").last)
        #expect(ConverterKind(className: String(last)) == kind)
        #expect(ConverterKind(className: String(last.dropLast("Converter".count))) == kind)
        #expect(ConverterKind(className: "com.example.\(last)") == nil)
    }
}
