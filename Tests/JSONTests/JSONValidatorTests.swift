import Testing

@testable import JSON

@Suite("The check of JSON documents in place")
struct JSONValidatorTests {
    static let accepted: [(String, JSONRoot)] = [
        (#"{"a":1}"#, .object), (#" { "a" : 1 , "b" : [ 1 , 2 ] } "#, .object), ("{}", .object), ("[]", .emptyArray),
        (" [ ] ", .emptyArray), (#"[{"a":1}]"#, .objects),
        (#" [ {} , {"a":[1]} ] "#, .objects), ("[[]]", .array), ("[[{}]]", .array), ("[{},[]]", .array),
        ("[null]", .array), (#"[{"a":[1,2]},{"b":{"c":[{},3]}},4]"#, .array),
        (#"{"a":{"b":{"c":[1,{"d":null}]}}}"#, .object), (#"[1,2,{"a":3}]"#, .array), (#""x""#, .string),
        (#""x\"y\n""#, .string), ("42", .number), ("4.20", .number), ("-0", .number), ("true", .boolean),
        ("false", .boolean), ("null", .null), (#"{"a":9223372036854775807}"#, .object),
        (#"{"a":9223372036854775808}"#, .object), (#"{"a":18446744073709551615}"#, .object),
        (#"{"a":18446744073709551616}"#, .object), (#"{"a":-9223372036854775809}"#, .object),
        (#"{"a":-0.0}"#, .object), (#"{"a":1.10}"#, .object), (#"{"a":1E3}"#, .object), (#"{"a":1e-7}"#, .object),
        (#"{"a":123456789.123456789123456789}"#, .object), (#"{"a":1e400}"#, .object), (#"{"a":-1e400}"#, .object),
        (#"{"a":1e-400}"#, .object), ("1e400", .number), ("18446744073709551616", .number),
        (#"["x",1e999]"#, .array), (#"{"a":"\u00e9\ud83d\ude00"}"#, .object), (#"{"a":"é😀"}"#, .object),
        (#"{"a":"a\/b/c"}"#, .object), (#"{"a":"\\"}"#, .object), (#"{"a\"":"\\\"","b":"\\\\"}"#, .object),
        (#"["\"","\\\n\t"]"#, .array), (#"{"a":"\b\f\n\r\t\u0001\u007f\u2028"}"#, .object),
        ("{\"a\":1,\n\"b\":2}", .object),
        ("{\"a\":1}\r\n", .object), (#"{"":1}"#, .object), (#"{"a":1,"a":2}"#, .object),
        ("", .blank), ("   ", .blank), (" \t\r\n", .blank),
        ("{\"a\":" + String(repeating: "9", count: 400) + "}", .object),
        ("{\"a\":" + String(repeating: "9", count: 1100) + "}", .object),
        ("{\"" + String(repeating: "k", count: 60_000) + "\":1}", .object),
    ]

    @Test("Every JSON document is accepted and its root named", arguments: accepted)
    func accepting(document: String, root: JSONRoot) {
        let validator = JSONValidator()
        #expect(unsafe withPadding(document) { unsafe validator.verdict(on: $0) } == .valid(root))
        #expect(validator.usedScanner == (root == .blank && !document.isEmpty))
    }

    @Test("A control character or a backslash is seen wherever it stands")
    func plain() {
        let validator = JSONValidator()
        for length in [2, 15, 16, 17, 63, 64, 65, 128, 150] {
            let document = Array(("{" + String(repeating: " ", count: length - 2) + "}").utf8)
            _ = unsafe withPadding(document) { unsafe validator.verdict(on: $0) }
            #expect(validator.isPlain, "\(length) bytes")
            for place in document.indices {
                for byte in [0, 0x0A, 0x0D, 0x1F, UInt8(ascii: "\\")] {
                    var changed = document
                    changed[place] = byte
                    _ = unsafe withPadding(changed) { unsafe validator.verdict(on: $0) }
                    #expect(!validator.isPlain, "byte \(byte) at \(place) of \(length)")
                }
                var changed = document
                changed[place] = 0xE9
                _ = unsafe withPadding(changed) { unsafe validator.verdict(on: $0) }
                #expect(validator.isPlain, "byte 0xE9 at \(place) of \(length)")
            }
        }
    }

    static let refused: [[UInt8]] =
        [
            #"{"a":1} {"b":2}"#, "{\"a\":1}\n{\"b\":2}\n", #"{"a":1,}"#, "{'a':1}", "{a:1}", #"{"a":1/*c*/}"#, "//c\n1",
            #"{"a":NaN}"#, #"{"a":Infinity}"#, #"{"a":01}"#, #"{"a":+1}"#, #"{"a":-}"#, #"{"a":1.}"#, #"{"a":.5}"#,
            #"{"a":1e}"#, #"{"a":0x1F}"#, #"{"a":1_000}"#, #"{"a":-01}"#, "01", "00", "1 2", "\"a\" \"b\"", "{} []",
            "{\"a\":\"x\ny\"}", "{\"a\":\"x\u{0}y\"}", "{\"a\":\"\u{1F}\"}", #"{"a":"\x41"}"#, #"{"a":"\u12"}"#,
            #"{"a":"\ud800"}"#, #"{"a":"\udc00"}"#, #"{"a":"#, #"{"a"}"#, "{", "[", "[1", "[1,", "]", "}", "[}", "{]",
            "[1}", #"{"a":1]"#, #"{"a" 1}"#, #"{1:2}"#, "\"", "\"a", "tru", "truex", "nulll", "True", "hello", ",", ":",
            "[1,,2]", "[,1]", "1,", "\u{FEFF}{}", #"{"a":1}x"#, "{\"a\":1e400}x", #"{"a":1e400,}"#, "[1e400 1]",
            #"{"a":"\"}"#, #"{"a":"\q"}"#, #"{"a":"x\"#, #"[1,\"a"]"#, #"["a"\",1]"#, #"[1\"]"#, #"[true\n]"#, #"\n1"#,
            #"[\"a\"]"#, #"{"a":\\1}"#, #"{"a"\:1}"#, #"["a\\"b"]"#,
            #"{"a":1e400} {"b":2}"#, #"[01,1e400]"#, "[1e400e1]", "1e400x", "\u{B}1", "\u{A0}",
        ].map { Array($0.utf8) } + [
            Array("{\"a\":\"".utf8) + [0xFF] + Array("\"}".utf8),
            Array("{\"a\":\"".utf8) + [0xC0, 0xAF] + Array("\"}".utf8),
            Array("{\"a\":\"".utf8) + [0xED, 0xA0, 0x80] + Array("\"}".utf8),
            Array("{\"a\":\"".utf8) + [0xF4, 0x90, 0x80, 0x80] + Array("\"}".utf8),
            Array("{\"a\":\"".utf8) + [0xC3] + Array("\"}".utf8),
            Array("[1e400,\"".utf8) + [0xFF] + Array("\"]".utf8),
            [0xFF, 0xFE] + Array("{\"a\":1}".utf8).flatMap { [$0, 0] },
            Array("{\"a\":1}".utf8).flatMap { [$0, 0] },
            Array("{}".utf8) + [0],
        ]

    @Test("Whatever is not one JSON document is refused", arguments: refused)
    func refusing(document: [UInt8]) {
        let validator = JSONValidator()
        let verdict = unsafe withPadding(document) { unsafe validator.verdict(on: $0) }
        guard case .invalid(let reason) = verdict else {
            Issue.record("\(String(decoding: document, as: UTF8.self)) is \(verdict)")
            return
        }
        #expect(!reason.isEmpty)
        #expect(throws: JSONError.self) { try JSONValue(parsing: document) }
    }

    @Test("Nesting is allowed to one depth, and what is deeper costs no more than its length")
    func depth() {
        let validator = JSONValidator()
        let brackets: [(String, String, Int, JSONRoot)] = [
            ("[", "]", 1, .array), ("{\"a\":", "}", 1, .object), ("[{\"a\":", "}]", 2, .objects),
        ]
        for (open, close, step, root) in brackets {
            func nested(_ depth: Int) -> JSONValidator.Verdict {
                let text =
                    String(repeating: open, count: depth / step) + (depth % step == 1 ? "[1]" : "1")
                    + String(repeating: close, count: depth / step)
                return unsafe withPadding(text) { unsafe validator.verdict(on: $0) }
            }
            #expect(nested(511) == .valid(root) && nested(513) == .valid(root))
            #expect(nested(StrictJSONScanner.maximumDepth) == .valid(root))
            for depth in [StrictJSONScanner.maximumDepth + 1, 1_000_000] {
                guard case .invalid(let reason) = nested(depth) else {
                    Issue.record("\(depth) levels are accepted")
                    continue
                }
                #expect(reason.hasPrefix("nested more deeply than 1,023 levels at byte "))
            }
        }
    }

    @Test("A validator serves one document after another, good or bad, small or large")
    func reuse() {
        let validator = JSONValidator()
        for count in [1, 5000, 2, 100_000, 3] {
            let text = "[" + Array(repeating: "\"abc\"", count: count).joined(separator: ",") + "]"
            #expect(unsafe withPadding(text) { unsafe validator.verdict(on: $0) } == .valid(.array))
            guard case .invalid = unsafe withPadding(text + "]", { unsafe validator.verdict(on: $0) }) else {
                Issue.record("two closing brackets are accepted")
                return
            }
        }
    }
}
