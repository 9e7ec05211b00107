import JSON
import Testing

@testable import Avro

@Suite("Reading Avro data")
struct AvroReaderTests {
    static let recursive =
        #"{"type":"record","name":"Node","fields":[{"name":"id","type":"int"},{"name":"next","type":["null","Node"]}]}"#

    @Test(
        "Values become JSON by the rules",
        arguments: [
            (#""null""#, [], "null"), (#""boolean""#, [1], "true"), (#""boolean""#, [0], "false"),
            (#""int""#, long(-5), "-5"),
            (#""int""#, long(Int64(Int32.min)), "-2147483648"), (#""long""#, long(.max), "9223372036854775807"),
            (#""long""#, long(.min), "-9223372036854775808"), (#""float""#, [0, 0, 0xC0, 0x3F], "1.5"),
            (#""float""#, [0xCD, 0xCC, 0xCC, 0x3D], "0.1"),
            (#""double""#, [0, 0, 0, 0, 0, 0, 0xF0, 0x7F], #""Infinity""#), (#""string""#, text("a\"ü"), #""a\"ü""#),
            (#""bytes""#, [4, 0xFF, 0], #""/wA=""#), (#"{"type":"fixed","name":"F","size":2}"#, [0xFF, 0], #""/wA=""#),
            (#"{"type":"enum","name":"E","symbols":["A","\"B\""]}"#, [2], #""\"B\"""#),
            (#"{"type":"array","items":"int"}"#, [4, 2, 4, 0], "[1,2]"),
            (#"{"type":"array","items":"int"}"#, [0], "[]"),
            (#"{"type":"array","items":"int"}"#, [3, 4, 2, 4, 2, 6, 0], "[1,2,3]"),
            (#"{"type":"array","items":"null"}"#, [6, 0], "[null,null,null]"),
            (#"{"type":"map","values":"int"}"#, [2, 2, 0x61, 2, 2, 2, 0x62, 4, 0], #"{"a":1,"b":2}"#),
            (#"{"type":"map","values":"int"}"#, [0], "{}"),
            (#"{"type":"record","name":"R","fields":[]}"#, [], "{}"), (#"["null","int"]"#, [0], "null"),
            (#"["int","null"]"#, [0, 2], "1"),
            (#"["int","null"]"#, [2], "null"), (#"["int"]"#, [0, 2], "1"),
            (#"["int","string"]"#, [2, 2, 0x61], #"{"int":null,"string":"a"}"#),
            (#"["int","null","string"]"#, [0, 2], #"{"int":1,"string":null}"#),
            (#"["int","null","string"]"#, [2], "null"),
            (#"["null"]"#, [0], "null"),
            (
                #"[{"type":"fixed","name":"a.F","size":1},{"type":"fixed","name":"b.F","size":1},{"type":"array","items":"int"}]"#,
                [2, 0],
                #"{"a.F":null,"b.F":"AA==","array":null}"#
            ),
            (recursive, [2, 2, 4, 2, 6, 0], #"{"id":1,"next":{"id":2,"next":{"id":3,"next":null}}}"#),
            (#"{"type":"bytes","logicalType":"decimal","precision":4,"scale":2}"#, [4, 0x04, 0xD2], "12.34"),
            (
                #"{"type":"fixed","name":"F","size":2,"logicalType":"decimal","precision":4,"scale":2}"#, [0xFF, 0xFF],
                "-0.01"
            ),
            (#"{"type":"long","logicalType":"timestamp-micros"}"#, long(1_700_000_000_000_001), "1700000000000001"),
            (
                #"{"type":"fixed","name":"F","size":16,"logicalType":"uuid"}"#,
                [0x12, 0x3E, 0x45, 0x67, 0xE8, 0x9B, 0x12, 0xD3, 0xA4, 0x56, 0x42, 0x66, 0x14, 0x17, 0x40, 0],
                #""123e4567-e89b-12d3-a456-426614174000""#
            ),
            (
                #"{"type":"array","items":{"type":"record","name":"MapEntry","namespace":"io.confluent.connect.avro","fields":[{"name":"key","type":"int"},{"name":"value","type":"string"}]}}"#,
                [4, 2, 2, 0x61, 4, 2, 0x62, 0], #"[[1,"a"],[2,"b"]]"#
            ),
            (
                #"{"type":"array","items":{"type":"record","name":"X","connect.internal.type":"MapEntry","fields":[{"name":"key","type":"int"},{"name":"value","type":["null","X"]}]}}"#,
                [2, 2, 2, 4, 0, 0], #"[[1,{"key":2,"value":null}]]"#
            ),
            (
                #"{"type":"array","items":{"type":"record","name":"MapEntry","namespace":"io.confluent.connect.avro","fields":[{"name":"key","type":"int"}]}}"#,
                [2, 2, 0], #"[{"key":1}]"#
            ),
        ] as [(String, [UInt8], String)]
    )
    func rules(schema: String, bytes: [UInt8], json: String) throws {
        let datum = try Datum(schema, bytes)
        #expect(datum.fault == nil)
        #expect(datum.json() == json)
        #expect(datum.isNull == (json == "null"))
    }

    @Test("Decimals are base64 when asked for")
    func base64() throws {
        let datum = try Datum(#"{"type":"bytes","logicalType":"decimal","precision":4,"scale":2}"#, [4, 0x04, 0xD2])
        #expect(datum.json(.base64) == #""BNI=""#)
    }

    @Test(
        "A null is replaced by Kafka Connect's default of its type, where that is a value of it",
        arguments: [
            (#"{"type":"int","connect.default":5}"#, "5"), (#"{"type":"int","connect.default":2147483648}"#, "null"),
            (#"{"type":"long","connect.default":2147483648}"#, "2147483648"),
            (#"{"type":"string","connect.default":"a\"b"}"#, #""a\"b""#),
            (#"{"type":"double","connect.default":1}"#, "1.0"), (#"{"type":"boolean","connect.default":true}"#, "true"),
            (#"{"type":"boolean","connect.default":"true"}"#, "null"),
            (#"{"type":"int","connect.default":null}"#, "null"),
            (#"{"type":"enum","name":"E","symbols":["A"],"connect.default":"A"}"#, #""A""#),
            (#"{"type":"enum","name":"E","symbols":["A"],"connect.default":"B"}"#, "null"),
            (#"{"type":"array","items":"int","connect.default":[1,2]}"#, "[1,2]"),
            (#"{"type":"array","items":"int","connect.default":[1,"2"]}"#, "null"),
            (#"{"type":"map","values":"float","connect.default":{"a":1.5}}"#, #"{"a":1.5}"#),
            (#"{"type":"map","values":"float","connect.default":{"a":true}}"#, "null"),
            (#"{"type":"bytes","connect.default":"a"}"#, "null"), (#""int""#, "null"),
        ]
    )
    func defaults(type: String, json: String) throws {
        #expect(try Datum("[\"null\",\(type)]", [0]).json() == json)
        #expect(try Datum("[\(type),\"null\"]", [2]).json() == json)
    }

    @Test(
        "Damaged data is a fault that says where",
        arguments: [
            (#""int""#, [], .truncated, "", 0), (#""int""#, [0x80], .truncated, "", 1),
            (#""boolean""#, [], .truncated, "", 0), (#""boolean""#, [2], .boolean, "", 0),
            (#""int""#, long(2_147_483_648), .largeInt, "", 5), (#""int""#, long(-2_147_483_649), .largeInt, "", 5),
            (#""long""#, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 2], .longNumber, "", 9),
            (#""long""#, Array(repeating: 0x80, count: 11), .longNumber, "", 9),
            (#""float""#, [1, 2, 3], .truncated, "", 0),
            (#""double""#, [1, 2, 3, 4, 5, 6, 7], .truncated, "", 0), (#""string""#, [1], .negativeLength, "", 1),
            (#""string""#, [4, 0x61], .length, "", 1),
            (#""string""#, long(.max), .length, "", 10), (#""string""#, [2, 0xFF], .invalidText, "", 2),
            (#""bytes""#, [3], .negativeLength, "", 1),
            (#"{"type":"fixed","name":"F","size":2}"#, [1], .truncated, "", 0),
            (#"{"type":"fixed","name":"F","size":16,"logicalType":"uuid"}"#, [1], .truncated, "", 0),
            (#"{"type":"enum","name":"E","symbols":["A"]}"#, [2], .symbol, "", 1),
            (#"{"type":"enum","name":"E","symbols":["A"]}"#, [1], .symbol, "", 1),
            (#"["null","int"]"#, [4], .branch, "", 1), (#"["null","int"]"#, [1], .branch, "", 1),
            (#"["int"]"#, [2], .branch, "", 1), (#"["int","string"]"#, [4], .branch, "", 1),
            (#"{"type":"array","items":"int"}"#, long(.max), .itemCount, "", 10),
            (#"{"type":"array","items":"int"}"#, long(.min), .itemCount, "", 10),
            (#"{"type":"array","items":"int"}"#, [3, 1], .negativeLength, "", 2),
            (#"{"type":"array","items":"int"}"#, [3, 8, 0], .length, "", 2),
            (#"{"type":"array","items":"int"}"#, [1, 4, 2, 0], .blockSize, "", 3),
            (#"{"type":"array","items":"int"}"#, [2, 2, 2, 0x80], .truncated, "[1]", 4),
            (#"{"type":"array","items":"null"}"#, long(.max), .emptyItems, "", 10),
            (#"{"type":"array","items":"null"}"#, long(65537), .emptyItems, "", 3),
            (#"{"type":"map","values":"int"}"#, [2, 2, 0xFF, 2, 0], .invalidText, "{}", 3),
            (#"{"type":"map","values":"null"}"#, [2, 2, 0x61], .truncated, "", 3),
            (#""int""#, [2, 0], .trailing, "", 1), (#""null""#, [0], .trailing, "", 0),
            (
                #"{"type":"record","name":"R","fields":[{"name":"a","type":{"type":"array","items":{"type":"record","name":"S","fields":[{"name":"b","type":{"type":"map","values":"boolean"}}]}}}]}"#,
                [4, 0, 2, 2, 0x61, 7], .boolean, "a[1].b{}", 5
            ),
            (recursive, [2, 2, 4, 2, 6, 9], .branch, "next.next.next", 6),
        ] as [(String, [UInt8], AvroFault.Reason, String, Int)]
    )
    func faults(schema: String, bytes: [UInt8], reason: AvroFault.Reason, path: String, offset: Int) throws {
        let datum = try Datum(schema, bytes)
        let fault = AvroFault(reason: reason, path: path, offset: offset)
        #expect(datum.fault == fault)
        #expect(datum.json() == "\(fault)")
        #expect("\(fault)".contains("at byte \(offset)\(path.isEmpty ? "" : " of field \(path)"): \(reason.rawValue)"))
        #expect(!datum.isNull)
    }

    @Test("Values nest a thousand deep, and no deeper")
    func depth() throws {
        for depth in [1, 31, 32, 33, 1000] {
            let bytes = Array(repeating: [2, 2], count: depth).joined() + [2, 0] as [UInt8]
            let datum = try Datum(Self.recursive, Array(bytes))
            #expect(datum.fault == nil)
            let open = String(repeating: #"{"id":1,"next":"#, count: depth + 1)
            #expect(datum.json() == open + "null" + String(repeating: "}", count: depth + 1))
        }
        let fault = try Datum(Self.recursive, Array(repeating: 2, count: 5000)).fault
        #expect(fault?.reason == .depth)
        #expect(fault?.path.hasPrefix("next.next.next.") == true)
    }

    @Test("Types that hold themselves without end are a fault, not a crash, whatever the data")
    func endless() throws {
        let schema = #"{"type":"record","name":"R","fields":[{"name":"r","type":"R"}]}"#
        #expect(try Datum(schema, []).fault?.reason == .depth)
        #expect(try Datum(#"{"type":"array","items":\#(schema)}"#, [2, 0]).fault?.reason == .depth)
    }

    @Test("Records without bytes are not read without end, however many of them their schema makes")
    func doubling() throws {
        var fields = #"{"name":"f0","type":{"type":"record","name":"R0","fields":[{"name":"n","type":"null"}]}}"#
        for level in 1...60 {
            fields +=
                #",{"name":"f\#(level)","type":{"type":"record","name":"R\#(level)","fields":[{"name":"a","type":"R\#(level - 1)"},{"name":"b","type":"R\#(level - 1)"}]}}"#
        }
        let datum = try Datum(#"{"type":"record","name":"All","fields":[\#(fields)]}"#, [])
        #expect(datum.fault?.reason == .emptyItems)
        #expect(datum.json().contains("no bytes"))
    }

    @Test("A decimal of any length is read, but written as a number only up to a bound")
    func longDecimals() throws {
        let schema =
            #"{"type":"record","name":"R","fields":[{"name":"d","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":1}}]}"#
        let datum = try Datum(schema, AvroBytes.bytes(Array(repeating: 1, count: 1025)))
        #expect(datum.fault == nil)
        #expect(datum.json() == "\(AvroFault(reason: .decimal, path: "d", offset: 1027))")
        #expect(datum.json(.base64).hasPrefix(#"{"d":"AQEB"#))
        let scale = #"{"type":"fixed","name":"F","size":3000,"logicalType":"decimal","precision":5000,"scale":5000}"#
        #expect(try Datum(scale, Array(repeating: 0, count: 3000)).json().contains("decimal"))
    }

    @Test("A union of many branches is read like one of few")
    func manyBranches() throws {
        let branches = (0..<500).map { #"{"type":"record","name":"R\#($0)","fields":[{"name":"v","type":"int"}]}"# }
        let schema = "[\"null\",\(branches.joined(separator: ","))]"
        let nulls = (0..<500).map { $0 == 299 ? #""R299":{"v":7}"# : "\"R\($0)\":null" }
        #expect(try Datum(schema, long(300) + [14]).json() == "{\(nulls.joined(separator: ","))}")
        #expect(try Datum(schema, long(0)).isNull)
        #expect(try AvroReader(AvroSchema(parsing: schema)).byteCount < 200_000)
    }

    @Test(
        "Fields are the values of a record without its names",
        arguments: [
            ([2, 2, 0x61, 0, 0], "1,a,,"), ([2, 0, 0, 0], #"1,"",,"#), ([2, 2, 0x2C, 2, 0, 0], #"1,",",{},"#),
            ([2, 6, 0x22, 0x0A, 0x2C, 2, 2, 2, 0x6B, 2, 0, 2, 3], #"1,"""~,","{""k"":1}",""#),
        ] as [([UInt8], String)]
    )
    func fields(bytes: [UInt8], line: String) throws {
        let schema =
            #"{"type":"record","name":"R","fields":[{"name":"i","type":"int"},{"name":"s","type":"string"},{"name":"m","type":["null",{"type":"map","values":"int"}]},{"name":"o","type":["null","boolean"]}]}"#
        let datum = try Datum(schema, bytes)
        if datum.fault == nil {
            #expect(datum.fields() == line)
            #expect(datum.reader.schema.fieldNames == ["i", "s", "m", "o"])
        } else {
            #expect(datum.fields().contains("field o: a Boolean"))
        }
    }

    @Test("Fields without quotes cannot hold what would break the line")
    func withoutQuotes() throws {
        let schema = #"{"type":"record","name":"R","fields":[{"name":"i","type":"int"},{"name":"s","type":"string"}]}"#
        #expect(try Datum(schema, [2] + text("a,\"b")).fields(separator: "\t", quotes: false) == "1\ta,\"b")
        #expect(
            try Datum(schema, [2] + text("a\tb")).fields(separator: "\t", quotes: false).contains(
                "field s: a text holds the separator"
            )
        )
        #expect(try Datum(schema, [2] + text("a\nb")).fields(separator: "\t", quotes: false).contains("line break"))
        #expect(try Datum(schema, [2] + text("a\tb")).fields(separator: "\t") == "1\t\"a\tb\"")
    }

    @Test("Only a record has fields, also one that may be null")
    func optionalRecord() throws {
        let record =
            #"{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":["null","string"]}]}"#
        for (schema, bytes, line) in [
            ("[\"null\",\(record)]", [2, 2, 0], "1,"), ("[\"null\",\(record)]", [0], ","),
            ("[\(record)]", [0, 2, 2, 2, 0x61], "1,a"),
            ("[\(record),\"null\"]", [0, 2, 0], "1,"), ("[\(record),\"null\"]", [2], ","),
        ] as [(String, [UInt8], String)] {
            #expect(try Datum(schema, bytes).fields() == line)
        }
        #expect(try Datum("[\"null\",\(record)]", [4]).fields().contains("branch"))
        #expect(try Datum("[\"null\",\(record)]", [1]).fields().contains("branch"))
        #expect(try Datum("[\"null\",\(record)]", []).fields().contains("ends in the middle"))
        #expect(try Datum("[\"null\",\(record)]", [2, 2, 0, 0]).fields().contains("behind the end"))
        #expect(try Datum(#""int""#, [2]).fields().contains("not that of a record"))
        let single = #"{"type":"record","name":"R","fields":[{"name":"a","type":["null","int"]}]}"#
        #expect(try Datum(single, [0]).fields() == "\"\"")
        #expect(try Datum(single, [0]).fields(separator: "\t", quotes: false) == "")
    }

    @Test(
        "A whole datum is text without JSON's quotes",
        arguments: [
            (#""string""#, text("a\"b\n"), "a\"b\n"), (#"["null","string"]"#, [2, 2, 0x61], "a"), (#""int""#, [2], "1"),
            (#""bytes""#, [2, 0], "AA=="),
            (#"{"type":"enum","name":"E","symbols":["A"]}"#, [0], "A"),
            (#"{"type":"array","items":"string"}"#, [2, 2, 0x61, 0], #"["a"]"#),
            (#""string""#, [2], "at byte 1: a length reaches"),
        ] as [(String, [UInt8], String)]
    )
    func texts(schema: String, bytes: [UInt8], expected: String) throws {
        let datum = try Datum(schema, bytes)
        #expect(datum.fault == nil ? datum.text == expected : datum.text.contains(expected))
    }
}
