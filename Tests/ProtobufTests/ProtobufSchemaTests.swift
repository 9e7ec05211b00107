import Testing

@testable import Protobuf

@Suite("A Protobuf schema")
struct ProtobufSchemaTests {
    private func failure(_ text: String, _ references: [(String, String)] = []) -> String {
        let error = #expect(throws: ProtobufError.self) { try ProtobufSchema(text: text, references: references) }
        #expect(error?.code == .invalidSchema)
        return error?.message ?? ""
    }

    @Test(
        "says where it is wrong",
        arguments: [
            ("syntax = \"proto3\"; message A {\n  int32 x = ;\n}", "line 2, column 13: Expected field number"),
            ("syntax = \"proto3\";\nmessage A {\n  B b = 1;\n}", "line 3, column 3: \"B\" is not defined"),
            (
                "syntax = \"proto3\";\nmessage A { int32 x = 1; int32 x = 2; }",
                "line 2, column 32: \"x\" is already defined in \"A\""
            ),
            (
                "syntax = \"proto3\";\nmessage A {\n\n\n  int32 x = 1; string y = 1; }",
                "line 5, column 27: Field number 1 has already been used in \"A\""
            ),
            ("syntax = \"proto3\"; enum E { ONE = 1; }", "first enum value must be zero"),
            ("syntax = \"proto4\";", "Unrecognized syntax identifier \"proto4\""),
            ("// new\nedition = \"2023\"; message A {}", "only proto2 and proto3 are supported"),
            ("\"unfinished", "line 1, column 1"),
            ("{\"type\":\"record\"}", "line 1, column 1: Expected top-level statement"),
            ("import \"a/b.proto\";", "\"a/b.proto\" is imported, but is not among the schema's references"),
        ]
    )
    func wrong(text: String, reason: String) {
        let message = failure(text)
        #expect(message.hasPrefix("the Protobuf schema is invalid: ") && message.contains(reason), "\(message)")
    }

