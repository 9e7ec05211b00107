import Testing

@testable import JSON

@Suite("JSON written into lent memory")
struct JSONOutputTests {
    /// Writes with every capacity from none to more than enough, and returns what the last wrote.
    private func written(_ write: (inout JSONOutput) -> Void) -> String {
        var needed: Int?
        var text = ""
        for capacity in [4096] + Array(0..<80) {
            var memory = [UInt8](repeating: 0xAA, count: capacity + 16)
            let (count, overflowed) = unsafe memory.withUnsafeMutableBytes { bytes in
                var output = unsafe JSONOutput(UnsafeMutableRawBufferPointer(rebasing: bytes[..<capacity]))
                write(&output)
                return (output.count, output.hasOverflowed)
            }
            #expect(memory[capacity...].allSatisfy { $0 == 0xAA }, "wrote behind \(capacity) bytes")
            #expect(overflowed == (count > capacity))
            if let needed {
                #expect(capacity < needed ? count >= needed : count == needed)
                if !overflowed { #expect(String(decoding: memory[..<count], as: UTF8.self) == text) }
            } else {
                needed = count
                text = String(decoding: memory[..<count], as: UTF8.self)
            }
        }
        return text
    }

    private func string(_ bytes: [UInt8]) -> String {
        written { output in _ = unsafe bytes.withUnsafeBytes { unsafe output.string($0) } }
    }

    private func decimal(_ bytes: [UInt8], _ scale: Int) -> String {
        written { output in _ = unsafe bytes.withUnsafeBytes { unsafe output.decimal(unscaled: $0, scale: scale) } }
    }

    @Test(
        "is a string that reads back as the text",
        arguments: [
            "", "a", "plain text of more than sixteen bytes", "\"", "\\", "a\"b\\c/d",
            "\u{0}\u{1}\u{8}\t\n\u{B}\u{C}\r\u{1F} ",
            "twelve chars\n", "seven b\"after eight", "é", "日本語のテキスト", "😀 and é and \u{7F}",
            "\u{2028}\u{FEFF}\u{10FFFF}",
        ]
    )
    func strings(text: String) throws {
        let json = string(Array(text.utf8))
        #expect(try JSONValue(parsing: json).stringValue?.utf8.elementsEqual(text.utf8) == true)
        #expect(json == JSONValue.string(text).text)
    }

    @Test(
        "is a string whatever its length and wherever in it a byte needs an escape",
        arguments: ["\"", "\\", "\n", "\u{0}", "\u{1F}", " ", "!", "#", "[", "]", "\u{7F}", "é", "€", "😀"]
    )
    func places(special: String) {
        for length in 0..<52 {
            for place in 0...length {
                let text =
                    String(repeating: "x", count: place) + special + String(repeating: "y", count: length - place)
                var memory = [UInt8](repeating: 0xAA, count: 128)
                let json = unsafe memory.withUnsafeMutableBytes { room in
                    var output = unsafe JSONOutput(room)
                    _ = unsafe Array(text.utf8).withUnsafeBytes { unsafe output.string($0) }
                    return unsafe String(decoding: room[..<output.count], as: UTF8.self)
                }
                #expect(json == JSONValue.string(text).text)
            }
        }
    }

    @Test("has U+FFFD for each maximal invalid part of UTF-8, as Swift's own decoder has it")
    func invalid() throws {
        var generator = SystemRandomNumberGenerator()
        let leading: [UInt8] = [
            0x41, 0x80, 0xBF, 0xC0, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF, 0x9F, 0xA0, 0x90,
        ]
        for round in 0..<4000 {
            let bytes = (0..<(round % 24)).map { _ in
                generator.next() % 4 == 0 ? UInt8.random(in: 0...255) : leading.randomElement() ?? 0
            }
            var memory = [UInt8](repeating: 0, count: 400)
            let (json, isValid) = unsafe memory.withUnsafeMutableBytes { room in
                var output = unsafe JSONOutput(room)
                let isValid = unsafe bytes.withUnsafeBytes { unsafe output.string($0) }
                return (unsafe Array(room[..<output.count]), isValid)
            }
            let decoded = String(decoding: bytes, as: UTF8.self)
            #expect(try JSONValue(parsing: json) == .string(decoded), "\(bytes)")
            #expect(isValid == decoded.utf8.elementsEqual(bytes), "\(bytes)")
        }
    }

    @Test(
        "is a whole number",
        arguments: [0, 1, -1, 9, 10, 99, 100, 101, 999, 1000, 9999, 10000, 123_456_789, .max, .min, .max - 1] as [Int64]
    )
    func integers(value: Int64) {
        #expect(written { $0.integer(value) } == "\(value)")
        #expect(written { $0.unsigned(value.magnitude) } == "\(value.magnitude)")
    }

    @Test("is every length of whole number")
    func lengths() {
        var power: UInt64 = 1
        for _ in 0..<20 {
            for value in [power - 1, power, power + 1] { #expect(written { $0.unsigned(value) } == "\(value)") }
            power = power &* 10
        }
        #expect(written { $0.unsigned(.max) } == "18446744073709551615")
    }

    @Test("is any number of eight digits")
    func eightDigits() {
        for _ in 0..<20_000 {
            let value = UInt64.random(in: 0..<EightDigits.limit) >> UInt64.random(in: 0..<27)
            let digits = EightDigits(value)
            let text = Array("\(value)".utf8)
            let zeros = [UInt8](repeating: UInt8(ascii: "0"), count: 8 - text.count)
            var memory = [UInt8](repeating: 0, count: 8)
            unsafe memory.withUnsafeMutableBytes { room in
                if let place = room.baseAddress { unsafe digits.write(at: place) }
            }
            #expect(memory == zeros + text)
            #expect(digits.leadingZeros == zeros.count)
            let ending = memory.reversed().prefix { $0 == UInt8(ascii: "0") }.count
            #expect(digits.trailingZeros == min(ending, 7))
        }
    }

    @Test(
        "is the shortest text of a double",
        arguments: [
            (0, "0.0"), (-0.0, "-0.0"), (1, "1.0"), (-2.5, "-2.5"), (0.1, "0.1"), (1e15, "1e+15"),
            (123456789012345, "123456789012345.0"),
            (1e22, "1e+22"), (.leastNonzeroMagnitude, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"),
            (9007199254740992, "9007199254740992.0"), (0.30000000000000004, "0.30000000000000004"),
            (.nan, "\"NaN\""), (.infinity, "\"Infinity\""), (-.infinity, "\"-Infinity\""),
        ] as [(Double, String)]
    )
    func doubles(value: Double, text: String) {
        #expect(written { $0.double(value) } == text)
    }

    @Test(
        "is the shortest text of a float",
        arguments: [
            (0, "0.0"), (0.1, "0.1"), (16_777_216, "16777216.0"), (3.4028235e38, "3.4028235e+38"),
            (.leastNonzeroMagnitude, "1e-45"),
            (-1.5, "-1.5"),
            (-.nan, "\"NaN\""), (.infinity, "\"Infinity\""), (-.infinity, "\"-Infinity\""),
        ] as [(Float, String)]
    )
    func floats(value: Float, text: String) {
        #expect(written { $0.float(value) } == text)
    }

    @Test("is a number that reads back as the same bits, and never a whole number")
    func bits() {
        for _ in 0..<20_000 {
            let double = Double(bitPattern: .random(in: 0...(.max)))
            let float = Float(bitPattern: .random(in: 0...(.max)))
            var memory = [UInt8](repeating: 0, count: 32)
            let texts = unsafe memory.withUnsafeMutableBytes { room in
                var first = unsafe JSONOutput(room)
                first.double(double)
                let doubleText = unsafe String(decoding: room[..<first.count], as: UTF8.self)
                var second = unsafe JSONOutput(room)
                second.float(float)
                return [doubleText, unsafe String(decoding: room[..<second.count], as: UTF8.self)]
            }
            if double.isFinite {
                #expect(Double(texts[0])?.bitPattern == double.bitPattern)
                #expect(texts[0].contains { ".e".contains($0) })
            }
            if float.isFinite { #expect(Float(texts[1])?.bitPattern == float.bitPattern) }
        }
    }

    @Test(
        "is base64 with padding",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ]
    )
    func base64(text: String, encoded: String) {
        #expect(
            written { output in unsafe Array(text.utf8).withUnsafeBytes { unsafe output.base64($0) } }
                == "\"\(encoded)\""
        )
    }

    @Test("is base64 in the standard alphabet")
    func alphabet() {
        let groups = (0..<64).map { UInt8($0) }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: 64, by: 4) {
            bytes.append(groups[start] << 2 | groups[start + 1] >> 4)
            bytes.append(groups[start + 1] << 4 | groups[start + 2] >> 2)
            bytes.append(groups[start + 2] << 6 | groups[start + 3])
        }
        #expect(
            written { output in unsafe bytes.withUnsafeBytes { unsafe output.base64($0) } }
                == "\"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/\""
        )
    }

