import Avro
import JSON
import Logging
import Testing

@testable import KustoEmulator

@Suite("Avro container files become rows")
struct AvroTests {
    private static let schema = #"""
        {"type":"record","name":"R","fields":[{"name":"id","type":"long"},{"name":"name","type":["null","string"]},
        {"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}},
        {"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":20,"scale":2}},
        {"name":"tags","type":{"type":"map","values":"int"}},{"name":"raw","type":"bytes"},
        {"name":"inner","type":{"type":"record","name":"I","fields":[{"name":"x","type":"double"}]}}]}
        """#

    /// Bytes of a long or an int: zigzag in groups of seven bits (Avro 1.12, "Binary Encoding").
    private static func long(_ value: Int64) -> [UInt8] {
        var rest = UInt64(bitPattern: value << 1 ^ value >> 63)
        var bytes: [UInt8] = []
        while rest > 0x7F {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    private static func bytes(_ bytes: [UInt8]) -> [UInt8] { long(Int64(bytes.count)) + bytes }

    private static func datum(_ id: Int64) -> [UInt8] {
        let name = id == 2 ? long(0) : long(1) + bytes(Array("é".utf8))
        let tags = long(1) + bytes(Array("k".utf8)) + long(7) + long(0)
        let x = (1.5).bitPattern
        let inner = (0..<8).map { UInt8(truncatingIfNeeded: x >> UInt64(8 * $0)) }
        return long(id) + name + long(1_700_000_000_123) + bytes([0x30, 0x39]) + tags + bytes([0, 255]) + inner
    }

    /// A file of records 1 and 2 in one block and 3 in another.
    private static func file(isDeflated: Bool = false) throws -> [UInt8] {
        let container = AvroContainer(schema: try AvroSchema(parsing: schema))
        var header = container.header
        if isDeflated {
            header =
                Array("Obj\u{1}".utf8) + long(2) + bytes(Array("avro.codec".utf8)) + bytes(Array("deflate".utf8))
                + bytes(Array("avro.schema".utf8)) + bytes(Array(schema.utf8)) + long(0) + container.syncMarker
        }
        var file = header
        for ids in [[1, 2], [3]] as [[Int64]] {
            let datums = ids.flatMap(datum)
            let block = isDeflated ? deflated(datums) : datums
            file += long(Int64(ids.count)) + bytes(block) + container.syncMarker
        }
        return file
    }

    /// Deflate without compression: a stored block (RFC 1951, 3.2.4).
    private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
        let (low, high) = (UInt8(bytes.count & 0xFF), UInt8(bytes.count >> 8))
        return [1, low, high, ~low, ~high] + bytes
    }

    /// The rows of a table after the file was ingested.
    private static func rows(
        _ columns: String,
        _ file: [UInt8],
        format: DataFormat,
        mapping: String? = nil
    ) throws -> [[CellValue]] {
        let cluster = try EmulatedCluster(
            configuration: EmulatedClusterConfiguration(),
            logger: Logger(label: "test", sink: MemoryLogSink())
        )
        _ = try cluster.manage(".create table A (\(columns))")
        var properties = SourceProperties(database: "emulated", table: "A", format: format)
        properties.sourceLocation = "http://blob"
        if let mapping { properties.mapping = .inline(mapping) }
        _ = try cluster.parts.ingestor.ingest(properties, packing: .none) { push in
            for start in stride(from: 0, to: file.count, by: 100) {
                try push(Array(file[start..<min(start + 100, file.count)]))
            }
        }
        var rows: [[CellValue]] = []
        try cluster.parts.catalog.table("A", in: "emulated").scan { row in
            rows.append(row)
            return true
        }
        return rows
    }

    @Test("by the names of columns, with the meaning of logical types", arguments: [false, true])
    func byName(isDeflated: Bool) throws {
        let rows = try Self.rows(
            "id:long, name:string, at:datetime, price:decimal, tags:dynamic, inner:dynamic, other:int",
            Self.file(isDeflated: isDeflated),
            format: .apacheavro
        )
        #expect(rows.map { $0[0] } == [.integer(1), .integer(2), .integer(3)])
        #expect(rows.map { $0[1] } == [.string("é"), .string(""), .string("é")])
        #expect(rows[0][2].text == "2023-11-14T22:13:20.1230000Z")
        #expect(rows[0][3...] == [.decimal("123.45"), .dynamic(#"{"k":7}"#), .dynamic(#"{"x":1.5}"#), .null])
    }

    @Test("in which the older reader knows no logical types")
    func plain() throws {
        let rows = try Self.rows("id:long, at:long, price:dynamic, raw:string", Self.file(), format: .avro)
        #expect(rows[0] == [.integer(1), .integer(1_700_000_000_123), .dynamic("[48,57]"), .string("[0,255]")])
    }

    @Test("by a mapping of fields, paths, constants and transforms")
    func mapped() throws {
        let mapping = #"""
            [{"Column":"a","Properties":{"Field":"id"}},{"Column":"b","Properties":{"Path":"$.inner.x"}},
            {"Column":"c","Properties":{"Path":"$.at","Transform":"DateTimeFromUnixMilliseconds"}},
            {"Column":"d","Properties":{"Field":"raw","Transform":"BytesAsBase64"}},
            {"Column":"e","Properties":{"ConstValue":"k"}},{"Column":"f","Properties":{"Path":"constant"}},
            {"Column":"g","Properties":{"Transform":"SourceLineNumber"}},
            {"Column":"h","Properties":{"Transform":"SourceLocation"}},{"Column":"id"},
            {"Column":"i","Properties":{"Path":"$['tags']","Transform":"DropMappedFields"}},
            {"Column":"j","Properties":{"Field":"id","Transform":"BytesAsBase64"}}]
            """#
        let rows = try Self.rows(
            "a:long, b:real, c:datetime, d:string, e:string, f:string, g:int, h:string, id:long, i:dynamic, j:string",
            Self.file(),
            format: .avro,
            mapping: mapping
        )
        #expect(rows[2][0] == .integer(3))
        #expect(rows[2][1] == .real(1.5))
        #expect(rows[2][2].text == "2023-11-14T22:13:20.1230000Z")
        #expect(
            rows[2][3...] == [
                .string("AP8="), .string("k"), .string("constant"), .integer(3), .string("http://blob"), .integer(3),
                .dynamic(#"{"k":7}"#), .string(""),
            ]
        )
    }

    @Test("unless the mapping has both a field and a path, or no valid path")
    func invalidMapping() throws {
        for properties in [#"{"Field":"a","Path":"$.a"}"#, #"{"Path":"$["}"#] {
            let failure = #expect(throws: IngestionFailure.self) {
                _ = try Self.rows(
                    "a:long",
                    Self.file(),
                    format: .avro,
                    mapping: #"[{"Column":"a","Properties":\#(properties)}]"#
                )
            }
            #expect(failure?.code == .invalidMapping)
        }
    }

    @Test("and a file that is damaged anywhere fails as a whole or is read; nothing else happens")
    func damage() throws {
        let file = try Self.file()
        for format in [DataFormat.avro, .apacheavro] {
            var failures = 0
            for place in file.indices {
                var damaged = file
                damaged[place] ^= 0x55
                do { _ = try Self.rows("id:long, at:datetime, price:decimal", damaged, format: format) } catch {
                    let failure = try #require(error as? IngestionFailure)
                    #expect(failure.code == .invalidBlob || failure.code == .noRecords)
                    #expect(failure.code.isPermanent)
                    failures += 1
                }
            }
            #expect(failures > file.count / 4)
        }
        for length in [3, 4, 100, file.count - 1] {
            let failure = #expect(throws: IngestionFailure.self) {
                _ = try Self.rows("id:long", Array(file[..<length]), format: .avro)
            }
            #expect(failure?.code == .invalidBlob)
        }
    }

    @Test("which are counted without being read, however the file is cut into pieces", arguments: [false, true])
    func count(isDeflated: Bool) throws {
        let file = try Self.file(isDeflated: isDeflated)
        for piece in [1, 7, 10_000] {
            var counter = RecordCounter(format: .avro)
            for start in stride(from: 0, to: file.count, by: piece) {
                counter.push(Array(file[start..<min(start + piece, file.count)]))
            }
            #expect(counter.finish() == 3)
        }
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            var damaged = file
            for _ in 0..<3 {
                damaged[Int.random(in: damaged.indices, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            var counter = AvroRowCounter()
            counter.push(damaged)
            #expect(counter.rows >= 0)
        }
    }

    @Test("in which a file without records is refused")
    func empty() throws {
        let header = AvroContainer(schema: try AvroSchema(parsing: Self.schema)).header
        let failure = #expect(throws: IngestionFailure.self) { _ = try Self.rows("id:long", header, format: .avro) }
        #expect(failure?.code == .noRecords)
    }

    @Test(
        "whose values of logical types are moments, times and texts",
        arguments: [
            (AvroLogicalType.date, AvroValue.int(-1), JSONValue.string("1969-12-31T00:00:00.0000000Z")),
            (.date, .int(.max), .null), (.timeMillis, .int(3_661_001), .string("01:01:01.0010000")),
            (.timeMicros, .long(1), .string("00:00:00.0000010")), (.timeMicros, .long(.max), .null),
            (.timestamp(digits: 6), .long(1), .string("1970-01-01T00:00:00.0000010Z")),
            (.timestamp(digits: 9), .long(-1), .string("1969-12-31T23:59:59.9999999Z")),
            (.localTimestamp(digits: 3), .long(-1), .string("1969-12-31T23:59:59.9990000Z")),
            (.timestamp(digits: 3), .long(.max), .null), (.timestamp(digits: 3), .long(.min), .null),
            (.decimal(scale: 3), .fixed([0xFF]), .number("-0.001")), (.decimal(scale: 0), .bytes([]), .number("0")),
            (
                .decimal(scale: 1), .bytes([0x7F] + [UInt8](repeating: 0xFF, count: 15)),
                .number("17014118346046923173168730371588410572.7")
            ),
            (.uuid, .string("x"), .string("x")), (.duration, .fixed([1, 0]), .array([1, 0])),
            (
                .uuid,
                .fixed([0x0F, 0x8F, 0xAD, 0x5B, 0xD9, 0xCB, 0x46, 0x9F, 0xA1, 0x65, 0x70, 0x86, 0x77, 0x28, 0x95, 0x0E]
                ),
                .string("0f8fad5b-d9cb-469f-a165-70867728950e")
            ),
        ]
    )
    func logical(_ type: AvroLogicalType, _ value: AvroValue, _ expected: JSONValue) {
        #expect(AvroDocument(hasLogicalTypes: true).json(.logical(type, value)) == expected)
    }

    @Test("and whose other values are what JSON has for them")
    func values() {
        let document = AvroDocument(hasLogicalTypes: false)
        #expect(document.json(.float(.nan)) == "NaN")
        #expect(document.json(.double(-.infinity)) == "-Infinity")
        #expect(document.json(.float(0.1)) == .double(Double(Float(0.1))))
        #expect(document.json(.array([.boolean(true), .null, .enumeration("A")])) == [true, nil, "A"])
        #expect(document.json(.logical(.date, .int(5))) == 5)
    }
}
