import Converters
import SchemaRegistry
import Testing

@Suite("The check of keys")
struct KeyCheckTests {
    private func check(_ check: KeyCheck, _ key: [UInt8]?) -> RecordOutcome {
        let source = HeaderMessage(key: key)
        let message = unsafe MessageView(value: nil, timestamp: -1, source: source, index: 0)
        return check.check(message)
    }

    @Test("is not there when any key is good", arguments: [ConverterKind.string, .bytes])
    func none(kind: ConverterKind) {
        #expect(KeyCheck(kind, options: ConverterOptions(), topic: "t", schemas: nil) == nil)
    }

    @Test("takes any JSON, and refuses what is none")
    func json() throws {
        let keys = try #require(KeyCheck(.json, options: ConverterOptions(), topic: "t", schemas: nil))
        for key in ["1", "\"a\"", "{\"a\":[]}", "null", ""] { #expect(check(keys, Array(key.utf8)) == .skipped) }
        #expect(check(keys, nil) == .skipped)
        guard case .rejected = check(keys, Array("{".utf8)) else {
            Issue.record("a key that is no JSON was taken")
            return
        }
        #expect(check(keys, [UInt8(ascii: "\"")] + Array(repeating: 0x61, count: 9000) + [0x22]) == .skipped)
    }

    @Test("asks the registry about the key's subject")
    func avro() throws {
        let schemas = StubSchemas()
        let keys = try #require(KeyCheck(.avro, options: ConverterOptions(), topic: "t", schemas: schemas))
        #expect(check(keys, [0, 0, 0, 0, 1, 2]) == .awaits(SchemaKey(subject: "t-key", id: .number(1))))
        schemas.put(1, .avro, "\"long\"")
        #expect(check(keys, [0, 0, 0, 0, 1, 2]) == .skipped)
        guard case .rejected = check(keys, [0, 0, 0, 0, 1, 2, 2]) else {
            Issue.record("a key with bytes too many was taken")
            return
        }
    }

    @Test("reads Kafka's primitive types by their length")
    func primitives() throws {
        let keys = try #require(KeyCheck(.integer, options: ConverterOptions(), topic: "t", schemas: nil))
        #expect(check(keys, [0, 0, 0, 1]) == .skipped && check(keys, nil) == .skipped)
        guard case .rejected = check(keys, []) else {
            Issue.record("no byte was taken for an integer")
            return
        }
        guard case .rejected = check(keys, [0, 1]) else {
            Issue.record("two bytes were taken for an integer")
            return
        }
    }
}
