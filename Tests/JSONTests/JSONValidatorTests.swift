import Testing

@testable import JSON

@Suite("The check of JSON documents in place")
struct JSONValidatorTests {
    static let accepted: [(String, JSONValidator.Verdict)] = [
        (#"{"a":1}"#, .object), (#" { "a" : 1 , "b" : [ 1 , 2 ] } "#, .object), ("{}", .object), ("[]", .array),
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
    func accepting(document: String, verdict: JSONValidator.Verdict) {
        let validator = JSONValidator()
        #expect(unsafe withPadding(document) { unsafe validator.verdict(on: $0) } == verdict)
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

    @Test("Of documents that were damaged at random it accepts those that the strict scanner accepts", arguments: 0..<2)
    func damaged(seed: UInt64) {
        let validator = JSONValidator()
        let alphabet = Array(#"\\\""{}[],:01-.e+tfn u"#.utf8) + [0x0A, 0x1F, 0x80, 0xC3, 0xA9]
        let origin = Array(#"{"a":"x\"y\\","b":[1,-2.5e3,true,null,{"c":"\n"}],"d":{},"e":[],"é":"\/"}"#.utf8)
        var state = seed
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var accepted = 0
        for _ in 0..<10_000 {
            var document = origin
            for _ in 0...next(2) {
                let place = next(document.count)
                switch next(3) {
                case 0: document[place] = alphabet[next(alphabet.count)]
                case 1: document.insert(alphabet[next(alphabet.count)], at: place)
                default: document.remove(at: place)
                }
            }
            var isInvalid = false
            unsafe withPadding(document) { bytes in
                if case .invalid = unsafe validator.verdict(on: bytes) { isInvalid = true }
            }
            let isRefused = unsafe document.withUnsafeBytes { unsafe (try? StrictJSONScanner.scan($0)) == nil }
            // Not an expectation each, which would keep a core busy for many seconds.
            if isInvalid != isRefused { Issue.record("\(String(decoding: document, as: UTF8.self))") }
            accepted += isInvalid ? 0 : 1
        }
        #expect(accepted > 500)
    }

    @Test("Nesting is allowed to the same depth with and without large numbers", arguments: ["1", "1e400"])
    func depth(leaf: String) {
        let validator = JSONValidator()
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            func nested(_ depth: Int) -> JSONValidator.Verdict {
                let text = String(repeating: open, count: depth) + leaf + String(repeating: close, count: depth)
                return unsafe withPadding(text) { unsafe validator.verdict(on: $0) }
            }
            #expect(nested(1000) == (open == "[" ? .array : .object))
            #expect(nested(StrictJSONScanner.maximumDepth) == (open == "[" ? .array : .object))
            guard case .invalid = nested(StrictJSONScanner.maximumDepth + 1) else {
                Issue.record("too deep a document is accepted")
                continue
            }
        }
    }

    @Test("A validator serves one document after another, good or bad, small or large")
    func reuse() {
        let validator = JSONValidator()
        for count in [1, 5000, 2, 100_000, 3] {
            let text = "[" + Array(repeating: "\"abc\"", count: count).joined(separator: ",") + "]"
            #expect(unsafe withPadding(text) { unsafe validator.verdict(on: $0) } == .array)
            #expect(unsafe withPadding(text + "]") { unsafe validator.verdict(on: $0) } != .array)
        }
    }

    @Test(
        "The text of a string document is decoded",
        arguments: [
            (#""x""#, "x"), (#"  "x\"y\n" "#, "x\"y\n"), (#""""#, ""), (#""\u0000é\ud83d\ude00""#, "\u{0}é😀"),
        ]
    )
    func decoding(document: String, text: String) {
        let validator = JSONValidator()
        let decoded = unsafe withPadding(document) { bytes in
            unsafe validator.withDecodedString(bytes) { unsafe String(decoding: $0, as: UTF8.self) }
        }
        #expect(decoded == text)
    }

    @Test("No text comes out of a document that is no string", arguments: ["1", "[\"a\"]", "\"a", "", "1e400", "null"])
    func decodingNothing(document: String) {
        let validator = JSONValidator()
        #expect(unsafe withPadding(document) { bytes in unsafe validator.withDecodedString(bytes) { $0.count } } == nil)
    }
}
