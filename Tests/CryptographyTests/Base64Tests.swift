import Testing

@testable import Cryptography

@Suite("Base64")
struct Base64Tests {
    @Test(
        "is that of RFC 4648's examples",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ]
    )
    func examples(text: String, encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == Array(encoded.utf8))
        #expect(Base64.encodeForURL(Array(text.utf8)) == encoded.filter { $0 != "=" })
        #expect(Base64.decode(encoded.utf8) == Array(text.utf8))
        #expect(Base64.decode(encoded.utf8.filter { $0 != 61 }) == Array(text.utf8))
    }

    @Test("has two alphabets")
    func alphabets() {
        #expect(Base64.encode([0xFB, 0xFF]) == Array("+/8=".utf8))
        #expect(Base64.encodeForURL([0xFB, 0xFF]) == "-_8")
        #expect(Base64.decode("+/8=".utf8) == [0xFB, 0xFF])
        #expect(Base64.decode("-_8=".utf8) == nil)
        #expect(Base64.decodeForURL("-_8".utf8) == [0xFB, 0xFF])
        #expect(Base64.decodeForURL("+/8".utf8) == nil)
    }

    @Test("is refused when it is none", arguments: ["A", "AA=A", "AAAAA", "A A", "AA===", "é", "AA\n"])
    func refused(text: String) { #expect(Base64.decode(text.utf8) == nil) }
}
