import Converters
import Foundation
import Testing

@Suite("A row of a JSON format")
struct JSONRowTests {
    private static let kinds: [ConverterKind] = [.json, .string, .bytes]

    private func append(
        _ value: [UInt8],
        _ kind: ConverterKind,
        _ format: String = "json"
    ) throws -> (outcome: RecordOutcome, row: String) {
        let converter = RecordConverter(try Conversion(kind, RecordFormat(format)))
        let (outcome, row, _) = RowBuffer.append(value, with: converter)
        return (outcome, String(decoding: row, as: UTF8.self))
    }

    @Test(
        "is the message as it is, on one line",
        arguments: [
            (#"{"a":1}"#, #"{"a":1}"#), (#" [ {"a":1}, {} ] "#, #"[ {"a":1}, {} ]"#), ("{}\n", "{}"),
            ("{\"a\":\r\n1e400}", "{\"a\":  1e400}"), ("\u{FEFF}{\"é\":\"\\u00e9\"}", "{\"é\":\"\\u00e9\"}"),
            ("\u{FEFF} [{}]", "[{}]"),
        ],
        kinds
    )
    func rows(message: (value: String, line: String), kind: ConverterKind) throws {
        #expect(try append(Array(message.value.utf8), kind).row == message.line + "\n")
    }

    @Test(
        "is the content of a text that holds JSON",
        arguments: [
            (#""{\"a\":1}""#, #"{"a":1}"#), (#" "[{\"a\":\"\\n\\u00e9\"},{}]" "#, #"[{"a":"\n\u00e9"},{}]"#),
            (#""\ufeff{\n\"a\":\"\u00e9\"}\n""#, #"{ "a":"é"}"#), ("\u{FEFF}\"{}\"", "{}"),
        ],
        kinds
    )
    func encodedTwice(message: (value: String, line: String), kind: ConverterKind) throws {
        #expect(try append(Array(message.value.utf8), kind).row == message.line + "\n")
    }

    @Test(
        "is none for what holds nothing",
        arguments: ["", " \r\n", "null", " null ", "[]", " [ ] ", "\"\"", "\" \"", "\"null\"", "\"[]\"", "\u{FEFF}"],
        kinds
    )
    func nothing(value: String, kind: ConverterKind) throws {
        #expect(try append(Array(value.utf8), kind).outcome == .skipped)
    }

    /// Values for which Azure Data Explorer would throw the whole file away, and what our error calls each of them.
    private static let refused: [([UInt8], String)] =
        [
            ("5", "a JSON number"), ("-1e400", "a JSON number"), ("true", "a JSON Boolean"),
            ("[1,2]", "a JSON array that holds something other than objects"),
            ("[{},1]", "a JSON array that holds something other than objects"),
            ("[[{}]]", "a JSON array that holds something other than objects"),
            ("[null]", "a JSON array that holds something other than objects"),
            (#""x""#, "a JSON string whose text is not JSON itself"),
            (#""{\"a\":""#, "a JSON string whose text is not JSON itself"),
            (#""5""#, "a JSON string that holds no object"), (#""[1]""#, "a JSON string that holds no object"),
            (#""\"{}\"""#, "a JSON string that holds no object"),
            ("hello", "not JSON (expected a value at byte 0)"),
            ("{\"a\":", "not JSON (unexpected end where a value must stand at byte 5)"),
            (#"{"a":1"#, "not JSON (unexpected end inside an object at byte 6)"),
            (#"{"a":"x"#, "not JSON (unexpected end inside a string at byte 7)"),
            (#"{"a":NaN}"#, "not JSON (expected a value at byte 5)"),
            ("{\"a\":\"x\ny\"}", "not JSON (a control character in a string must be escaped at byte 7)"),
            ("{\"a\":\"\u{0}\"}", "not JSON (a control character in a string must be escaped at byte 6)"),
            (#"{"a":1} {"b":2}"#, "not JSON (unexpected content after the document at byte 8)"),
            (#"{"a":1}x"#, "not JSON (unexpected content after the document at byte 7)"),
            ("\u{FEFF}\u{FEFF}{}", "not JSON (expected a value at byte 0)"),
        ].map { (Array($0.0.utf8), $0.1) } + [
            (Array("{\"a\":\"".utf8) + [0xFF] + Array("\"}".utf8), "not JSON (invalid UTF-8 at byte 6)"),
            ([0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00], "not JSON (expected a value at byte 0)"),
            (
                Array((String(repeating: "{\"a\":", count: 1024) + "1" + String(repeating: "}", count: 1024)).utf8),
                "not JSON (nested more deeply than 1,023 levels at byte 5115)"
            ),
        ]

    @Test("is nothing else", arguments: refused, kinds)
    func refusing(message: (value: [UInt8], found: String), kind: ConverterKind) throws {
        guard case .rejected(let error) = try append(message.value, kind, "multijson").outcome else {
            Issue.record("\(String(decoding: message.value.prefix(40), as: UTF8.self)) is not refused")
            return
        }
        #expect(error.code == .invalidRecord)
        #expect(error.exceptionClass == ConverterError.dataException)
        #expect(
            error.message
                == "the value is \(message.found), but format=multijson takes a JSON object, an array of objects, or a "
                + "string that holds one of these; correct the producer, or map the topic with a format that takes such "
                + "values, as txt does"
        )
    }

    @Test("is good enough for a file that Azure Data Explorer must read whole, whatever the messages were")
    func fuzz() throws {
        var generator = SplitMix64(state: 7)
        let seeds = [
            #"{"a":1,"b":[true,null,-0.5e+1],"c":{"d":"x\n\u00e9é"}}"#, #"[{"a":[1]},{},{"b":{"c":[]}}]"#,
            #""{\"a\":[1,\"\\u00e9\"]}""#, #" "[{},{\"k\":\"v\"}]" "#, "5", #""x""#, "[1,{}]", "\u{FEFF}{}",
        ].map { Array($0.utf8) }
        let alphabet = Array(#"{}[]:,"\u0e1-. "#.utf8) + [0x0A, 0x00, 0x80, 0xC3, 0xEF, 0xBB, 0xBF]
        let converters = try Self.kinds.map { RecordConverter(try Conversion($0, .json)) }
        var rows = 0
        for round in 0..<20_000 {
            var value = seeds[round % seeds.count]
            for _ in 0..<Int.random(in: 0..<3, using: &generator) {
                let place = Int.random(in: 0..<value.count, using: &generator)
                let byte = alphabet.randomElement(using: &generator) ?? 0
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: value.insert(byte, at: place)
                case 1 where value.count > 1: value.remove(at: place)
                default: value[place] = byte
                }
            }
            let results = converters.map { RowBuffer.append(value, with: $0) }
            let isSame = results.allSatisfy { $0.outcome == results[0].outcome && $0.row == results[0].row }
            if !isSame { Issue.record("the converters differ about \(value)") }
            guard case .row = results[0].outcome else { continue }
            rows += 1
            let row = results[0].row
            let parsed = try? JSONSerialization.jsonObject(with: Data(row))
            let isRow = parsed is [String: Any] || (parsed as? [Any])?.allSatisfy { $0 is [String: Any] } == true
            if !isRow || row.firstIndex(of: 0x0A) != row.count - 1 {
                Issue.record("\(value) became \(String(decoding: row, as: UTF8.self))")
            }
        }
        #expect(rows > 1000)
    }
}
