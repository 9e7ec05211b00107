import JSON
import Testing

@testable import KustoEmulator

@Suite("Mappings take values out of records")
struct MappingTests {
    private static let document: JSONValue = [
        "a": 1, "b": ["c d": ["x", "y"], "e": nil], "list": [["Key": "k", "Value": 7]], "t": 1_700_000_000,
    ]

    @Test(
        "A path finds a value or nothing",
        arguments: [
            ("$", MappingTests.document), ("$.a", 1), ("$['a']", 1), ("$.b['c d'][1]", "y"), ("$.b[\"c d\"][-1]", "y"),
            ("$.b['c d'][2]", nil), ("$.missing.deeper", nil), ("$.a.b", nil), ("$.b.e", JSONValue.null),
        ] as [(String, JSONValue?)]
    )
    func path(text: String, expected: JSONValue?) throws {
        let path = try #require(JSONPath(text))
        #expect(path.value(in: Self.document) == expected)
    }

    @Test("Texts that are no paths are refused", arguments: ["a", "$a", "$.", "$[", "$['a'", "$[x]", "$..a", "$.*"])
    func noPath(text: String) {
        #expect(JSONPath(text) == nil)
    }

    private func row(_ mapping: String, columns: [Column], _ document: JSONValue = MappingTests.document) throws
        -> [CellValue]
    {
        let mapping = try IngestionMapping(name: "m", kind: .json, text: mapping)
        return try RowMapper(columns: columns, mapping: mapping, sourceLocation: "http://blob").row(
            from: document,
            line: 3
        )
    }

    @Test(
        "A JSON mapping element fills its column",
        arguments: [
            (#"{"column":"v","Properties":{"Path":"$.a"}}"#, ColumnType.long, CellValue.integer(1)),
            (#"{"column":"v","path":"$.a","datatype":"long"}"#, .long, .integer(1)),
            (
                #"{"columnName":"v","columnType":"string","properties":{"path":"$.b"}}"#, .string,
                .string(#"{"c d":["x","y"],"e":null}"#)
            ),
            (#"{"Column":"v","Properties":{"ConstValue":"5"}}"#, .int, .integer(5)),
            (#"{"Column":"v","Properties":{"Path":"constant"}}"#, .string, .string("constant")),
            (#"{"Column":"v","Properties":{"Transform":"SourceLocation"}}"#, .string, .string("http://blob")),
            (#"{"Column":"v","Properties":{"Transform":"SourceLineNumber"}}"#, .long, .integer(3)),
            (
                #"{"Column":"v","Properties":{"Path":"$.list","Transform":["PropertyBagArrayToDictionary"]}}"#,
                .dynamic, .dynamic(#"{"k":7}"#)
            ),
            (#"{"Column":"v","Properties":{"Path":"$.nothing"}}"#, .string, .string("")),
            (#"{"Column":"v","Properties":{"Path":"$.nothing"}}"#, .long, .null),
        ]
    )
    func element(json: String, type: ColumnType, expected: CellValue) throws {
        #expect(try row("[\(json)]", columns: [Column("v", type)]) == [expected])
    }

    @Test(
        "Unix times become dates",
        arguments: [
            ("DateTimeFromUnixSeconds", JSONValue.integer(1_700_000_000)),
            ("DateTimeFromUnixMilliseconds", 1_700_000_000_000),
            ("DateTimeFromUnixMicroseconds", 1_700_000_000_000_000),
            ("DateTimeFromUnixNanoseconds", 1_700_000_000_000_000_000),
            ("datetimefromunixseconds", "1700000000"),
        ]
    )
    func unixTime(transform: String, value: JSONValue) throws {
        let mapping = #"[{"column":"v","Properties":{"Path":"$.t","Transform":"\#(transform)"}}]"#
        let row = try row(mapping, columns: [Column("v", .datetime)], ["t": value])
        #expect(row.map(\.text) == ["2023-11-14T22:13:20.0000000Z"])
    }

    @Test("Mapped members are dropped from what is left")
    func dropMappedFields() throws {
        let mapping = #"[{"column":"a","path":"$.a"},{"column":"rest","path":"$","transform":"DropMappedFields"}]"#
        let row = try row(mapping, columns: [Column("a", .long), Column("rest", .dynamic)], ["a": 1, "z": 2])
        #expect(row == [.integer(1), .dynamic(#"{"z":2}"#)])
    }

    @Test("A CSV mapping takes fields by ordinal and fills the rest with nothing")
    func csv() throws {
        let text = #"[{"Column":"b","Properties":{"Ordinal":"2"}},{"Name":"k","DataType":"string","ConstValue":"x"}]"#
        let mapping = try IngestionMapping(name: "m", kind: .csv, text: text)
        let columns = [Column("a", .string), Column("b", .long), Column("k", .string)]
        let mapper = try RowMapper(columns: columns, mapping: mapping, sourceLocation: "")
        var record = DelimitedRecord()
        for field in ["1", "2", "3"] {
            record.append(contentsOf: Array(field.utf8)[...])
            record.endField()
        }
        #expect(mapper.row(from: record, line: 1) == [.string(""), .integer(3), .string("x")])
    }

    @Test(
        "A mapping that cannot work is refused with its reason",
        arguments: [
            ("{}", "not a JSON array"), ("[]", "not a JSON array"), ("[{}]", "names no column"),
            (#"[{"column":"v"}]"#, "where its value comes from"),
            (#"[{"column":"v","path":"$.["}]"#, "invalid path"),
            (#"[{"column":"v","path":"$","transform":"Nonsense"}]"#, "unknown transform"),
            (#"[{"column":"v","path":"$","datatype":"varchar"}]"#, "unknown type"),
        ]
    )
    func refused(text: String, reason: String) {
        let error = #expect(throws: EmulatorError.self) { try IngestionMapping(name: "m", kind: .json, text: text) }
        #expect(error?.code == .invalidMapping)
        #expect(error?.message.contains(reason) == true)
    }

    @Test("A mapping for a column that the table lacks fails the source")
    func missingColumn() throws {
        let mapping = try IngestionMapping(name: "m", kind: .json, text: #"[{"column":"v","path":"$"}]"#)
        let failure = #expect(throws: IngestionFailure.self) {
            try RowMapper(columns: [Column("other", .long)], mapping: mapping, sourceLocation: "")
        }
        #expect(failure?.code == .inconsistentMapping)
    }
}
