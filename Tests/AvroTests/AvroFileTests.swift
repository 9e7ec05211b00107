import Testing

@testable import Avro

@Suite("Avro container files")
struct AvroFileTests {
    static let text =
        #"{"type":"record","name":"R","fields":[{"name":"i","type":{"type":"int","logicalType":"date"}},{"name":"s","type":["null","string"]}]}"#

    /// A file of two blocks with three records.
    private func file() throws -> [UInt8] {
        let container = AvroContainer(schema: try AvroSchema(parsing: Self.text))
        return container.header + AvroContainer.blockHead(rows: 2, bytes: 6) + [2, 0, 4, 2, 2, 0x61]
            + container.syncMarker
            + AvroContainer.blockHead(rows: 1, bytes: 2) + [6, 0] + container.syncMarker
    }

    @Test("A file is read as what it was made of")
    func reading() throws {
        let file = try AvroFile(reading: file())
        #expect(file.schema.text == Self.text)
        func record(_ day: Int32, _ text: AvroValue) -> AvroValue {
            .record([.init(name: "i", value: .logical(.date, .int(day))), .init(name: "s", value: text)])
        }
        #expect(file.records == [record(1, .null), record(2, .string("a")), record(3, .null)])
        let empty = AvroContainer(schema: file.schema).header
        #expect(try AvroFile(reading: empty).records.isEmpty)
        #expect(AvroContainer(schema: file.schema).header == empty, "a file is always the same")
        #expect(AvroContainer.blockHead(rows: .max, bytes: .max).count == AvroContainer.longestBlockHead)
    }

    @Test("Values of every type are read")
    func values() throws {
        let schema = try AvroSchema(
            parsing:
                #"{"type":"record","name":"R","fields":[{"name":"a","type":{"type":"array","items":"long"}},{"name":"m","type":{"type":"map","values":"boolean"}},{"name":"f","type":"float"},{"name":"d","type":"double"},{"name":"b","type":"bytes"},{"name":"e","type":{"type":"enum","name":"E","symbols":["A","B"]}},{"name":"x","type":{"type":"fixed","name":"F","size":1}}]}"#
        )
        let datum: [UInt8] = [
            3, 4, 2, 4, 0, 2, 2, 0x6B, 1, 0, 0, 0, 0x80, 0x3F, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 2, 9, 2, 8,
        ]
        let container = AvroContainer(schema: schema)
        let head = AvroContainer.blockHead(rows: 1, bytes: datum.count)
        let file = try AvroFile(reading: container.header + head + datum + container.syncMarker)
        let values: [(String, AvroValue)] = [
            ("a", .array([.long(1), .long(2)])), ("m", .map([.init(name: "k", value: .boolean(true))])),
            ("f", .float(1)), ("d", .double(1)),
            ("b", .bytes([9])), ("e", .enumeration("B")), ("x", .fixed([8])),
        ]
        #expect(file.records == [.record(values.map { AvroMember(name: $0.0, value: $0.1) })])
    }

    @Test("A file of the codec deflate is unpacked by whoever can")
    func deflate() throws {
        let file = try file()
        let name = Array("avro.codec".utf8) + [8] + Array("null".utf8)
        let place = try #require(file.indices.first { file[$0...].starts(with: name) })
        var packed =
            Array(file[..<(place + 10)]) + AvroBytes.bytes(Array("deflate".utf8)) + file[(place + name.count)...]
        #expect(try AvroFile(reading: packed) { $0 }.records.count == 3)
        #expect(throws: AvroError.self) { try AvroFile(reading: packed) }
        packed.replaceSubrange((place + 11)..<(place + 18), with: Array("xeflate".utf8))
        let error = #expect(throws: AvroError.self) { try AvroFile(reading: packed) { $0 } }
        #expect(error?.message.contains("its codec is \"xeflate\"") == true)
    }

    @Test("What is no such file is said, wherever it breaks")
    func damaged() throws {
        let file = try file()
        let blocks = [AvroContainer(schema: try AvroSchema(parsing: Self.text)).header.count, file.count - 20]
        for count in 0..<file.count where !blocks.contains(count) {
            let error = #expect(throws: AvroError.self) { try AvroFile(reading: Array(file[..<count])) }
            #expect(error?.code == .invalidFile, "\(count) bytes")
        }
        for place in file.indices {
            var copy = file
            copy[place] ^= 0x55
            _ = try? AvroFile(reading: copy)
        }
        let name = try #require(file.indices.first { file[$0...].starts(with: "avro.schema".utf8) })
        var nameless = file
        nameless[name] = 0x62
        #expect(throws: AvroError.self) { try AvroFile(reading: nameless) }
    }

    @Test(
        "Data that does not fit the schema is said",
        arguments: [
            (#""null""#, long(65537), [], "row count"), (#""null""#, long(-1), [], "row count"),
            (#""null""#, [2], [0], "behind the end"),
            (#"{"type":"record","name":"R","fields":[{"name":"r","type":"R"}]}"#, [2], [], "nested more than"),
            (#"{"type":"array","items":"null"}"#, [2], long(65537) + [0], "take no bytes"),
            (#"{"type":"array","items":"int"}"#, [2], [1, 4, 2, 0], "block is not as long"),
            (#""string""#, [2], [2, 0xFF], "not UTF-8"), (#"["int"]"#, [2], [2], "branch"),
        ] as [(String, [UInt8], [UInt8], String)]
    )
    func misfits(schema: String, rows: [UInt8], datums: [UInt8], message: String) throws {
        let container = AvroContainer(schema: try AvroSchema(parsing: schema))
        let error = #expect(throws: AvroError.self) {
            try AvroFile(reading: container.header + rows + AvroBytes.bytes(datums) + container.syncMarker)
        }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }
}
