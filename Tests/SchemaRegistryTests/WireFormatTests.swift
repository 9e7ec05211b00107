import SchemaRegistry
import Testing

@Suite("Wire format")
struct WireFormatTests {
    private static let guidBytes: [UInt8] = [
        0x8F, 0x1C, 0xE4, 0x5D, 0x09, 0x2F, 0x4A, 0x77, 0xB0, 0x52, 0x00, 0x01, 0x02, 0x03, 0x04, 0xFF,
    ]
    private static let guidText = "8f1ce45d-092f-4a77-b052-0001020304ff"

    /// Reads a message, and its Protobuf indexes where they are asked for.
    private func read(_ payload: [UInt8], header: [UInt8]? = nil) throws -> WireFormat {
        try unsafe payload.withUnsafeBytes { payload in
            guard let header else { return try unsafe WireFormat(payload: payload) }
            return try unsafe header.withUnsafeBytes { try unsafe WireFormat(payload: payload, header: $0) }
        }
    }

    private func indexes(_ payload: [UInt8], header: [UInt8]? = nil) throws -> (MessageIndexes, Int) {
        try unsafe payload.withUnsafeBytes { payload in
            guard let header else {
                return try unsafe WireFormat(payload: payload).messageIndexes(payload: payload)
            }
            return try unsafe header.withUnsafeBytes { header in
                try unsafe WireFormat(payload: payload, header: header).messageIndexes(payload: payload, header: header)
            }
        }
    }

    private func fault(_ body: () throws -> Void) -> WireFormatFault? {
        #expect(throws: WireFormatFault.self, performing: body)
    }

