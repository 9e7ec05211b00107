import Converters
import Testing

@Suite("Text of a charset becomes UTF-8 as in Java")
struct TextDecoderTests {
    /// What OpenJDK 17's `new String(bytes, charset)` makes of the bytes.
    struct Sample: Sendable, CustomTestStringConvertible {
        let charset: Charset
        let bytes: [UInt8]
        let text: String
        var testDescription: String { "\(charset.name) \(bytes)" }

        init(_ charset: Charset, _ bytes: [UInt8], _ text: String) {
            (self.charset, self.bytes, self.text) = (charset, bytes, text)
        }
    }

    static let samples: [Sample] = [
        Sample(.utf8, [0xFE, 0xFF, 0x00, 0x61], "\u{FFFD}\u{FFFD}\0a"),
        Sample(.utf8, Array("é😀".utf8), "é😀"),
        Sample(.ascii, [0x61, 0xC3, 0xA9], "a\u{FFFD}\u{FFFD}"),
        Sample(.latin1, [0x61, 0xE9, 0x80, 0xFF], "aé\u{80}ÿ"),
        Sample(.latin1, Array("only ascii, and more of it".utf8), "only ascii, and more of it"),
        Sample(.latin1, Array("12345678".utf8) + [0xE9] + Array("12345678".utf8), "12345678é12345678"),
        Sample(.windows1252, [0x81, 0x8D, 0x8F, 0x90, 0x9D], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
        Sample(.windows1252, [0x80, 0x9F, 0xFF, 0x41], "€ŸÿA"),
        Sample(.utf16, [], ""),
        Sample(.utf16, [0x61], "\u{FFFD}"),
        Sample(.utf16, [0x00, 0x61], "a"),
        Sample(.utf16, [0xFE, 0xFF, 0x00, 0x61], "a"),
        Sample(.utf16, [0xFF, 0xFE, 0x61, 0x00], "a"),
        Sample(.utf16, [0x00, 0x61, 0xFE, 0xFF, 0x00, 0x62], "a\u{FEFF}b"),
        Sample(.utf16, [0x00, 0x61, 0xFF, 0xFE, 0x00, 0x62], "a\u{FFFE}b"),
        Sample(.utf16, [0xFE, 0xFF], ""),
        Sample(.utf16, [0xFF, 0xFE], ""),
        Sample(.utf16, [0xFE, 0xFF, 0xFE, 0xFF, 0x00, 0x61], "\u{FEFF}a"),
        Sample(.utf16, [0xFF, 0xFE, 0xFF, 0xFE, 0xFE, 0xFF], "\u{FEFF}\u{FFFE}"),
        Sample(.utf16, [0xD8, 0x3D, 0xDE, 0x00], "😀"),
        Sample(.utf16, [0xD8, 0x3D, 0x00, 0x61, 0x00, 0x62], "\u{FFFD}b"),
        Sample(.utf16, [0xD8, 0x3D], "\u{FFFD}"),
        Sample(.utf16, [0xD8, 0x3D, 0xDE], "\u{FFFD}"),
        Sample(.utf16, [0xDE, 0x00, 0x00, 0x61], "\u{FFFD}a"),
        Sample(.utf16, [0x00, 0x61, 0x00], "a\u{FFFD}"),
        Sample(.utf16, [0xD8, 0x3D, 0xD8, 0x3D, 0xDE, 0x00], "\u{FFFD}\u{FFFD}"),
        Sample(.utf16, [0xD8, 0x3D, 0xFF, 0xFE, 0x00, 0x61], "\u{FFFD}a"),
        Sample(.utf16BigEndian, [0xFE, 0xFF, 0x00, 0x61], "\u{FEFF}a"),
        Sample(.utf16BigEndian, [0xFF, 0xFE], "\u{FFFE}"),
        Sample(.utf16LittleEndian, [0xFF, 0xFE, 0x61, 0x00], "\u{FEFF}a"),
        Sample(.utf16LittleEndian, [0x3D, 0xD8, 0x00, 0xDE], "😀"),
        Sample(.utf16LittleEndian, [0x3D, 0xD8, 0x61, 0x00], "\u{FFFD}"),
        Sample(.utf16LittleEndian, [0x00, 0xDE, 0x61, 0x00], "\u{FFFD}a"),
        Sample(.utf16LittleEndian, [0xD8, 0x3D, 0xDE], "㷘\u{FFFD}"),
    ]

    @Test("with U+FFFD for what is malformed", arguments: samples)
    func decode(_ sample: Sample) { #expect(Self.decode(sample.bytes, sample.charset) == Array(sample.text.utf8)) }

    @Test("each byte of a charset of single bytes", arguments: [Charset.latin1, .windows1252])
    func everyByte(of charset: Charset) {
        let undefined: Set<UInt8> = charset == .windows1252 ? [0x81, 0x8D, 0x8F, 0x90, 0x9D] : []
        for byte in UInt8.min...UInt8.max {
            let text = String(decoding: Self.decode([byte], charset), as: UTF8.self)
            #expect(text.unicodeScalars.count == 1)
            #expect((text == "\u{FFFD}") == undefined.contains(byte))
            if byte < 0x80 || byte >= 0xA0 { #expect(text.unicodeScalars.first?.value == UInt32(byte)) }
        }
    }

    @Test("and text in UTF-16 of every length of a character comes back")
    func utf16() {
        let text = "aé€😀\u{10FFFF}\u{7FF}\u{800}\u{FFFF}\u{E000}\u{D7FF}"
        let bytes = text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        let swapped = text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        #expect(Self.decode(bytes, .utf16) == Array(text.utf8))
        #expect(Self.decode(bytes, .utf16BigEndian) == Array(text.utf8))
        #expect(Self.decode([0xFF, 0xFE] + swapped, .utf16) == Array(text.utf8))
        #expect(Self.decode(swapped, .utf16LittleEndian) == Array(text.utf8))
    }

    @Test(
        "found by Java's names in any case",
        arguments: [
            ("UTF8", Charset.utf8), ("utf-8", .utf8), ("us-ascii", .ascii), ("ANSI_X3.4-1968", .ascii),
            ("Latin1", .latin1), ("ISO8859_1", .latin1), ("iso-8859-1", .latin1), ("utf-16", .utf16),
            ("UTF_16BE", .utf16BigEndian), ("X-UTF-16LE", .utf16LittleEndian), ("Cp1252", .windows1252),
            ("WINDOWS-1252", .windows1252),
        ]
    )
    func name(_ name: String, is charset: Charset) { #expect(Charset(javaName: name) == charset) }

    @Test("and no other name is known", arguments: ["", "UTF-7", "UTF-32", "utf 8", "ISO-8859-15"])
    func unknown(_ name: String) { #expect(Charset(javaName: name) == nil) }

    private static func decode(_ bytes: [UInt8], _ charset: Charset) -> [UInt8] {
        let decoder = TextDecoder(charset)
        return unsafe bytes.withUnsafeBytes { input in
            guard let count = unsafe decoder.count(of: input) else { return bytes }
            // One byte more, which must stay as it is.
            var output = [UInt8](repeating: 0xAA, count: count + 1)
            unsafe output.withUnsafeMutableBytes { room in
                unsafe decoder.write(input, to: UnsafeMutableRawBufferPointer(rebasing: room[..<count]))
            }
            #expect(output.popLast() == 0xAA)
            return output
        }
    }
}
