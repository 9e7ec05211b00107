import Testing

@testable import Protobuf

@Suite("A well-known type of Protobuf")
struct WellKnownTypesTests {
    /// The JSON of the field `x` of a type, declared by an import, from its bytes.
    private func field(_ type: String, _ file: String, _ content: Wire, more: String = "") throws -> String {
        let schema = """
            syntax = "proto3"; import "google/protobuf/any.proto"; import "\(file).proto";
            message Root { \(type) x = 1; }
            \(more)
            """
            .replacing(
                "import \"google/protobuf/any.proto\"; import \"google/protobuf/any",
                with: "import \"google/protobuf/any"
            )
        let text = try json(Wire().message(1, content), schema)
        guard text.hasPrefix("{\"x\":") else { return text }
        return String(text.dropFirst(5).dropLast())
    }

    @Test(
        "Timestamp is the text of RFC 3339",
        arguments: [
            (0, 0, #""1970-01-01T00:00:00Z""#), (1_582_979_696, 0, #""2020-02-29T12:34:56Z""#),
            (1, 10_000_000, #""1970-01-01T00:00:01.010Z""#), (1, 10_000, #""1970-01-01T00:00:01.000010Z""#),
            (-1, 999_999_999, #""1969-12-31T23:59:59.999999999Z""#), (951_868_799, 0, #""2000-02-29T23:59:59Z""#),
            (-62_135_596_800, 0, #""0001-01-01T00:00:00Z""#),
            (253_402_300_799, 1, #""9999-12-31T23:59:59.000000001Z""#),
            (-2_203_891_200, 0, #""1900-03-01T00:00:00Z""#),
        ]
    )
    func timestamp(seconds: Int64, nanoseconds: Int64, text: String) throws {
        let content = Wire().signed(1, seconds).signed(2, nanoseconds)
        #expect(try field("google.protobuf.Timestamp", "google/protobuf/timestamp", content) == text)
    }

    @Test(
        "Timestamp beyond its limits is a fault",
        arguments: [(-62_135_596_801, 0), (253_402_300_800, 0), (0, -1), (0, 1_000_000_000), (.min, 0), (.max, 0)]
    )
    func noTimestamp(seconds: Int64, nanoseconds: Int64) throws {
        let content = Wire().signed(1, seconds).signed(2, nanoseconds)
        #expect(
            try field("google.protobuf.Timestamp", "google/protobuf/timestamp", content)
                == #"fault: field "x": a google.protobuf.Timestamp is not within the years 1 to 9999"#
        )
    }

    @Test(
        "Duration is seconds with a fraction",
        arguments: [
            (0, 0, #""0s""#), (1, 0, #""1s""#), (-1, 0, #""-1s""#), (1, 340_012, #""1.000340012s""#),
            (0, -500_000_000, #""-0.500s""#), (-3, -1000, #""-3.000001s""#), (315_576_000_000, 0, #""315576000000s""#),
            (-315_576_000_000, -999_999_999, #""-315576000000.999999999s""#),
            (315_576_000_001, 0, "fault: "), (1, -1, "fault: "), (-1, 1, "fault: "), (0, 1_000_000_000, "fault: "),
            (.min, 0, "fault: "),
        ]
    )
    func duration(seconds: Int64, nanoseconds: Int64, text: String) throws {
        let content = Wire().signed(1, seconds).signed(2, nanoseconds)
        let found = try field("google.protobuf.Duration", "google/protobuf/duration", content)
        #expect(text == "fault: " ? found.hasPrefix(text) : found == text, "\(found)")
    }

    @Test(
        "FieldMask is its paths in camel case",
        arguments: [
            ([], #""""#), (["a_b", "c.d_ef"], #""aB,c.dEf""#), (["aB"], "fault: "), (["a__b"], "fault: "),
            (["a_"], "fault: "), (["a_1"], "fault: "),
        ]
    )
    func fieldMask(paths: [String], text: String) throws {
        let content = paths.reduce(Wire()) { $0.text(1, $1) }
        let found = try field("google.protobuf.FieldMask", "google/protobuf/field_mask", content)
        #expect(text == "fault: " ? found.hasPrefix("fault: field \"x\"") : found == text, "\(found)")
    }

    @Test(
        "a wrapper is its value, and is left out when it is not set",
        arguments: [
            ("Int64Value", Wire().signed(1, .min), "-9223372036854775808"),
            ("UInt64Value", Wire().varint(1, .max), "18446744073709551615"),
            ("Int32Value", Wire(), "0"), ("UInt32Value", Wire().varint(1, 7), "7"), ("BoolValue", Wire(), "false"),
            ("StringValue", Wire().text(1, "\""), #""\"""#), ("BytesValue", Wire().bytes(1, [0]), #""AA==""#),
            ("DoubleValue", Wire().fixed64(1, Double.nan.bitPattern), #""NaN""#),
            ("FloatValue", Wire().fixed32(1, Float(1.5).bitPattern), "1.5"),
        ]
    )
    func wrapper(type: String, content: Wire, text: String) throws {
        #expect(try field("google.protobuf.\(type)", "google/protobuf/wrappers", content) == text)
        let schema =
            #"syntax = "proto3"; import "google/protobuf/wrappers.proto"; message A { google.protobuf.\#(type) x = 1; }"#
        #expect(try json(Wire(), schema) == "{}")
    }

    @Test("Struct, Value and ListValue are the JSON that they stand for")
    func dynamic() throws {
        let list = Wire().message(1, Wire().fixed64(2, 1.5.bitPattern)).message(1, Wire().varint(1, 0)).message(
            1,
            Wire()
        )
        let structure = Wire()
            .message(1, Wire().text(1, "s").message(2, Wire().text(3, "t")))
            .message(1, Wire().text(1, "b").message(2, Wire().varint(4, 1)))
            .message(1, Wire().text(1, "l").message(2, Wire().message(6, list)))
            .message(1, Wire().text(1, "o").message(2, Wire().message(5, Wire())))
            .message(1, Wire().text(1, "i").message(2, Wire().fixed64(2, 3.0.bitPattern)))
        let text = #"{"b":true,"i":3,"l":[1.5,null,null],"o":{},"s":"t"}"#
        #expect(try field("google.protobuf.Struct", "google/protobuf/struct", structure) == text)
        #expect(try field("google.protobuf.Value", "google/protobuf/struct", Wire().message(5, structure)) == text)
        #expect(try field("google.protobuf.ListValue", "google/protobuf/struct", list) == "[1.5,null,null]")
        #expect(try field("google.protobuf.Value", "google/protobuf/struct", Wire()) == "null")
        #expect(
            try field("google.protobuf.Value", "google/protobuf/struct", Wire().fixed64(2, Double.nan.bitPattern))
                == #"fault: field "x": a google.protobuf.Value holds a number that JSON does not have"#
        )
        let null =
            #"syntax = "proto3"; import "google/protobuf/struct.proto"; message A { google.protobuf.NullValue n = 1; }"#
        #expect(try json(Wire(), null) == #"{"n":null}"#)
    }

    @Test("Any is its message with its type, or its value beside it when that has another form")
    func any() throws {
        let more = #"message Held { int32 y = 1; repeated google.protobuf.Any more = 2; }"#
        func any(_ type: String, _ content: Wire) throws -> String {
            try field(
                "google.protobuf.Any",
                "google/protobuf/any",
                Wire().text(1, type).message(2, content),
                more: more
            )
        }
        #expect(
            try any("type.googleapis.com/Held", Wire().varint(1, 3))
                == #"{"@type":"type.googleapis.com/Held","y":3,"more":[]}"#
        )
        let held = Wire().message(2, Wire().text(1, "x/google.protobuf.Duration").message(2, Wire().varint(1, 5)))
        #expect(
            try any("h/Held", held)
                == #"{"@type":"h/Held","y":0,"more":[{"@type":"x/google.protobuf.Duration","value":"5s"}]}"#
        )
        #expect(try any("x/google.protobuf.Empty", Wire()) == #"{"@type":"x/google.protobuf.Empty"}"#)
        #expect(try field("google.protobuf.Any", "google/protobuf/any", Wire()) == "{}")
        #expect(
            try any("secret.example/Unknown", Wire())
                == #"fault: field "x", byte 19: a google.protobuf.Any holds a message of a type that the schema does not have"#
        )
        #expect(
            try any("x/Held", Wire().raw([0x08])) == #"fault: field "x", byte 13: a number goes beyond the end"#
        )
        #expect(
            try field("google.protobuf.Any", "google/protobuf/any", Wire().text(2, "b")).hasPrefix(#"fault: field "x""#)
        )
        // A limit of depth for each message of an Any alone would be no limit.
        let deep = (0..<200).reduce(Wire()) { inner, _ in
            Wire().message(2, Wire().text(1, "x/Held").message(2, inner))
        }
        #expect(try any("x/Held", deep).hasPrefix("fault: "))
    }

    @Test(
        "Decimal is a number of all its digits",
        arguments: [
            ([], 0, "0"), ([0], 2, "0.00"), ([0x7B], 0, "123"), ([0x7B], 1, "12.3"), ([0x7B], 3, "0.123"),
            ([0x7B], 5, "0.00123"),
            ([0x7B], -2, "12300"), ([0xFF], 2, "-0.01"), ([0x80], 1, "-12.8"), ([0xFF, 0x85], 0, "-123"),
            ([0, 0xFF], 0, "255"),
            ([0x80, 0, 0, 0, 0, 0, 0, 0], 0, "-9223372036854775808"),
            ([0x01] + [UInt8](repeating: 0, count: 16), 4, "34028236692093846346337460743176821.1456"),
            ([0], -3, "0"),
        ] as [([UInt8], Int64, String)]
    )
    func decimal(bytes: [UInt8], scale: Int64, text: String) throws {
        let content = Wire().bytes(1, bytes).varint(2, 10).signed(3, scale)
        #expect(try field("confluent.type.Decimal", "confluent/type/decimal", content) == text)
    }

    @Test("Decimal has limits")
    func longDecimal() throws {
        let most = Wire().bytes(1, [0x80] + [UInt8](repeating: 0, count: 1023)).signed(3, 10_000)
        let text = try field("confluent.type.Decimal", "confluent/type/decimal", most)
        #expect(text.hasPrefix("-0.000") && text.utf8.count == 10_003)
        let fault = #"fault: field "x": a confluent.type.Decimal has more digits than can be written"#
        let tooLong = Wire().bytes(1, [UInt8](repeating: 1, count: 1025))
        #expect(
            try field("confluent.type.Decimal", "confluent/type/decimal", tooLong)
                == fault.replacing("x\"", with: "x\", byte 6")
        )
        for scale in [10_001, -10_001, Int64(Int32.max), Int64(Int32.min)] {
            #expect(try field("confluent.type.Decimal", "confluent/type/decimal", Wire().signed(3, scale)) == fault)
        }
    }

    @Test("is an object of its fields when it is the message itself")
    func root() throws {
        let wrappers = #"syntax = "proto3"; package google.protobuf; message StringValue { string value = 1; }"#
        #expect(try json(Wire().text(1, "x"), wrappers) == #"{"value":"x"}"#)
        let timestamp =
            #"syntax = "proto3"; package google.protobuf; message Timestamp { int64 seconds = 1; int32 nanos = 2; }"#
        #expect(try json(Wire().varint(1, 5), timestamp) == #"{"seconds":5,"nanos":0}"#)
    }

    @Test("of the same name but other fields is like any other message")
    func imitation() throws {
        let schema = """
            syntax = "proto3"; package google.protobuf;
            message Timestamp { string text = 1; }
            message A { Timestamp t = 1; Duration d = 2; }
            message Duration { int64 seconds = 1; int32 nanos = 2; }
            """
        let payload = Wire().message(1, Wire().text(1, "now")).message(2, Wire().varint(1, 1))
        #expect(try json(payload, schema, at: [1]) == #"{"t":{"text":"now"},"d":"1s"}"#)
    }
}