    @Test("V0 has a number of four bytes", arguments: [0, 1, 7, 0x0102_0304, Int32.max, -1] as [Int32])
    func number(_ id: Int32) throws {
        let bits = UInt32(bitPattern: id)
        let prefix = [0] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: bits >> $0) }
        let found = try read(prefix + [0xAA, 0xAA])
        #expect(found.id == .number(id))
        #expect(found.dataOffset == 5)
        #expect(found.place == .payload)
    }

    @Test("V1 has a GUID of sixteen bytes")
    func longIdentifier() throws {
        let found = try read([1] + Self.guidBytes + [9])
        #expect(found.id == .guid(try #require(SchemaGUID(Self.guidText))))
        #expect(found.id.description == Self.guidText)
        #expect(found.dataOffset == 17)
    }

    @Test("The header wins over the payload's prefix, and the payload is data from its first byte")
    func header() throws {
        let found = try read([0, 0, 0, 0, 1, 42], header: [1] + Self.guidBytes)
        #expect(found.id.description == Self.guidText)
        #expect(found.place == .header)
        #expect(found.dataOffset == 0)
        #expect(try read([], header: [0, 0, 0, 0, 5]).id == .number(5))
        #expect(try read([0, 0, 0, 0, 1, 42], header: nil).id == .number(1))
    }

    @Test(
        "Bytes that are no prefix are a fault",
        arguments: [
            ([], .tooShort(count: 0, needed: 5, .payload)), ([0], .tooShort(count: 1, needed: 5, .payload)),
            ([0, 0, 0, 1], .tooShort(count: 4, needed: 5, .payload)),
            ([1] + [UInt8](repeating: 0, count: 15), .tooShort(count: 16, needed: 17, .payload)),
            (Array(#"{"a":1}"#.utf8), .unknownMagicByte(0x7B, .payload)),
            ([2, 0, 0, 0, 1], .unknownMagicByte(2, .payload)),
        ] as [([UInt8], WireFormatFault)]
    )
    func noPrefix(_ payload: [UInt8], _ expected: WireFormatFault) {
        #expect(fault { _ = try read(payload) } == expected)
    }

    @Test("A header that is no prefix is a fault too, whatever the payload is")
    func badHeader() {
        let good: [UInt8] = [0, 0, 0, 0, 1, 42]
        #expect(fault { _ = try read(good, header: []) } == .tooShort(count: 0, needed: 5, .header))
        #expect(fault { _ = try read(good, header: [0x30]) } == .unknownMagicByte(0x30, .header))
    }

    @Test(
        "Protobuf's message indexes are zig-zag varints behind a count, and the count 0 is short for the first message",
        arguments: [
            ([0], [0], 1), ([2, 0], [0], 2), ([2, 2], [1], 2), ([4, 2, 0], [1, 0], 3),
            ([6, 0, 4, 0x80, 0x02], [0, 2, 128], 5), ([2, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F], [Int(Int32.max)], 6),
            // A varint may be longer than it has to be.
            ([0x80, 0x00], [0], 2), ([2, 126], [63], 2), ([2, 0x80, 0x01], [64], 3), ([2, 0xFE, 0x03], [255], 3),
            ([4, 0x80, 0x04, 0], [256, 0], 4), ([14, 0, 2, 4, 6, 8, 10, 12], [0, 1, 2, 3, 4, 5, 6], 8),
            ([16, 0, 2, 4, 6, 8, 10, 12, 14], [0, 1, 2, 3, 4, 5, 6, 7], 9), ([0x82, 0x80, 0x00, 2], [1], 4),
        ] as [([UInt8], [Int], Int)]
    )
    func indexes(_ bytes: [UInt8], _ expected: [Int], _ count: Int) throws {
        let (inPayload, offset) = try indexes([0, 0, 0, 0, 7] + bytes + [0xFF, 0xFF])
        #expect(inPayload.array == expected)
        #expect(offset == 5 + count)
        #expect(inPayload == MessageIndexes(expected.map(Int32.init)))
        let (behindGUID, next) = try indexes([1] + Self.guidBytes + bytes)
        #expect(behindGUID == inPayload)
        #expect(next == 17 + count)
        let (inHeader, start) = try indexes([0xFF], header: [0, 0, 0, 0, 7] + bytes)
        #expect(inHeader == inPayload)
        #expect(start == 0)
    }

    @Test(
        "Malformed message indexes are a fault",
        arguments: [
            ([], .cutIndexes(count: 5, .payload)), ([2], .cutIndexes(count: 6, .payload)),
            ([0x80], .cutIndexes(count: 6, .payload)), ([4, 0], .cutIndexes(count: 7, .payload)),
            ([1], .badIndexCount(-1, .payload)), ([66], .badIndexCount(33, .payload)),
            ([0xFE, 0xFF, 0xFF, 0xFF, 0x0F], .badIndexCount(Int32.max, .payload)),
            ([2, 1], .negativeIndex(-1, .payload)),
            ([2, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], .negativeIndex(.min, .payload)),
            ([2, 0x80, 0x80, 0x80, 0x80, 0x10], .longVarint(offset: 10, .payload)),
            ([2, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00], .longVarint(offset: 10, .payload)),
        ] as [([UInt8], WireFormatFault)]
    )
    func badIndexes(_ bytes: [UInt8], _ expected: WireFormatFault) {
        #expect(fault { _ = try indexes([0, 0, 0, 0, 7] + bytes) } == expected)
    }

    @Test("As many indexes as any message is deep are read, and not one more")
    func deepest() throws {
        let path = [UInt8](repeating: 2, count: MessageIndexes.maximumCount)
        let (found, offset) = try indexes([0, 0, 0, 0, 7, 64] + path)
        #expect(found.array == [Int](repeating: 1, count: 32))
        #expect(offset == 38)
        #expect(MessageIndexes([Int32](repeating: 1, count: 33)) == nil)
        #expect(MessageIndexes([]) == nil)
        #expect(MessageIndexes([0, -1]) == nil)
    }

    @Test("Paths are equal by their indexes, not by what lies behind them")
    func equality() throws {
        let one = try #require(MessageIndexes([1]))
        let two = try #require(MessageIndexes([1, 0]))
        #expect(one != two)
        #expect(Set([one, two, try #require(MessageIndexes([1]))]).count == 2)
        #expect(MessageIndexes.first == MessageIndexes([0]))
        let deep = try #require(MessageIndexes([0, 1, 2, 3, 4, 5, 6, 7]))
        #expect(deep.array == Array(0...7))
        #expect(deep != MessageIndexes([0, 1, 2, 3, 4, 5, 6, 8]))
        #expect(deep != MessageIndexes([0, 1, 2, 3, 4, 5, 6]))
        #expect(Set([deep, try #require(MessageIndexes([0, 1, 2, 3, 4, 5, 6, 7]))]).count == 1)
    }

    @Test("Every beginning of every message is read or refused, and nothing else happens")
    func anyBytes() {
        var state: UInt64 = 88_172_645_463_325_252
        for _ in 0..<20_000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int(state % 41) {
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                bytes.append(UInt8(truncatingIfNeeded: state >> 24) & (state & 1 == 0 ? 0xFF : 0x03))
            }
            state = state &* 6_364_136_223_846_793_005 &+ 1
            if let first = bytes.first, first > 1 { bytes[0] = first & 1 }
            guard let (found, offset) = try? indexes(bytes) else { continue }
            #expect(offset <= bytes.count)
            #expect((1...32).contains(found.count))
        }
    }

    @Test(
        "A fault is a sentence that quotes no data",
        arguments: [
            (.unknownMagicByte(0x0A, .payload), "0x0a"), (.tooShort(count: 3, needed: 5, .header), "header"),
            (.cutIndexes(count: 6, .payload), "Protobuf"), (.badIndexCount(-4, .payload), "-4 indexes"),
            (.negativeIndex(-2, .payload), "-2"), (.longVarint(offset: 7, .payload), "byte 7"),
        ] as [(WireFormatFault, String)]
    )
    func sentences(_ fault: WireFormatFault, _ part: String) {
        #expect(fault.message.contains(part))
        #expect(fault.description == fault.message)
        #expect(WireFormatFault.exceptionClass == "org.apache.kafka.connect.errors.DataException")
    }

    @Test(
        "A GUID is read in one form only",
        arguments: [
            "", "8f1ce45d092f4a77b0520001020304ff", "8f1ce45d-092f-4a77-b052-0001020304ff0",
            "8f1ce45d-092f-4a77-b052-00010203 4ff",
            "+f1ce45d-092f-4a77-b052-0001020304ff",
        ]
    )
    func noGUID(_ text: String) {
        #expect(SchemaGUID(text) == nil)
    }

    @Test("A GUID is printed with all its zeros")
    func zeros() {
        #expect(SchemaGUID(high: 0, low: 1).description == "00000000-0000-0000-0000-000000000001")
        #expect(SchemaGUID(Self.guidText.uppercased())?.description == Self.guidText)
    }
}
