import JSON
import Testing

@testable import Protobuf

@Suite("A Protobuf message as JSON")
struct ProtobufReaderTests {
    private static let scalars = """
        syntax = "proto3";
        package shop;
        enum Colour { RED = 0; GREEN = 1; }
        message Scalars {
          int32 a_int32 = 1; int64 a_int64 = 2; uint32 a_uint32 = 3; uint64 a_uint64 = 4; sint32 a_sint32 = 5;
          sint64 a_sint64 = 6; fixed32 a_fixed32 = 7; fixed64 a_fixed64 = 8; sfixed32 a_sfixed32 = 9;
          sfixed64 a_sfixed64 = 10; float a_float = 11; double a_double = 12; bool a_bool = 13; string a_string = 14;
          bytes a_bytes = 15; Colour a_colour = 16;
        }
        """

    @Test("has every field without presence, by its own name")
    func defaults() throws {
        #expect(
            try json(Wire(), Self.scalars)
                == #"{"a_int32":0,"a_int64":0,"a_uint32":0,"a_uint64":0,"a_sint32":0,"a_sint64":0,"a_fixed32":0,"#
                + #""a_fixed64":0,"a_sfixed32":0,"a_sfixed64":0,"a_float":0,"a_double":0,"a_bool":false,"a_string":"","#
                + #""a_bytes":"","a_colour":"RED"}"#
        )
    }

    @Test(
        "has the limits of each type exactly",
        arguments: [
            (Wire().signed(1, -2_147_483_648), #""a_int32":-2147483648"#),
            (Wire().signed(2, .min), #""a_int64":-9223372036854775808"#),
            (Wire().varint(3, 4_294_967_295), #""a_uint32":4294967295"#),
            (Wire().varint(4, .max), #""a_uint64":18446744073709551615"#),
            (Wire().varint(5, 4_294_967_295), #""a_sint32":-2147483648"#),
            (Wire().varint(6, .max), #""a_sint64":-9223372036854775808"#),
            (Wire().fixed32(7, .max), #""a_fixed32":4294967295"#),
            (Wire().fixed64(8, .max), #""a_fixed64":18446744073709551615"#),
            (Wire().fixed32(9, 0x8000_0000), #""a_sfixed32":-2147483648"#),
            (Wire().fixed64(10, 1 << 63), #""a_sfixed64":-9223372036854775808"#),
            (Wire().fixed32(11, Float(0.1).bitPattern), #""a_float":0.1,"#),
            (Wire().fixed32(11, Float.nan.bitPattern), #""a_float":"NaN""#),
            (Wire().fixed32(11, Float.greatestFiniteMagnitude.bitPattern), #""a_float":3.4028235e+38"#),
            (Wire().fixed64(12, Double.pi.bitPattern), #""a_double":3.141592653589793"#),
            (Wire().fixed64(12, (-Double.infinity).bitPattern), #""a_double":"-Infinity""#),
            (Wire().fixed64(12, Double.infinity.bitPattern), #""a_double":"Infinity""#),
            (Wire().fixed64(12, Double.leastNonzeroMagnitude.bitPattern), #""a_double":5e-324"#),
            (Wire().varint(13, 1), #""a_bool":true"#),
            (Wire().text(14, "a\"b\\c\n\u{0}\u{1F}\u{7F}é€😀/"), #""a_string":"a\"b\\c\n\u0000\u001f\#u{7F}é€😀/""#),
            (Wire().bytes(15, [0xFF]), #""a_bytes":"/w==""#),
            (Wire().bytes(15, [0xFF, 0xFE]), #""a_bytes":"//4=""#),
            (Wire().bytes(15, [0xFF, 0xFE, 0xFD]), #""a_bytes":"//79""#),
            (Wire().varint(16, 1), #""a_colour":"GREEN""#),
            (Wire().signed(16, -7), #""a_colour":-7"#),
        ]
    )
    func limits(payload: Wire, part: String) throws {
        let text = try json(payload, Self.scalars)
        #expect(text.contains(part), "\(text)")
        #expect(throws: Never.self) { try JSONValue(parsing: text) }
    }

    @Test("takes the last of several values of a field, and adds up the parts of a message")
    func repeats() throws {
        let schema = #"syntax = "proto3"; message A { int32 x = 1; message B { int32 y = 1; int32 z = 2; } B b = 2; }"#
        let payload = Wire().varint(1, 1).message(2, Wire().varint(1, 5)).varint(1, 2).message(2, Wire().varint(2, 6))
        #expect(try json(payload, schema) == #"{"x":2,"b":{"y":5,"z":6}}"#)
    }

    @Test("has repeated fields as arrays, packed or not")
    func arrays() throws {
        let schema = #"syntax = "proto3"; message A { repeated int32 x = 1; repeated string s = 2; repeated A a = 3; }"#
        #expect(try json(Wire(), schema) == #"{"x":[],"s":[],"a":[]}"#)
        let payload = Wire().varint(1, 1).bytes(1, [2, 3]).text(2, "").varint(1, 4).text(2, "z").message(3, Wire())
        #expect(try json(payload, schema) == #"{"x":[1,2,3,4],"s":["","z"],"a":[{"x":[],"s":[],"a":[]}]}"#)
    }

    @Test("has presence where it is declared, and leaves out what was not set")
    func presence() throws {
        let schema =
            #"syntax = "proto3"; message A { optional int32 x = 1; A a = 2; oneof o { int32 y = 3; string z = 4; } }"#
        #expect(try json(Wire(), schema) == "{}")
        #expect(try json(Wire().varint(1, 0), schema) == #"{"x":0}"#)
        #expect(try json(Wire().message(2, Wire()).text(4, ""), schema) == #"{"a":{},"z":""}"#)
        #expect(try json(Wire().text(4, "a").varint(3, 0), schema) == #"{"y":0}"#)
    }

    @Test("has maps as objects, sorted by key, the last of the same key")
    func maps() throws {
        let schema = """
            syntax = "proto3";
            message A {
              map<string, int64> s = 1; map<int32, A> i = 2; map<bool, string> b = 3; map<uint64, bytes> u = 4;
            }
            """
        #expect(try json(Wire(), schema) == #"{"s":{},"i":{},"b":{},"u":{}}"#)
        let payload = Wire()
            .message(1, Wire().text(1, "b").varint(2, 1)).message(1, Wire().text(1, "a\"").varint(2, 2))
            .message(1, Wire().varint(2, 4).text(1, "b")).message(1, Wire())
            .message(2, Wire().signed(1, -1))
            .message(3, Wire().varint(1, 1).text(2, "yes"))
            .message(4, Wire().varint(1, .max).bytes(2, [0])).message(4, Wire().varint(1, 5))
        #expect(
            try json(payload, schema)
                == #"{"s":{"":0,"a\"":2,"b":4},"i":{"-1":{"s":{},"i":{},"b":{},"u":{}}},"b":{"true":"yes"},"#
                + #""u":{"18446744073709551615":"AA==","5":""}}"#
        )
    }

    @Test("of proto2 has defaults only where a value was set, groups and extensions")
    func proto2() throws {
        let schema = """
            syntax = "proto2";
            package p;
            message A {
              optional int32 x = 1 [default = 7]; repeated string s = 2;
              optional group G = 3 { optional bool on = 1; }
              enum E { ONE = 1; TWO = 2; } optional E e = 5;
              extensions 100 to 200;
            }
            extend A { optional string more = 100; repeated A again = 101; }
            """
        #expect(try json(Wire(), schema) == #"{"s":[]}"#)
        let payload = Wire().varint(1, 7).group(3, Wire().varint(1, 1)).varint(5, 2).text(100, "m")
            .message(101, Wire().text(2, "n"))
        #expect(
            try json(payload, schema)
                == #"{"x":7,"s":[],"g":{"on":true},"e":"TWO","[p.more]":"m","[p.again]":[{"s":["n"]}]}"#
        )
        // Enumerations of proto2 are closed.
        #expect(try json(Wire().varint(5, 9), schema) == #"{"s":[]}"#)
    }

    @Test("without a required field is a fault that names it")
    func required() throws {
        let schema = #"syntax = "proto2"; message A { required int32 x = 1; repeated A a = 2; }"#
        #expect(try json(Wire().varint(1, 3), schema) == #"{"x":3,"a":[]}"#)
        #expect(try json(Wire(), schema) == #"fault: field "x": the field is required, but is missing"#)
        #expect(
            try json(Wire().varint(1, 3).message(2, Wire()), schema)
                == #"fault: field "a.x": the field is required, but is missing"#
        )
    }

    @Test("does not have fields that the schema does not have")
    func unknownFields() throws {
        let schema = #"syntax = "proto3"; message A { int32 x = 1; }"#
        let payload = Wire().varint(9, 1).fixed32(10, 1).fixed64(11, 1).text(12, "?").group(13, Wire().varint(1, 1))
            .varint(1, 8).text(1, "of another type")
        #expect(try json(payload, schema) == #"{"x":8}"#)
    }

    @Test("is nested up to 100 levels")
    func depth() throws {
        let reader = try ProtobufSchema(text: #"syntax = "proto3"; message A { A a = 1; }"#).message(at: [0])
        func nested(_ levels: Int) -> Wire { (1..<levels).reduce(Wire()) { inner, _ in Wire().message(1, inner) } }
        #expect(reader.json(nested(100)).hasSuffix("}}"))
        #expect(reader.json(nested(102)).hasPrefix("fault: "))
    }

    @Test("goes on after a fault, and after a payload that is much larger than others")
    func reuse() throws {
        let reader = try ProtobufSchema(text: #"syntax = "proto3"; message A { repeated string s = 1; }"#).message(at: [
            0
        ])
        #expect(reader.json(Wire().raw([0x0A])).hasPrefix("fault: "))
        let many = Wire().raw([UInt8]((0..<50_000).map { _ in [0x0A, 1, 0x61] as [UInt8] }.joined()))
        #expect(reader.json(many).utf8.count == 50_000 * 4 - 1 + 8)
        #expect(reader.json(Wire().text(1, "b")) == #"{"s":["b"]}"#)
    }

    private static let nested = """
        syntax = "proto3";
        message A {
          int32 x = 1; A a = 2; string s = 3; repeated sfixed32 f = 4; map<string, A> m = 5; repeated A more = 6;
          oneof o { A left = 7; A right = 8; int32 none = 9; }
        }
        """

    @Test(
        "that cannot be read is a fault that names the field and the byte, and nothing of the data",
        arguments: [
            ([0x08], "byte 1: a number goes beyond the end"),
            ([0x08] + [UInt8](repeating: 0x80, count: 10) + [1], "byte 1: a number has more than ten bytes"),
            ([0x02, 0x00], "byte 0: a field has a number that none may have"),
            ([0x80, 0x80, 0x80, 0x80, 0x10, 1], "byte 0: a field has a number that none may have"),
            ([0x0E], "byte 1: a field has a wire type that does not exist"),
            ([0x0F], "byte 1: a field has a wire type that does not exist"),
            ([0x0C], "byte 1: a group ends that did not begin"),
            ([0x0B], "byte 1: a group does not end"), ([0x0B, 0x14], "byte 2: a group ends that did not begin"),
            ([0x0B, 0x0A, 0x05], "byte 2: a length goes beyond the end"),
            ([UInt8](repeating: 0x0B, count: 101), "groups are nested more deeply than 100 levels"),
            ([0x4D, 1, 2, 3], "byte 1: a number goes beyond the end"),
            ([0x49, 1], "byte 1: a number goes beyond the end"),
            ([0x1A, 0x02, 0x61], "byte 1: a length goes beyond the end"),
            ([0x1A] + [UInt8](repeating: 0xFF, count: 9) + [1], "byte 1: a length goes beyond the end"),
            ([0x12, 0x02, 0x1A, 0x05], #"field "a", byte 3: a length goes beyond the end"#),
            ([0x1A, 0x02, 0xC3, 0x28], #"field "s", byte 2: the text is not valid UTF-8"#),
            ([0x12, 0x04, 0x1A, 0x02, 0xED, 0xA0], #"field "a.s", byte 4: the text is not valid UTF-8"#),
            ([0x22, 0x03, 1, 2, 3], #"field "f", byte 2: a number goes beyond the end"#),
            ([0x2A, 0x03, 0x0A, 0x01, 0xFF], #"field "m", byte 4: a key of the map is not valid UTF-8"#),
            ([0x2A, 0x04, 0x12, 0x02, 0x08, 0x80], #"field "m", byte 5: a number goes beyond the end"#),
            // In parts, of which together no place is that of the payload.
            ([0x12, 0x01, 0x1A, 0x12, 0x01, 0x05], #"field "a": a length goes beyond the end"#),
        ] as [([UInt8], String)]
    )
    func faults(payload: [UInt8], reason: String) throws {
        let text = try json(Wire().raw(payload), Self.nested)
        #expect(text.hasPrefix("fault: ") && text.hasSuffix(reason), "\(text)")
    }

    @Test(
        "has only valid UTF-8",
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xE0, 0x9F, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80],
            [0xF0, 0x8F, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xF0, 0x9F, 0x98],
        ] as [[UInt8]],
        ["", "sixteen ascii bytes and some more"]
    )
    func brokenText(bytes: [UInt8], before: String) throws {
        for syntax in ["proto2", "proto3"] {
            let schema = "syntax = \"\(syntax)\"; message A { repeated string s = 1; }"
            let text = try json(Wire().bytes(1, Array(before.utf8) + bytes), schema)
            #expect(text == #"fault: field "s", byte 2: the text is not valid UTF-8"#)
        }
    }

    @Test("has of a oneof the last member that was set, merged only with what it was itself")
    func oneofs() throws {
        func end(_ payload: Wire) throws -> Substring {
            try json(payload, Self.nested).split(separator: #""more":[]"#, maxSplits: 1)[1]
        }
        let x = Wire().varint(1, 3)
        let object = #"{"x":3,"s":"","f":[],"m":{},"more":[]}"#
        #expect(try end(Wire().varint(9, 1).message(7, x)) == #","left":\#(object)}"#)
        #expect(try end(Wire().message(7, x).varint(9, 1)) == #","none":1}"#)
        #expect(try end(Wire().message(7, x).message(8, x)) == #","right":\#(object)}"#)
        #expect(
            try end(Wire().message(7, x).message(7, Wire().text(3, "t")))
                == #","left":{"x":3,"s":"t","f":[],"m":{},"more":[]}}"#
        )
        #expect(
            try end(Wire().message(7, Wire().text(3, "t")).varint(9, 1).message(7, x)) == #","left":\#(object)}"#
        )
    }

    @Test(
        "of many small parts takes no time or memory out of proportion",
        arguments: [
            Wire().message(2, Wire().varint(1, 1)), Wire().message(6, Wire()), Wire().message(5, Wire()),
            Wire().message(7, Wire()).message(8, Wire()), Wire().varint(9, 1).message(7, Wire()),
            Wire().bytes(4, []).varint(1, 1),
        ]
    )
    func parts(part: Wire) throws {
        let reader = try ProtobufSchema(text: Self.nested).message(at: [0])
        let payload = Wire().raw(Array(repeatElement(part.bytes, count: 100_000).joined()))
        let text = reader.json(payload)
        #expect(!text.hasPrefix("fault"))
        #expect(throws: Never.self) { try JSONValue(parsing: text) }
    }

    @Test("may have a message in parts, but not parts within parts without end")
    func partsWithinParts() throws {
        let schema = #"syntax = "proto3"; message A { A a = 1; bytes b = 2; }"#
        func nested(_ levels: Int) -> Wire {
            (0..<levels).reduce(Wire().bytes(2, [UInt8](repeating: 0, count: 999))) { inner, _ in
                Wire().message(1, inner).message(1, Wire())
            }
        }
        #expect(try json(nested(5), schema).hasPrefix(#"{"a":{"a":{"a":{"a":{"a":{"b":"AAAA"#))
        #expect(try json(nested(50), schema).hasSuffix("too many messages in parts are within each other"))
    }
}
