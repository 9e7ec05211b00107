import Converters
import JSON
import Testing

@Suite("A value of a primitive type becomes text")
struct PrimitiveTypeTests {
    @Test(
        "of its number",
        arguments: [
            (PrimitiveType.short, [0x80, 0x00], "-32768"), (.short, [0x7F, 0xFF], "32767"),
            (.integer, [0xFF, 0xFF, 0xFF, 0xFB], "-5"), (.integer, [0x80, 0, 0, 0], "-2147483648"),
            (.long, [0x80, 0, 0, 0, 0, 0, 0, 0], "-9223372036854775808"),
            (.long, [0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], "9223372036854775807"),
            (.float, [0x3F, 0xC0, 0, 0], "1.5"), (.float, [0x7F, 0xC0, 0, 0], "NaN"),
            (.float, [0xFF, 0x80, 0, 0], "-Infinity"),
            (.double, [0x3F, 0xB9, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9A], "0.1"),
            (.double, [0x7F, 0xF0, 0, 0, 0, 0, 0, 0], "Infinity"), (.boolean, [1], "true"), (.boolean, [0], "false"),
        ] as [(PrimitiveType, [UInt8], String)]
    )
    func text(_ type: PrimitiveType, _ value: [UInt8], _ text: String) {
        let (written, error) = Self.write(value, as: type)
        #expect(error == nil)
        #expect(written == text)
    }

    @Test("unless its length is another", arguments: PrimitiveType.allCases)
    func length(_ type: PrimitiveType) {
        for count in 0...9 where count != type.size {
            let error = Self.write([UInt8](repeating: 1, count: count), as: type).error
            #expect(error?.code == .invalidRecord)
            #expect(error?.message.contains("has \(count) bytes") == true)
            #expect(error?.message.contains("values of \(type.size);") == true)
        }
        #expect(Self.write([UInt8](repeating: 1, count: type.size), as: type).error == nil)
    }

    @Test("and a Boolean is 0 or 1", arguments: [2, 0x7F, 0x80, 0xFF] as [UInt8])
    func boolean(_ byte: UInt8) { #expect(Self.write([byte], as: .boolean).error?.code == .invalidRecord) }

    @Test("that fits the longest text", arguments: [0, 0x7F, 0x80, 0xC7, 0xFF, 0x01] as [UInt8])
    func longest(_ byte: UInt8) {
        for type in PrimitiveType.allCases where type != .boolean {
            let text = Self.write([UInt8](repeating: byte, count: type.size), as: type).text
            #expect(text.utf8.count <= PrimitiveType.longestText)
        }
    }

    @Test("of which each has a converter", arguments: PrimitiveType.allCases)
    func converter(_ type: PrimitiveType) throws {
        let kind = try #require(
            ConverterKind(className: "org.apache.kafka.connect.converters.\(type.rawValue)Converter")
        )
        #expect(PrimitiveType(kind) == type)
        #expect(PrimitiveType(.string) == nil)
    }

    static let vectors =
        (try? VectorTests.load().filter { PrimitiveType(rawValue: $0.converter) != nil }) ?? []

    @Test("or not, as Kafka Connect's own deserializers have it", arguments: vectors)
    func vector(_ vector: VectorTests.Vector) throws {
        let type = try #require(PrimitiveType(rawValue: vector.converter))
        let value = try #require(vector.value)
        let (text, error) = Self.write(value, as: type)
        switch vector.ours {
        case "json":
            #expect(error == nil)
            let texts = ["Integer": "-5", "Short": "7", "Float": "1.5", "Double": "0.1", "Boolean": "true"]
            #expect(text == texts[vector.converter])
        case "same":
            #expect(vector.result == "rejected")
            #expect(error?.code == .invalidRecord)
            #expect(error?.exceptionClass == "org.apache.kafka.connect.errors.DataException")
        default: Issue.record("unknown expectation \(vector.ours)")
        }
    }

    private static func write(_ value: [UInt8], as type: PrimitiveType) -> (text: String, error: ConverterError?) {
        var memory = [UInt8](repeating: 0, count: 64)
        var error: ConverterError?
        var count = 0
        unsafe memory.withUnsafeMutableBytes { room in
            var output = unsafe JSONOutput(room)
            error = unsafe value.withUnsafeBytes { unsafe type.write($0, to: &output) }
            count = output.count
        }
        return (String(decoding: memory[..<count], as: UTF8.self), error)
    }
}