    @Test(
        "is an exact decimal number",
        arguments: [
            ([0x04, 0xD2], 2, "12.34"), ([0x04, 0xD2], 0, "1234"), ([0x04, 0xD2], 4, "0.1234"),
            ([0x04, 0xD2], 6, "0.001234"),
            ([0x04, 0xD2], -2, "123400"), ([0xFF], 2, "-0.01"), ([], 0, "0"), ([], 2, "0.00"), ([0], 3, "0.000"),
            ([0], -3, "0"),
            ([0x80], 1, "-12.8"), ([0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], 18, "9.223372036854775807"),
            ([0x80, 0, 0, 0, 0, 0, 0, 0], 19, "-0.9223372036854775808"),
            ([0x80, 0, 0, 0, 0, 0, 0, 0], 0, "-9223372036854775808"),
            ([0x05], 30, "0.000000000000000000000000000005"), ([0], 25, "0.0000000000000000000000000"),
            ([0, 0x80, 0, 0, 0, 0, 0, 0, 0], 0, "9223372036854775808"),
            ([0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0], 0, "-9223372036854775808"),
            ([0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 10, "-7922816251426433759.3543950336"),
            ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 2, "0.00"), ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], -2, "0"),
            (
                [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 0, "340282366920938463463374607431768211456"
            ),
        ] as [([UInt8], Int, String)]
    )
    func decimals(bytes: [UInt8], scale: Int, text: String) {
        #expect(decimal(bytes, scale) == text)
    }

    @Test("is a decimal number of the longest kind, and nothing beyond it")
    func longDecimals() {
        // 2 to the power of 8184, doubled digit by digit.
        var digits: [UInt8] = [1]
        for _ in 0..<8184 {
            var carry: UInt8 = 0
            for index in digits.indices {
                let doubled = digits[index] * 2 + carry
                digits[index] = doubled % 10
                carry = doubled / 10
            }
            if carry > 0 { digits.append(carry) }
        }
        let expected = String(decoding: digits.reversed().map { $0 + 0x30 }, as: UTF8.self)
        var memory = [UInt8](repeating: 0, count: 8192)
        var unscaled = [UInt8](repeating: 0, count: 1024)
        unscaled[0] = 1
        for (bytes, scale, text) in [
            (unscaled, 0, expected), (unscaled, 1000, expected.dropLast(1000) + "." + expected.suffix(1000)),
            ([0] + unscaled, 0, ""), ([1], 4097, ""), ([1], -4097, ""), ([1], Int.min, ""), ([1], Int.max, ""),
        ] as [([UInt8], Int, String)] {
            let written = unsafe memory.withUnsafeMutableBytes { room in
                var output = unsafe JSONOutput(room)
                let isWritten = unsafe bytes.withUnsafeBytes { unsafe output.decimal(unscaled: $0, scale: scale) }
                #expect(isWritten == !text.isEmpty)
                return unsafe String(decoding: room[..<output.count], as: UTF8.self)
            }
            #expect(written == text)
        }
    }

    @Test(
        "is a field, in quotes where it must be",
        arguments: [
            ("", false, ""), ("", true, "\"\""), ("plain", false, "plain"), ("a,b", false, "\"a,b\""),
            ("a;b", false, "a;b"),
            ("say \"hi\"", false, "\"say \"\"hi\"\"\""), ("\"", false, "\"\"\"\""), ("a\nb", false, "\"a\nb\""),
            ("\r", false, "\"\r\""),
            ("plain", true, "\"plain\""),
        ]
    )
    func fields(text: String, always: Bool, field: String) {
        let line = written { output in
            output.text("1,")
            let start = output.count
            unsafe Array(text.utf8).withUnsafeBytes { unsafe output.bytes($0) }
            output.field(from: start, separator: UInt8(ascii: ","), always: always)
            output.byte(UInt8(ascii: "\n"))
        }
        #expect(line == "1,\(field)\n")
    }

    @Test("is taken back")
    func removal() {
        let text = written { output in
            output.text("[1")
            let count = output.count
            output.text(",2")
            output.remove(from: count)
            output.text("]")
        }
        #expect(text == "[1]")
    }

    @Test("is a literal, which is copied without reading more than sixteen bytes behind it")
    func literals() {
        for count in 0..<70 {
            let bytes = (0..<count + 16).map { UInt8(0x30 + $0 % 70) }
            let text = written { output in
                output.text("[")
                unsafe bytes.withUnsafeBytes { bytes in
                    if let base = bytes.baseAddress { unsafe output.padded(base, count) }
                }
                output.text("]")
            }
            #expect(text == "[\(String(decoding: bytes[..<count], as: UTF8.self))]")
        }
    }

    @Test("is a UUID")
    func uuids() {
        let bytes: [UInt8] = [
            0x12, 0x3E, 0x45, 0x67, 0xE8, 0x9B, 0x12, 0xD3, 0xA4, 0x56, 0x42, 0x66, 0x14, 0x17, 0x40, 0,
        ]
        let text = written { output in unsafe bytes.withUnsafeBytes { unsafe output.uuid($0) } }
        #expect(text == "\"123e4567-e89b-12d3-a456-426614174000\"")
    }

    @Test(
        "is turned into the text of a string",
        arguments: [
            (#""a\"b""#, "a\"b", true), (#""""#, "", true), ("null", "null", false),
            (#"{"a":"b"}"#, #"{"a":"b"}"#, false), ("", "", false),
        ]
    )
    func unquoting(json: String, text: String, isString: Bool) {
        var memory = [UInt8](repeating: 0, count: 40)
        unsafe memory.withUnsafeMutableBytes { room in
            var output = unsafe JSONOutput(room)
            output.text("x,")
            unsafe Array(json.utf8).withUnsafeBytes { unsafe output.bytes($0) }
            #expect(output.isNull(from: 2) == (json == "null"))
            let wasString = output.unquote(from: 2)
            #expect(wasString == isString)
            #expect(unsafe String(decoding: room[2..<output.count], as: UTF8.self) == text)
            #expect(output.isPlain(from: 2, separator: UInt8(ascii: ":")) == !text.contains(":"))
            #expect(!output.isPlain(from: 0, separator: UInt8(ascii: ",")))
        }
    }

    @Test("that did not fit has nothing that can be asked")
    func overflow() {
        var memory = [UInt8](repeating: 0, count: 4)
        unsafe memory.withUnsafeMutableBytes { room in
            var output = unsafe JSONOutput(room)
            output.text("\"a\",null")
            let wasString = output.unquote(from: 0)
            #expect(!wasString)
            #expect(!output.isNull(from: 4))
            #expect(output.isPlain(from: 0, separator: UInt8(ascii: ",")))
        }
    }

    @Test("UTF-8 is told from what is not, wherever it stands")
    func utf8() {
        let texts: [[UInt8]] = [
            [0xC3, 0xA9], [0xE2, 0x82, 0xAC], [0xF0, 0x9F, 0x98, 0x80], [0xED, 0x9F, 0xBF], [0xF4, 0x8F, 0xBF, 0xBF],
            [0x80], [0xC0, 0x80], [0xC3],
            [0xE0, 0x9F, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x8F, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xE2, 0x82], [],
        ]
        for text in texts {
            for before in 0..<18 {
                for after in 0..<10 {
                    let ascii = Array(repeating: UInt8(ascii: "a"), count: 18)
                    let bytes = ascii[..<before] + text + ascii[..<after]
                    let isValid = unsafe Array(bytes).withUnsafeBytes { unsafe UTF8Text.isValid($0) }
                    #expect(isValid == (String(validating: bytes, as: UTF8.self) != nil), "\(bytes)")
                    guard before % 6 < 2, after % 8 < 2 else { continue }
                    #expect(string(Array(bytes)) == JSONValue.string(String(decoding: bytes, as: UTF8.self)).text)
                }
            }
        }
    }

    @Test("is the shortest text of numbers with few digits after the point, as Swift's own text has it")
    func amounts() {
        var memory = [UInt8](repeating: 0, count: 32)
        for _ in 0..<40_000 {
            let whole = Double(Int64.random(in: -999_999_999_999...999_999_999_999) >> Int64.random(in: 0..<40))
            let near = whole / [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9][Int.random(in: 0..<10)]
            for value in [near, near.nextUp, near.nextDown] {
                let text = unsafe memory.withUnsafeMutableBytes { room in
                    var output = unsafe JSONOutput(room)
                    output.double(value)
                    return unsafe String(decoding: room[..<output.count], as: UTF8.self)
                }
                #expect(Double(text)?.bitPattern == value.bitPattern)
                // Both are shortest, so they have the same digits, whatever the form.
                #expect(DecimalForm(text) == DecimalForm("\(value)"), "\(text) is not \(value)")
                if value.magnitude >= 1e-4 { #expect(!text.contains("e"), "\(text) has an exponent") }
            }
        }
    }
}
