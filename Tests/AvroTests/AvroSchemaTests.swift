import JSON
import Testing

@testable import Avro

@Suite("Avro schemas")
struct AvroSchemaTests {
    @Test(
        "A schema keeps all that it says",
        arguments: [
            #""int""#, #"["null","string"]"#, #"{"type":"int","logicalType":"date","custom":[1,2.5,null]}"#,
            #"{"type":"array","items":{"type":"map","values":"bytes"},"connect.name":"x"}"#,
            #"{"type":"enum","name":"E","symbols":["A","B"],"default":"A","aliases":["F"],"doc":"d"}"#,
            #"{"type":"fixed","name":"F","namespace":"a.b","size":16,"logicalType":"uuid"}"#,
            #"{"type":"record","name":"R","fields":[{"name":"r","type":["null","R"],"default":null,"order":"ignore"}]}"#,
            #"{"type":"error","name":"Problem","fields":[]}"#,
        ]
    )
    func kept(text: String) throws {
        let schema = try AvroSchema(parsing: " \(text)\n")
        #expect(schema.text == text)
        #expect(try AvroSchema(parsing: schema.text) == schema)
        #expect(try AvroSchema(parsing: schema.text).hashValue == schema.hashValue)
    }

    @Test("Schemas differ when anything in them does")
    func fingerprints() throws {
        let texts = [
            #""int""#, #""long""#, #"{"type":"int"}"#, #"{"type":"int","logicalType":"date"}"#,
            #"{"type":"int","doc":"a"}"#,
        ]
        let schemas = try texts.map { try AvroSchema(parsing: $0) }
        #expect(Set(schemas.map(\.fingerprint)).count == texts.count)
        #expect(Set(schemas).count == texts.count)
        // The fingerprint that the specification's algorithm gives the text of the canonical form of "int".
        #expect(AvroFingerprint(#""int""#).checksum == 0x7275_D51A_3F39_5C8F)
    }

