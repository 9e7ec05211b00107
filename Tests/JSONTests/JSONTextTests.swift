import Testing

@testable import JSON

@Suite("The text of a JSON string")
struct JSONTextTests {
    private func decode(_ document: String) -> String {
        var bytes = Array(document.utf8)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe JSONText.decode($0) }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    @Test(
        "is decoded in the place of its document",
        arguments: [
            (#""x""#, "x"), (#"  "x\"y\n" "#, "x\"y\n"), (#""""#, ""), (#""\\\/\b\f\n\r\t""#, "\\/\u{8}\u{C}\n\r\t"),
            (#""\u0000é\ud83d\ude00\u00E9\u20ac""#, "\u{0}é😀é€"), (#""{\"a\":\"\\\"\"}""#, #"{"a":"\""}"#),
        ]
    )
    func decoding(document: String, text: String) throws {
        #expect(decode(document) == text)
        #expect(try JSONValue(parsing: document).stringValue == text)
    }

    @Test(
        "stays within a document that is no string",
        arguments: ["", "1", "\"", "\"a", "\"\\", "\"\\u12", "\"\\ud83d\\u"]
    )
    func noString(document: String) { #expect(decode(document).utf8.count <= max(3, document.utf8.count)) }
}
