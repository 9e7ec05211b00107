import Avro
import Converters
import JSON
import SchemaRegistry
import Testing

@Suite("Messages that name their schema in a registry")
struct RegisteredRowsTests {
    private static let order = """
        {"type":"record","name":"Order","fields":[{"name":"id","type":"long"},{"name":"note","type":["null","string"]},\
        {"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}}]}
        """
    /// `id` 3, no note, price 12.34.
    private static let datum: [UInt8] = [6, 0, 4, 0x04, 0xD2]

    private let schemas = StubSchemas()

    private func converter(
        _ kind: ConverterKind,
        _ format: RecordFormat,
        options: ConverterOptions = ConverterOptions()
    ) throws -> RecordConverter {
        RecordConverter(try Conversion(kind, format, options: options), topic: "orders", schemas: schemas)
    }

    private func message(_ number: UInt8, _ data: [UInt8]) -> [UInt8] { [0, 0, 0, 0, number] + data }

    private func text(_ message: [UInt8], with converter: RecordConverter) -> String {
        String(decoding: RowBuffer.append(message, with: converter).row, as: UTF8.self)
    }

    @Test("become JSON, or a line of fields, as the format asks")
    func avro() throws {
        schemas.put(1, .avro, Self.order)
        let message = message(1, Self.datum)
        #expect(try text(message, with: converter(.avro, .json)) == "{\"id\":3,\"note\":null,\"price\":12.34}\n")
        #expect(try text(message, with: converter(.avro, .csv)) == "3,,12.34\n")
        #expect(try text(message, with: converter(.avro, .psv)) == "3||12.34\n")
        let base64 = ConverterOptions(decimals: .base64)
        #expect(
            try text(message, with: converter(.avro, .json, options: base64))
                == "{\"id\":3,\"note\":null,\"price\":\"BNI=\"}\n"
        )
    }

    @Test("ask for the subject of their topic, once")
    func subjects() throws {
        schemas.put(1, .avro, "\"string\"")
        let converter = try converter(.avro, .txt)
        for _ in 0..<3 { #expect(text(message(1, [4, 0x61, 0x62]), with: converter) == "ab\n") }
        #expect(schemas.asked == [SchemaKey(subject: "orders-value", id: .number(1))])
        let any = ConverterOptions(namesSubject: false)
        _ = try text(message(1, [0]), with: self.converter(.avro, .txt, options: any))
        #expect(schemas.asked.last == SchemaKey(subject: "", id: .number(1)))
    }

    @Test("go into a container as they are, until another schema comes")
    func containers() throws {
        schemas.put(1, .avro, Self.order)
        schemas.put(
            2,
            .avro,
            "{\"type\":\"record\",\"name\":\"Order\",\"fields\":[{\"name\":\"id\",\"type\":\"long\"}]}"
        )
        // Another number of the same schema, as a schema has under another subject.
        schemas.put(3, .avro, Self.order)
        let converter = try converter(.avro, .avro)
        #expect(RowBuffer.append(message(1, Self.datum), with: converter).row == Self.datum)
        let file = converter.beginFile()
        #expect(file.layout == .container && file.header.starts(with: "Obj\u{1}".utf8))
        #expect(file.blockHead(rows: 1, bytes: 5) == [2, 10])
        func append(_ message: [UInt8]) -> RecordOutcome {
            RowBuffer.append(message, with: converter, in: file).outcome
        }
        #expect(append(message(3, Self.datum)) == .row(bytesWritten: 5))
        #expect(append(message(2, [6])) == .sealFirst)
        #expect(append(message(1, Self.datum)) == .row(bytesWritten: 5))
        #expect(RowBuffer.append(message(2, [6]), with: converter).row == [6])
        #expect(converter.beginFile().header != file.header)
    }

    @Test("are rows of a container though they take no bytes, and no rows when they are no records")
    func containersOfRecords() throws {
        schemas.put(1, .avro, "{\"type\":\"record\",\"name\":\"Ping\",\"fields\":[]}")
        schemas.put(2, .avro, "\"string\"")
        schemas.put(
            3,
            .avro,
            "[\"null\",{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"long\"}]}]"
        )
        let converter = try converter(.avro, .avro)
        #expect(RowBuffer.append(message(1, []), with: converter).outcome == .row(bytesWritten: 0))
        expectRejection(RowBuffer.append(message(2, [2, 0x61]), with: converter).outcome, "takes records alone")
        #expect(RowBuffer.append(message(3, [0]), with: converter).outcome == .skipped)
        let csv = try self.converter(.avro, .csv)
        #expect(RowBuffer.append(message(3, [0]), with: csv).outcome == .skipped)
        #expect(text(message(3, [2, 6]), with: csv) == "3\n")
        expectRejection(RowBuffer.append(message(3, [0, 6]), with: csv).outcome, "")
    }

    @Test("may have no bytes behind a header that names their schema")
    func emptyPayloads() throws {
        schemas.put(1, .protobuf, "syntax = \"proto3\"; message A { int32 n = 1; }")
        let source = HeaderMessage([("__value_schema_id", message(1, [0]))])
        let row = RowBuffer.append([], with: try converter(.protobuf, .json), source: source).row
        #expect(String(decoding: row, as: UTF8.self) == "{\"n\":0}\n")
        #expect(RowBuffer.append([], with: try converter(.protobuf, .json)).outcome == .skipped)
    }

    @Test("with an Avro value that is no record follow the rules of plain JSON in a JSON format")
    func noRecords() throws {
        schemas.put(1, .avro, "\"string\"")
        schemas.put(2, .avro, "{\"type\":\"map\",\"values\":\"int\"}")
        schemas.put(3, .avro, "\"long\"")
        let json = try converter(.avro, .json)
        let object = Array("{\"a\":1}".utf8)
        #expect(text(message(1, [UInt8(2 * object.count)] + object), with: json) == "{\"a\":1}\n")
        #expect(text(message(2, [2, 2, 0x61, 4, 0]), with: json) == "{\"a\":2}\n")
        expectRejection(RowBuffer.append(message(1, [2, 0x61]), with: json).outcome, "a JSON string")
        expectRejection(RowBuffer.append(message(3, [2]), with: json).outcome, "a JSON number")
    }

    @Test("take the schema from the last header that names one")
    func headers() throws {
        schemas.put(1, .avro, "\"string\"")
        schemas.put(2, .avro, "\"long\"")
        let source = HeaderMessage([
            ("__value_schema_id", message(1, [])), ("other", [1]), ("__value_schema_id", message(2, [])),
            ("__key_schema_id", message(1, [])),
        ])
        let (outcome, row, _) = RowBuffer.append([2], with: try converter(.avro, .txt), source: source)
        #expect(outcome == .row(bytesWritten: 2) && row == Array("1\n".utf8))
    }

    @Test("wait for a schema that is on its way, and are refused with one that cannot be had or used")
    func lookups() throws {
        let converter = try converter(.avro, .json)
        #expect(
            RowBuffer.append(message(9, Self.datum), with: converter).outcome
                == .awaits(SchemaKey(subject: "orders-value", id: .number(9)))
        )
        schemas.put(9, .avro, Self.order)
        #expect(RowBuffer.append(message(9, Self.datum), with: converter).outcome == .row(bytesWritten: 35))
        schemas.refuse(2)
        expectRejection(RowBuffer.append(message(2, [0]), with: converter).outcome, "schema 2 not found")
        schemas.put(3, .protobuf, "syntax = \"proto3\"; message A {}")
        expectRejection(RowBuffer.append(message(3, [0]), with: converter).outcome, "PROTOBUF")
        schemas.put(4, .avro, "{\"type\":\"nothing\"}")
        expectRejection(RowBuffer.append(message(4, [0]), with: converter).outcome, "no Avro schema")
        schemas.put(5, .avro, Self.order, rules: ["ENCRYPT"])
        expectRejection(RowBuffer.append(message(5, [0]), with: converter).outcome, "ENCRYPT")
        expectRejection(RowBuffer.append([7, 1, 2], with: converter).outcome, "Unknown magic byte")
        expectRejection(RowBuffer.append([0, 1], with: converter).outcome, "expected at least")
        expectRejection(RowBuffer.append(message(9, [6, 0]), with: converter).outcome, "price")
        #expect(RowBuffer.append(nil, with: converter).outcome == .skipped)
        #expect(RowBuffer.append([], with: converter).outcome == .skipped)
    }

    @Test("of JSON Schema keep their text, undeclared fields too")
    func jsonSchema() throws {
        schemas.put(1, .json, "{\"type\":\"object\"}")
        let converter = try converter(.jsonSchema, .json)
        #expect(text(message(1, Array("{\"a\": 1.10,\n\"b\":2}".utf8)), with: converter) == "{\"a\": 1.10, \"b\":2}\n")
        expectRejection(RowBuffer.append(message(1, Array("{".utf8)), with: converter).outcome, "not JSON")
        expectRejection(RowBuffer.append(Array("{}".utf8), with: converter).outcome, "Unknown magic byte")
    }

    @Test("of Protobuf become JSON by the message that their indexes name")
    func protobuf() throws {
        schemas.put(
            1,
            .protobuf,
            "syntax = \"proto3\"; message A { string text_value = 1; } message B { message C { int64 n = 1; } }"
        )
        let converter = try converter(.protobuf, .json)
        #expect(text(message(1, [0, 0x0A, 1, 0x78]), with: converter) == "{\"text_value\":\"x\"}\n")
        #expect(text(message(1, [4, 2, 0, 0x08, 5]), with: converter) == "{\"n\":5}\n")
        expectRejection(RowBuffer.append(message(1, [2, 8, 0]), with: converter).outcome, "does not have the message")
        expectRejection(RowBuffer.append(message(1, [0, 0x0A, 9]), with: converter).outcome, "")
    }

    @Test("say how much room they need, and are the same with it", arguments: [ConverterKind.avro, .protobuf])
    func room(kind: ConverterKind) throws {
        schemas.put(1, .avro, "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"t\",\"type\":\"bytes\"}]}")
        schemas.put(2, .protobuf, "syntax = \"proto3\"; message A { bytes t = 1; }")
        let data = [UInt8](repeating: 0, count: 60)
        let message = kind == .avro ? message(1, [120] + data) : message(2, [0, 0x0A, 60] + data)
        let converter = try converter(kind, .json)
        var room = 8
        while true {
            let (outcome, row, _) = RowBuffer.append(message, with: converter, room: room)
            guard case .needsSpace(let bytes) = outcome else {
                #expect(String(decoding: row, as: UTF8.self) == "{\"t\":\"\(String(repeating: "A", count: 80))\"}\n")
                return
            }
            #expect(bytes > room)
            room = bytes
        }
    }

    private func expectRejection(
        _ outcome: RecordOutcome,
        _ part: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        guard case .rejected(let error) = outcome else {
            Issue.record("\(outcome)", sourceLocation: sourceLocation)
            return
        }
        #expect(part.isEmpty || error.message.contains(part), "\(error.message)", sourceLocation: sourceLocation)
        #expect(error.exceptionClass == ConverterError.dataException, sourceLocation: sourceLocation)
    }
}