    @Test(
        "Names mean what the specification says",
        arguments: [
            // In a namespace, a name without a dot is of that namespace.
            (
                #"{"type":"record","name":"a.R","fields":[{"name":"e","type":{"type":"enum","name":"E","symbols":["x"]}},{"name":"f","type":"a.E"},{"name":"g","type":"E"}]}"#,
                true
            ),
            // A name with a dot is a full name, whatever the namespace says.
            (#"{"type":"record","name":"b.R","namespace":"c","fields":[{"name":"r","type":["null","b.R"]}]}"#, true),
            (#"{"type":"record","name":"b.R","namespace":"c","fields":[{"name":"r","type":["null","c.R"]}]}"#, false),
            // An empty namespace is none.
            (#"{"type":"record","name":"R","namespace":"","fields":[{"name":"r","type":["null","R"]}]}"#, true),
            // Java writes the name of a type without namespace like this, though there is a namespace around it.
            (
                #"["null",{"type":"fixed","name":"F","size":1},{"type":"record","name":"a.R","fields":[{"name":"f","type":"F"}]}]"#,
                true
            ),
            (#"{"type":"record","name":".R","namespace":"a","fields":[{"name":"r","type":["null","R"]}]}"#, true),
            (#"{"type":{"type":"array","items":{"type":"int"}}}"#, true),
            (#"{"type":"array","items":["null",{"type":["int"]}]}"#, false),
        ]
    )
    func names(text: String, isSchema: Bool) throws {
        if isSchema {
            let schema = try AvroSchema(parsing: text)
            #expect(try AvroSchema(parsing: schema.text) == schema)
        } else {
            #expect(throws: AvroError.self) { try AvroSchema(parsing: text) }
        }
    }

    @Test("References are put in where they are used first, with their own namespaces")
    func references() throws {
        let inner = #"{"type":"record","name":"Inner","fields":[{"name":"i","type":"int"}]}"#
        let outer =
            #"{"type":"record","name":"x.Outer","doc":"o","fields":[{"name":"a","type":{"type":"enum","name":"E","symbols":["S"]}}]}"#
        let main =
            #"{"type":"record","name":"m.Main","fields":[{"name":"e","type":"x.E"},{"name":"o","type":"x.Outer"},{"name":"p","type":["null","x.Outer"]}]}"#
        let schema = try AvroSchema(parsing: main, references: [inner, outer])
        #expect(
            schema.text
                == #"{"type":"record","name":"Main","fields":[{"name":"e","type":{"type":"enum","name":"E","symbols":["S"],"namespace":"x"}},{"name":"o","type":{"type":"record","name":"Outer","doc":"o","fields":[{"name":"a","type":"x.E"}],"namespace":"x"}},{"name":"p","type":["null","x.Outer"]}],"namespace":"m"}"#
        )
        #expect(try AvroSchema(parsing: schema.text) == schema)
        #expect(try AvroSchema(parsing: #""Inner""#, references: [inner]).text == inner)
        let named = try AvroSchema(
            parsing: #"{"type":"record","name":"a.R","fields":[{"name":"i","type":"Inner"}]}"#,
            references: [inner]
        )
        #expect(named.text.contains(#""namespace":"""#))
        #expect(try AvroSchema(parsing: named.text) == named)
    }

    @Test(
        "What is wrong is said with its place",
        arguments: [
            ("", "is not JSON: expected a value"), ("{", "is not JSON"), ("5", "not 5"),
            (#""Order""#, "the type \"Order\" is neither"),
            (#""a.""#, "\"a.\" is no type's name"), ("[]", "a union needs at least one branch"),
            ("{}", "needs the attribute \"type\""),
            (#"["int","int"]"#, "two branches \"int\""), (#"["int",["long"]]"#, "branch 1 of a union is a union"),
            (#"[{"type":"fixed","name":"a.F","size":1},"a.F"]"#, "two branches \"a.F\""),
            (#"{"type":"array"}"#, "the attribute \"items\""),
            (#"{"type":"map","items":"int"}"#, "the attribute \"values\""),
            (#"{"type":"enum","name":"E"}"#, "\"symbols\""),
            (#"{"type":"enum","name":"E","symbols":["a",1]}"#, "\"symbols\""),
            (#"{"type":"enum","name":"E","symbols":["a","a"]}"#, "the same symbol twice"),
            (#"{"type":"enum","symbols":["a"]}"#, "a type enum needs a \"name\""),
            (#"{"type":"fixed","name":"F"}"#, "\"size\""), (#"{"type":"fixed","name":"F","size":-1}"#, "\"size\""),
            (#"{"type":"fixed","name":"F","size":2147483648}"#, "\"size\""),
            (#"{"type":"fixed","name":"F","size":1.5}"#, "\"size\""),
            (#"{"type":"record","name":"R"}"#, "record R needs a list \"fields\""),
            (#"{"type":"record","name":"","fields":[]}"#, "\"\" is no type's name"),
            (
                #"{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"a","type":"int"}]}"#,
                "record R has two fields \"a\""
            ),
            (#"{"type":"record","name":"R","fields":[{"type":"int"}]}"#, "field 0 of record R needs a \"name\""),
            (#"{"type":"record","name":"R","fields":[1]}"#, "field 0 of record R needs a \"name\""),
            (#"{"type":"record","name":"R","fields":[{"name":"a"}]}"#, "field \"a\" of record R needs a \"type\""),
            (
                #"{"type":"record","name":"x.R","fields":[{"name":"a","type":{"type":"map","values":"Q"}}]}"#,
                "at field a of record x.R, values: the type \"x.Q\""
            ),
            (#"{"type":"record","name":"int","fields":[]}"#, "cannot have the name of the primitive type"),
            (
                #"[{"type":"record","name":"R","fields":[]},{"type":"array","items":{"type":"fixed","name":"R","size":1}}]"#,
                "the type \"R\" is defined twice"
            ),
            (
                #"{"type":"record","name":"R","fields":[{"name":"a","type":null}]}"#,
                "a type is a name, an object or a list"
            ),
        ]
    )
    func faults(text: String, message: String) {
        let error = #expect(throws: AvroError.self) { try AvroSchema(parsing: text) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        #expect(error?.code == .invalidSchema)
        let reference = #expect(throws: AvroError.self) {
            try AvroSchema(parsing: #""int""#, references: [#""int""#, text])
        }
        #expect(reference?.description.hasPrefix("reference 2 of 2: the Avro schema") == true)
    }

    @Test("Types are nested to one depth only, with and without references")
    func depth() throws {
        func nested(_ depth: Int, _ inner: String) -> String {
            String(repeating: #"{"type":"array","items":"#, count: depth) + inner + String(repeating: "}", count: depth)
        }
        #expect(try AvroSchema(parsing: nested(AvroSchema.maximumDepth, #""int""#)).rootKind == .array)
        for depth in [AvroSchema.maximumDepth + 1, 500] {
            let error = #expect(throws: AvroError.self) { try AvroSchema(parsing: nested(depth, #""int""#)) }
            #expect(error?.code == .tooDeep)
        }
        let references = (0..<100).map { number in
            let inner = number == 0 ? #""int""# : "\"R\(number - 1)\""
            return #"{"type":"record","name":"R\#(number)","fields":[{"name":"f","type":\#(nested(4, inner))}]}"#
        }
        #expect(try AvroSchema(parsing: #""R9""#, references: references).text.utf8.count > 1000)
        let error = #expect(throws: AvroError.self) { try AvroSchema(parsing: #""R99""#, references: references) }
        #expect(error?.code == .tooDeep)
    }

    @Test(
        "The kind of a datum looks through unions of one type",
        arguments: [
            (#""string""#, .string), (#"["null","string"]"#, .string),
            (#"[{"type":"record","name":"R","fields":[]},"null"]"#, .record),
            (#"["int","string"]"#, .union), (#"["int"]"#, .int), (#"["null"]"#, .union),
            (#"["null","int","string"]"#, .union),
            (#"{"type":"map","values":"int"}"#, .map), (#"{"type":"enum","name":"E","symbols":[]}"#, .enumeration),
        ] as [(String, AvroKind)]
    )
    func kinds(text: String, kind: AvroKind) throws {
        let schema = try AvroSchema(parsing: text)
        #expect(schema.rootKind == kind)
        #expect((schema.fieldNames != nil) == (kind == .record))
    }

    @Test(
        "A logical type counts when it suits its type, else it is as if it were not there",
        arguments: [
            (#"{"type":"bytes","logicalType":"decimal","precision":4,"scale":2}"#, .decimal(scale: 2)),
            (#"{"type":"bytes","logicalType":"decimal","precision":4}"#, .decimal(scale: 0)),
            (#"{"type":"bytes","logicalType":"decimal"}"#, nil),
            (#"{"type":"bytes","logicalType":"decimal","precision":0}"#, nil),
            (#"{"type":"bytes","logicalType":"decimal","precision":2,"scale":3}"#, nil),
            (#"{"type":"bytes","logicalType":"decimal","precision":2,"scale":-1}"#, nil),
            (#"{"type":"bytes","logicalType":"decimal","precision":2,"scale":"1"}"#, nil),
            (#"{"type":"bytes","logicalType":"decimal","precision":2.5}"#, nil),
            (#"{"type":"fixed","name":"F","size":4,"logicalType":"decimal","precision":9}"#, .decimal(scale: 0)),
            (#"{"type":"fixed","name":"F","size":4,"logicalType":"decimal","precision":10}"#, nil),
            (#"{"type":"fixed","name":"F","size":0,"logicalType":"decimal","precision":1}"#, nil),
            (
                #"{"type":"fixed","name":"F","size":16,"logicalType":"decimal","precision":38,"scale":38}"#,
                .decimal(scale: 38)
            ),
            (#"{"type":"int","logicalType":"decimal","precision":4}"#, nil),
            (#"{"type":"int","logicalType":"date"}"#, .date),
            (#"{"type":"int","logicalType":"time-millis"}"#, .timeMillis),
            (#"{"type":"long","logicalType":"time-micros"}"#, .timeMicros),
            (#"{"type":"long","logicalType":"timestamp-millis"}"#, .timestamp(digits: 3)),
            (#"{"type":"long","logicalType":"timestamp-micros"}"#, .timestamp(digits: 6)),
            (#"{"type":"long","logicalType":"timestamp-nanos"}"#, .timestamp(digits: 9)),
            (#"{"type":"int","logicalType":"timestamp-millis"}"#, nil),
            (#"{"type":"long","logicalType":"local-timestamp-millis"}"#, .localTimestamp(digits: 3)),
            (#"{"type":"long","logicalType":"local-timestamp-micros"}"#, .localTimestamp(digits: 6)),
            (#"{"type":"long","logicalType":"local-timestamp-nanos"}"#, .localTimestamp(digits: 9)),
            (#"{"type":"string","logicalType":"uuid"}"#, .uuid),
            (#"{"type":"fixed","name":"F","size":16,"logicalType":"uuid"}"#, .uuid),
            (#"{"type":"fixed","name":"F","size":15,"logicalType":"uuid"}"#, nil),
            (#"{"type":"fixed","name":"F","size":12,"logicalType":"duration"}"#, .duration),
            (#"{"type":"bytes","logicalType":"duration"}"#, nil),
            (#"{"type":"long","logicalType":7}"#, nil),
            (
                #"{"type":"bytes","connect.name":"org.apache.kafka.connect.data.Decimal","connect.parameters":{"scale":"3"}}"#,
                .decimal(scale: 3)
            ),
            (#"{"type":"bytes","connect.name":"org.apache.kafka.connect.data.Decimal"}"#, nil),
            (#"{"type":"bytes","connect.name":"x"}"#, nil),
        ] as [(String, AvroLogicalType?)]
    )
    func logicalTypes(text: String, type: AvroLogicalType?) throws {
        let schema = try AvroSchema(parsing: text)
        #expect(schema.types[schema.root].logicalType == type)
        #expect(schema.text == text)
    }
}