    @Test("names the reference that is wrong")
    func wrongReference() {
        let schema = "syntax = \"proto3\";\nimport \"b.proto\";"
        #expect(
            failure(schema, [("b.proto", "message {")]).contains(
                "file \"b.proto\": line 1, column 9: Expected message name"
            )
        )
        #expect(
            failure(schema, [("b.proto", "import \"c.proto\";")]).contains("file \"b.proto\": \"c.proto\" is imported")
        )
        #expect(failure(schema, [("b.proto", "import \"b.proto\";")]).contains("goes round in a circle"))
        #expect(
            failure(schema, [("b.proto", "import \"c.proto\";"), ("c.proto", "import \"b.proto\";")])
                .contains("file \"c.proto\": the import of \"b.proto\" goes round in a circle")
        )
    }

    @Test("that imports in a long row ends with an error")
    func longRow() {
        let files = (0..<1000).map { ("f\($0).proto", "syntax = \"proto3\"; import \"f\($0 + 1).proto\";") }
        #expect(failure("import \"f0.proto\";", files).contains("files import each other in a row"))
    }

    @Test("has its references by name, in any order, and passes on what they import publicly")
    func references() throws {
        let schema = try ProtobufSchema(
            text: #"syntax = "proto3"; import "a.proto"; message M { p.A a = 1; p.B b = 2; }"#,
            references: [
                ("a.proto", #"syntax = "proto3"; package p; import public "dir/b.proto"; message A { B b = 1; }"#),
                ("unused.proto", "this is none"),
                ("dir/b.proto", #"syntax = "proto2"; package p; message B { optional string s = 1; }"#),
            ]
        )
        let payload = Wire().message(1, Wire().message(1, Wire().text(1, "x"))).message(2, Wire().text(1, "y"))
        #expect(try schema.message(at: [0]).json(payload) == #"{"a":{"b":{"s":"x"}},"b":{"s":"y"}}"#)
    }

    @Test("that only passes on another file has that one's messages")
    func wrapper() throws {
        let schema = try ProtobufSchema(
            text: #"syntax = "proto3"; import public "a.proto";"#,
            references: [("a.proto", #"syntax = "proto3"; package p; message A { bool b = 1; }"#)]
        )
        #expect(try schema.message(at: [0]).name == "p.A")
    }

    @Test(
        "may import what every registry knows",
        arguments: [
            ("google/protobuf/timestamp.proto", "google.protobuf.Timestamp"),
            ("google/protobuf/any.proto", "google.protobuf.Any"),
            ("google/protobuf/duration.proto", "google.protobuf.Duration"),
            ("google/protobuf/api.proto", "google.protobuf.Api"),
            ("google/protobuf/empty.proto", "google.protobuf.Empty"),
            ("google/protobuf/type.proto", "google.protobuf.Type"),
            ("google/protobuf/field_mask.proto", "google.protobuf.FieldMask"),
            ("google/protobuf/source_context.proto", "google.protobuf.SourceContext"),
            ("google/protobuf/struct.proto", "google.protobuf.Struct"),
            ("google/protobuf/wrappers.proto", "google.protobuf.BytesValue"),
            ("google/protobuf/descriptor.proto", "google.protobuf.FieldDescriptorProto"),
            ("google/type/calendar_period.proto", "google.type.CalendarPeriod"),
            ("google/type/color.proto", "google.type.Color"),
            ("google/type/date.proto", "google.type.Date"), ("google/type/datetime.proto", "google.type.DateTime"),
            ("google/type/dayofweek.proto", "google.type.DayOfWeek"),
            ("google/type/decimal.proto", "google.type.Decimal"),
            ("google/type/expr.proto", "google.type.Expr"), ("google/type/fraction.proto", "google.type.Fraction"),
            ("google/type/interval.proto", "google.type.Interval"), ("google/type/latlng.proto", "google.type.LatLng"),
            ("google/type/localized_text.proto", "google.type.LocalizedText"),
            ("google/type/money.proto", "google.type.Money"),
            ("google/type/month.proto", "google.type.Month"),
            ("google/type/phone_number.proto", "google.type.PhoneNumber"),
            ("google/type/postal_address.proto", "google.type.PostalAddress"),
            ("google/type/quaternion.proto", "google.type.Quaternion"),
            ("google/type/timeofday.proto", "google.type.TimeOfDay"),
            ("confluent/meta.proto", "confluent.Meta"), ("confluent/type/decimal.proto", "confluent.type.Decimal"),
            ("confluent/type/variant.proto", "confluent.type.Variant"),
        ]
    )
    func builtIn(file: String, type: String) throws {
        let schema = "syntax = \"proto3\"; import \"\(file)\"; message A { int32 x = 1; \(type) y = 2; }"
        #expect(try json(Wire().varint(1, 4), schema).hasPrefix(#"{"x":4"#))
    }

    @Test("does not mind options that it does not know")
    func options() throws {
        let schema = """
            syntax = "proto3";
            import "confluent/meta.proto";
            import "validate.proto";
            option (confluent.file_meta).doc = "d";
            option some_new_option = 3;
            message A {
              option (confluent.message_meta) = { doc: "x", params: [{ key: "k", value: "v" }] };
              option features.field_presence = IMPLICIT;
              repeated int32 x = 1 [packed = false, (confluent.field_meta).tags = "PII", (validate.rules).int32.gt = 0, debug_redact = true];
              oneof o { option (validate.required) = true; int32 y = 2 [deprecated = true]; }
              enum E { option allow_alias = true; option (other) = 1; ZERO = 0 [(a).b = 1]; NULL = 0; }
            }
            """
        let parsed = try ProtobufSchema(
            text: schema,
            references: [
                (
                    "validate.proto",
                    """
                    syntax = "proto2"; package validate; import "google/protobuf/descriptor.proto";
                    extend google.protobuf.FieldOptions { optional int32 rules = 1071; }
                    """
                )
            ]
        )
        #expect(try parsed.message(at: [0]).json(Wire().varint(1, 4)) == #"{"x":[4]}"#)
    }

    @Test("accepts a descriptor in base64, as serializers without the source register it")
    func serialized() throws {
        // name "t.proto", message "A" with the field "x" (number 1, optional, int32), syntax "proto3"
        let field = Wire().text(1, "x").varint(3, 1).varint(4, 1).varint(5, 5)
        let file = Wire().text(1, "t.proto").message(4, Wire().text(1, "A").message(2, field)).text(12, "proto3")
        #expect(try json(Wire().varint(1, 4), base64(file.bytes)) == #"{"x":4}"#)
        #expect(try json(Wire().varint(1, 4), "  \(base64(file.bytes))\n") == #"{"x":4}"#)
        let user = try ProtobufSchema(
            text: #"syntax = "proto3"; import "s.proto"; message B { A a = 1; }"#,
            references: [("s.proto", base64(file.bytes))]
        )
        #expect(try user.message(at: [0]).json(Wire().message(1, Wire().varint(1, 5))) == #"{"a":{"x":5}}"#)
    }

    @Test("accepts fields whose names differ only in case and underscores, which proto3 does not")
    func conflicts() throws {
        let schema = """
            syntax = "proto3"; package p;
            message A { int32 foo_bar = 1; int32 fooBar = 2; int32 FOO_BAR = 3; message B { bool x = 1; bool X = 2; } B b = 4; }
            """
        let payload = Wire().varint(2, 5).message(4, Wire().varint(2, 1))
        #expect(try json(payload, schema) == #"{"foo_bar":0,"fooBar":5,"FOO_BAR":0,"b":{"x":false,"X":true}}"#)
    }

    private static let nested = """
        syntax = "proto3"; package p;
        message A { map<string, int32> m = 1; message B { message C { int32 c = 1; } } message D {} }
        message E {}
        """

    @Test(
        "finds messages by their indexes",
        arguments: [
            ([0], "p.A"), ([1], "p.E"), ([0, 0], "p.A.B"), ([0, 1], "p.A.D"), ([0, 0, 0], "p.A.B.C"),
            ([0, 2], "p.A.D"),
        ]
    )
    func indexes(path: [Int], name: String) throws {
        #expect(try ProtobufSchema(text: Self.nested).message(at: path).name == name)
    }

    @Test("counts a map that is written as a message")
    func explicitMap() throws {
        let schema = """
            syntax = "proto3";
            message A {
              repeated MEntry m = 1;
              message MEntry { option map_entry = true; string key = 1; int32 value = 2; }
              message B { bool map_entry = 1; }
            }
            """
        #expect(try json(Wire().message(1, Wire().text(1, "k").varint(2, 3)), schema) == #"{"m":{"k":3}}"#)
        #expect(try json(Wire().varint(1, 1), schema, at: [0, 1]) == #"{"map_entry":true}"#)
    }

    @Test(
        "says how many messages there are instead",
        arguments: [
            ([2], "message index 2 at level 1 does not exist: the schema has 2 messages"),
            ([-1], "message index -1 at level 1 does not exist"),
            ([.max], "message index 2147483647 at level 1 does not exist"),
            ([1, 0], "message index 0 at level 2 does not exist: message \"p.E\" has 0 nested messages"),
            ([0, 0, 1], "message index 1 at level 3 does not exist: message \"p.A.B\" has 1 nested message"),
            ([], "the path of message indexes is empty"),
        ]
    )
    func noMessage(path: [Int], reason: String) throws {
        let schema = try ProtobufSchema(text: Self.nested)
        let error = #expect(throws: ProtobufError.self) { _ = try schema.message(at: path) }
        #expect(error?.code == .unknownMessage)
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }

    @Test("is read by many threads at once")
    func threads() async throws {
        let schema = try ProtobufSchema(text: Self.nested)
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for number in 0..<50 {
                        let reader = try? schema.message(at: [0, 0, 0])
                        #expect(reader?.json(Wire().varint(1, UInt64(number))) == "{\"c\":\(number)}")
                    }
                }
            }
        }
    }

    private func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var (text, bits, count) = ("", 0, 0)
        for byte in bytes {
            (bits, count) = (bits << 8 | Int(byte), count + 8)
            while count >= 6 {
                count -= 6
                text.append(alphabet[bits >> count & 63])
            }
        }
        if count > 0 { text.append(alphabet[bits << (6 - count) & 63]) }
        return text + String(repeating: "=", count: (4 - text.count % 4) % 4)
    }
}
