import Converters
import JSON
import Testing

@Suite("An envelope of a schema and a payload becomes a row")
struct EnvelopeTests {
    private static func structure(_ fields: String...) -> String {
        #"{"type":"struct","fields":[\#(fields.joined(separator: ","))]}"#
    }

    private static func field(_ name: String, _ type: String, _ rest: String = "") -> String {
        #"{"field":"\#(name)","type":"\#(type)"\#(rest.isEmpty ? "" : "," + rest)}"#
    }

    private static func one(_ type: String, _ rest: String = "") -> String { structure(field("a", type, rest)) }

    /// What a value of a struct's only field becomes, or the sentence of the error.
    private static func value(_ type: String, _ json: String) throws -> String { try value(type, "", json) }

    private static func value(_ type: String, _ rest: String, _ json: String) throws -> String {
        let text = try EnvelopeRow.text(one(type, rest), #"{"a":\#(json)}"#)
        return text.hasPrefix(#"{"a":"#) ? String(text.dropFirst(5).dropLast()) : text
    }

    @Test(
        "in which numbers stay as they are written, if their type holds them",
        arguments: [
            ("int8", "-128", "-128"), ("int8", "127", "127"), ("int16", "-32768", "-32768"),
            ("int16", "32767", "32767"),
            ("int32", "2147483647", "2147483647"), ("int32", "-2147483648", "-2147483648"),
            ("int64", "9223372036854775807", "9223372036854775807"),
            ("int64", "-9223372036854775808", "-9223372036854775808"), ("int64", "-0", "0"), ("int32", "1.0", "1"),
            ("int32", "1e3", "1000"), ("int32", "1200e-2", "12"),
            ("int64", "9.223372036854775807E18", "9223372036854775807"),
            ("int64", "0e999999999999", "0"), ("int32", "-0.0", "0"), ("double", "1e308", "1e308"),
            ("double", "123456789.123456789123456789", "123456789.123456789123456789"), ("double", "1", "1"),
            ("double", #""NaN""#, #""NaN""#), ("float", #""-Infinity""#, #""-Infinity""#), ("float", "0.1", "0.1"),
            ("float", "1.50", "1.50"), ("float", "16777217", "16777216.0"), ("float", "0.10000000149011612", "0.1"),
            ("float", "1e2", "100.0"), ("boolean", "true", "true"), ("boolean", "false", "false"),
        ]
    )
    func number(_ type: String, _ json: String, _ row: String) throws { #expect(try Self.value(type, json) == row) }

    @Test(
        "unless they do not fit",
        arguments: [
            ("int8", "128"), ("int8", "-129"), ("int16", "32768"), ("int32", "2147483648"),
            ("int64", "9223372036854775808"), ("int64", "-9223372036854775809"), ("int64", "1e19"), ("int32", "1.5"),
            ("int32", "1e-1"), ("int64", "1e99999999999"), ("int64", "100000000000000000000"), ("float", "1e39"),
            ("double", "1e309"), ("double", "-1e309"), ("double", String(repeating: "9", count: 400)),
        ]
    )
    func outOfRange(_ type: String, _ json: String) throws {
        let text = try Self.value(type, json)
        #expect(text.hasPrefix(#"the field "a" of the payload is a number that its type, \#(type), does not hold"#))
    }

    @Test("and no error quotes the record")
    func secrecy() throws {
        for (type, json) in [
            ("int16", "77777"), ("int8", #""77777""#), ("float", "77777e77777"), ("bytes", #""77777""#),
        ] {
            #expect(try !Self.value(type, json).contains("77777"))
        }
    }

    @Test(
        "and values are of the type that the schema says",
        arguments: [
            ("int32", #""1""#, "a string"), ("int32", "true", "a Boolean"), ("int64", "{}", "an object"),
            ("string", "1", "a number"), ("string", "[]", "an array"), ("boolean", "0", "a number"),
            ("boolean", #""true""#, "a string"), ("double", #""1.5""#, "a string"), ("bytes", "1", "a number"),
        ]
    )
    func mismatch(_ type: String, _ json: String, _ found: String) throws {
        let text = try Self.value(type, json)
        #expect(text.hasPrefix(#"the field "a" of the payload is \#(found), but its type, \#(type), needs"#), "\(text)")
    }

    @Test("with the bytes of texts as they are, and Base64 in its usual form")
    func textAndBytes() throws {
        #expect(try Self.value("string", #""\u00e9\/é\n""#) == #""\u00e9\/é\n""#)
        for text in ["", "AA==", "AP8=", "AP8A", "+/+/"] {
            #expect(try Self.value("bytes", #""\#(text)""#) == #""\#(text)""#)
        }
        #expect(try Self.value("bytes", #""+\/+\/""#) == #""+/+/""#)
        #expect(try Self.value("bytes", #""AP\n8=""#) == #""AP8=""#)
        #expect(try Self.value("bytes", #""AP9=""#) == #""AP8=""#)
        #expect(try Self.value("bytes", #""AB==""#) == #""AA==""#)
        for text in ["A", "AA", "AAA", "A===", "AA=A", "AP8-", "****", "====", "AA==AA==", "AA=", "é"] {
            #expect(try Self.value("bytes", #""\#(text)""#).contains("is not Base64"), "\(text)")
        }
    }

    private static let decimal = #""name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"2"}"#

    @Test("in which a decimal is a number, or Base64 of its unscaled value")
    func decimals() throws {
        #expect(try Self.value("bytes", Self.decimal, #""MDk=""#) == "123.45")
        #expect(try Self.value("bytes", Self.decimal, #""z8c=""#) == "-123.45")
        #expect(try Self.value("bytes", Self.decimal, #""""#) == "0.00")
        #expect(try Self.value("bytes", Self.decimal, "123.4500000000000000000001") == "123.4500000000000000000001")
        #expect(try Self.value("bytes", Self.decimal, #""***""#).contains("neither a number nor Base64"))
        #expect(try Self.value("bytes", Self.decimal, "true").contains("needs a number, or a string of Base64"))
        let name = #""name":"org.apache.kafka.connect.data.Decimal""#
        #expect(try Self.value("bytes", name, "1.5") == "1.5")
        #expect(try Self.value("bytes", name, #""MDk=""#).contains(#"has no parameter "scale""#))
        let long = String(repeating: "QUFB", count: 400)
        #expect(try Self.value("bytes", Self.decimal, #""\#(long)""#).contains("of more than 1024 bytes"))

        func base64(_ json: String) throws -> String {
            let text = try EnvelopeRow.text(
                Self.one("bytes", Self.decimal),
                #"{"a":\#(json)}"#,
                options: ConverterOptions(decimals: .base64)
            )
            return text.hasPrefix(#"{"a":"#) ? String(text.dropFirst(5).dropLast()) : text
        }
        // java.math.BigInteger.toByteArray of 12345, -12345, 0, 128, -128, -129, 255, 12300 and -1.
        let samples = [
            ("123.45", "MDk="), ("-123.45", "z8c="), ("0", "AA=="), ("-0.00", "AA=="), ("1.28", "AIA="),
            ("-1.28", "gA=="), ("-1.29", "/38="), ("2.55", "AP8="), ("123", "MAw="), ("1.23e2", "MAw="),
            ("12300e-2", "MAw="), ("-0.010", "/w=="), ("0.00e99999999999", "AA=="),
        ]
        for (json, text) in samples { #expect(try base64(json) == #""\#(text)""#, "\(json)") }
        #expect(try base64(#""MDk=""#) == #""MDk=""#)
        for json in ["1.234", "1e-3", "1e1000", "1e99999999999", String(repeating: "9", count: 1001)] {
            #expect(try base64(json).contains("more than 2 digits after its point"))
        }
    }

    @Test(
        "in which dates and times are the numbers that they are",
        arguments: [
            ("int32", "Date", "-20000", true), ("int32", "Date", "1.0", false), ("int32", "Date", "2147483648", false),
            ("int32", "Time", "86400000", true), ("int32", "Time", "86400001", false), ("int32", "Time", "-1", false),
            ("int64", "Timestamp", "-1", true), ("int64", "Timestamp", "1e3", false),
            ("int64", "Timestamp", #""2020""#, false),
        ]
    )
    func logical(_ type: String, _ name: String, _ json: String, isTaken: Bool) throws {
        let text = try Self.value(type, #""name":"org.apache.kafka.connect.data.\#(name)""#, json)
        if isTaken { #expect(text == json) } else { #expect(text.contains("org.apache.kafka.connect.data.\(name)")) }
    }

    @Test("with defaults and nulls for what is absent or null")
    func absent() throws {
        let schema = Self.structure(
            Self.field("a", "int32", #""default":7"#),
            Self.field("b", "string", #""optional":true,"default":"é\n""#),
            Self.field("c", "double", #""optional":true"#),
            #"{"field":"s","type":"struct","optional":true,"fields":[\#(Self.field("x", "int8", #""default":1.0"#))],"default":{"x":1}}"#
        )
        let row = #"{"a":7,"b":"é\n","c":null,"s":{"x":1}}"#
        #expect(try EnvelopeRow.text(schema, "{}") == row)
        #expect(try EnvelopeRow.text(schema, #"{"s":null,"a":null,"b":null}"#) == row)
        #expect(
            try EnvelopeRow.text(
                schema,
                #"{"a":1,"b":null,"s":null}"#,
                options: ConverterOptions(replacesNullWithDefault: false)
            )
                == #"{"a":1,"b":null,"c":null,"s":null}"#
        )
        let text = try EnvelopeRow.text(schema, "{}", options: ConverterOptions(replacesNullWithDefault: false))
        #expect(text.contains(#"the field "a" of the payload is null or absent and required"#))
        #expect(text.contains("replace.null.with.default=false"))
        #expect(
            try EnvelopeRow.text(Self.one("int32"), "{}")
                == #"the field "a" of the payload is null or absent, but is required and has no default; "#
                + "correct the producer"
        )
    }

    @Test("with the fields in the schema's order, the last of equal ones, and no other")
    func order() throws {
        let schema = Self.structure(
            Self.field("z", "int32"),
            Self.field("a", "string"),
            #"{"field":"s","type":"struct","fields":[\#(Self.field("x", "int32")),\#(Self.field("é\\\"", "int32"))]}"#
        )
        let row = #"{"z":1,"a":"b","s":{"x":2,"é\"":3}}"#
        for payload in [
            #"{"z":1,"a":"b","s":{"x":2,"é\"":3}}"#,
            #"{"s":{"é\"":3,"x":2},"a":"b","z":1}"#,
            #"{"s":{"\u00e9\u0022":3,"\u0078":2},"\u0061":"b","z":1}"#,
            #"{"z":"no","a":0,"s":[],"z":1,"a":"b","s":{"x":true,"x":2,"é\"":3}}"#,
            #" { "y" : [ { "z" : "]}" } ] , "z" : 1 , "a" : "b" , "s" : { "x" : 2 , "é\"" : 3 } , "t" : "\"" } "#,
        ] {
            #expect(try EnvelopeRow.text(schema, payload) == row, "\(payload)")
        }
    }

    @Test("in which a lane's messages may alternate between orders and schemas")
    func sequence() throws {
        let reader = EnvelopeReader(format: .json, cachedSchemas: 2)
        for round in 0..<6 {
            for count in 1...5 {
                let fields = (0..<count).map { Self.field("f\($0)", "int32") }.joined(separator: ",")
                var members = (0..<count).map { #""f\#($0)":\#($0 + round)"# }
                let row = "{\(members.joined(separator: ","))}"
                if round == 3 { members.reverse() }
                let schema = #"{"type":"struct","fields":[\#(fields)]}"#
                let payload = "{\(members.joined(separator: ","))}"
                for value in [
                    #"{"schema":\#(schema),"payload":\#(payload)}"#, #"{"payload":\#(payload),"schema":\#(schema)}"#,
                    #"{"schema":1,"payload":[],"schema":\#(schema),"payload":\#(payload)}"#,
                    #" {"schem\u0061" : \#(schema)\#n,"payload":\#t\#(payload) }"#,
                    #"{"schema":\#(schema),"payload":{},"payload":\#(payload)}"#,
                ] {
                    #expect(EnvelopeRow.text(Array(value.utf8), with: reader) == row, "\(value)")
                }
            }
        }
    }

    @Test("for maps and arrays of all kinds")
    func collections() throws {
        func item(_ type: String, _ rest: String) -> String { Self.one(type, rest) }
        let ints = #""items":{"type":"int32","optional":true}"#
        #expect(try Self.value("array", ints, "[ 1 , null ,3 ]") == "[1,null,3]")
        #expect(try Self.value("array", ints, "[]") == "[]")
        #expect(try Self.value("array", ints, #"[1,"2"]"#).hasPrefix(#"the field "a[1]" of the payload is a string"#))
        let map = #""keys":{"type":"string"},"values":{"type":"int8"}"#
        #expect(try Self.value("map", map, #"{ "x" : 1 , "\u0079":2}"#) == #"{"x":1,"\u0079":2}"#)
        #expect(
            try Self.value("map", map, #"{"secret":300}"#).hasPrefix(#"the field "a{}" of the payload is a number"#)
        )
        #expect(try Self.value("map", map, "[]").contains("needs an object"))
        let pairs = #""keys":{"type":"int64"},"values":{"type":"array","items":{"type":"string"}}"#
        #expect(try Self.value("map", pairs, #"[[1,["x"]],[2,[]]]"#) == #"[[1,["x"]],[2,[]]]"#)
        for json in ["[1]", "[[1]]", "[[]]", #"[[1,[],2]]"#] {
            let text = try Self.value("map", pairs, json)
            #expect(text.contains(#""a[0]""#) && text.contains("is not an array of a key and a value"), "\(text)")
        }
        #expect(try Self.value("map", pairs, "{}").contains("needs an array of pairs"))
        #expect(try Self.value("map", pairs, #"[["x",[]]]"#).hasPrefix(#"the field "a[0]{key}" of the payload"#))
        #expect(try Self.value("map", pairs, #"[[1,[2]]]"#).hasPrefix(#"the field "a[0]{}[0]" of the payload"#))
    }

    @Test("or several, or none")
    func roots() throws {
        let structure = Self.one("int32")
        let array = #"{"type":"array","items":\#(structure)}"#
        #expect(try EnvelopeRow.text(array, #"[{"a":1},{"a":2}]"#) == #"[{"a":1},{"a":2}]"#)
        #expect(try EnvelopeRow.text(array, "[]") == "skipped")
        let nullable = #"{"type":"array","items":{"type":"struct","optional":true,"fields":[]}}"#
        #expect(try EnvelopeRow.text(nullable, "[{},null]").hasPrefix(#"the field "[1]" of the payload is null"#))
        let preset = #"{"type":"array","items":{"type":"struct","fields":[],"default":{}}}"#
        #expect(try EnvelopeRow.text(preset, "[{},null]") == "[{},{}]")
        let map = #"{"type":"map","keys":{"type":"string"},"values":{"type":"int32"}}"#
        #expect(try EnvelopeRow.text(map, #"{"x":1}"#) == #"{"x":1}"#)
        #expect(try EnvelopeRow.text(#"{"type":"string"}"#, #""{\"x\":\n1}""#) == #"{"x": 1}"#)
        #expect(try EnvelopeRow.text(#"{"type":"bytes"}"#, #""eyJ4IjoxfQ==""#) == #"{"x":1}"#)
        #expect(try EnvelopeRow.text("null", #"{"x":[1.50]}"#) == #"{"x":[1.50]}"#)
        #expect(try EnvelopeRow.text("null", "null") == "skipped")
        #expect(try EnvelopeRow.text(#"{"type":"int32","optional":true}"#, "null") == "skipped")
        #expect(try EnvelopeRow.text(structure, "null").contains("the payload is null, but its schema is not optional"))
        let defaulted = #"{"type":"struct","fields":[\#(Self.field("a", "int32"))],"default":{"a":3}}"#
        #expect(try EnvelopeRow.text(defaulted, "null") == #"{"a":3}"#)
        for (schema, payload) in [
            (#"{"type":"int32"}"#, "1"), (#"{"type":"array","items":{"type":"int32"}}"#, "[1]"),
            (#"{"type":"map","keys":{"type":"int32"},"values":{"type":"int32"}}"#, "[[1,2]]"), ("null", "1"),
            ("null", "[1]"), (#"{"type":"string"}"#, #""text""#), (#"{"type":"bytes"}"#, #""eHk=""#),
        ] {
            let text = try EnvelopeRow.text(schema, payload)
            #expect(text.contains("format=json") && text.contains("txt"), "\(text)")
        }
    }

    @Test("or a line of text, in a format of lines")
    func lines() throws {
        let format = RecordFormat.txt
        func line(_ schema: String, _ payload: String) throws -> String {
            try EnvelopeRow.text(schema, payload, format: format)
        }
        #expect(try line(#"{"type":"string"}"#, #""a\u00e9\"""#) == "aé\"")
        #expect(try line(#"{"type":"string"}"#, #""""#) == "skipped")
        #expect(try line(#"{"type":"bytes"}"#, #""eHk=""#) == "xy")
        #expect(try line(#"{"type":"bytes"}"#, #""*""#).contains("is not Base64"))
        #expect(try line(#"{"type":"int64"}"#, "5") == "5")
        #expect(try line(#"{"type":"array","items":{"type":"int32"}}"#, "[1, 2]") == "[1,2]")
        #expect(try line(#"{"type":"array","items":{"type":"int32"}}"#, "[]") == "[]")
        #expect(try line(#"{"type":"string","optional":true}"#, "null") == "skipped")
        #expect(try line(#"{"type":"string","default":"d"}"#, "null") == "d")
        #expect(try line(Self.one("int32"), #"{ "a" : 1 }"#) == #"{"a":1}"#)
        #expect(try line("null", "null") == "skipped")
        #expect(try line("null", #""x""#) == "x")
        #expect(try line("null", "[1,\n2]") == "[1, 2]")
    }

    @Test(
        "unless the schema is none of Kafka Connect's",
        arguments: [
            ("1", "is neither an object nor null"), ("{}", #"has no "type""#), (#"{"type":"uuid"}"#, "does not know"),
            (#"{"type":1}"#, #"has no "type""#), (#"{"type":"array"}"#, #"has no "items""#),
            (#"{"type":"array","items":null}"#, #"has no "items""#),
            (#"{"type":"map","values":{"type":"int8"}}"#, #"has no "keys""#),
            (#"{"type":"map","keys":{"type":"string"}}"#, #"has no "values""#),
            (#"{"type":"struct"}"#, #""fields" are not an array"#),
            (#"{"type":"struct","fields":[{"type":"int8"}]}"#, "a field without a name"),
            (#"{"type":"struct","fields":[{"field":"a","type":"x"}]}"#, #"the field "a" of the envelope's schema has"#),
            (
                #"{"type":"struct","fields":[{"field":"a","type":"int8"},{"field":"a","type":"int8"}]}"#,
                "occurs twice"
            ),
            (#"{"type":"int8","default":300}"#, "has a default that does not fit its type"),
            (#"{"type":"int8","default":null}"#, "its default is null"),
            (#"{"type":"int8","parameters":{"a":1}}"#, #"has "parameters" that are not all strings"#),
            (
                #"{"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"x"}}"#,
                #"whose "scale" is not a number"#
            ),
        ]
    )
    func schema(_ schema: String, _ reason: String) throws {
        let text = try EnvelopeRow.text(schema, "{}")
        #expect(text.contains(reason) && text.contains("the envelope's schema"), "\(text)")
    }

    @Test(
        "and the value is an envelope",
        arguments: [
            "", " ", "1", "[]", "{}", "null", #"{"schema":null}"#, #"{"payload":1}"#, #"{"a":1}"#,
            #"{"schema":null,"payload":{},"x":1}"#, #"{"schema":null,"Payload":{}}"#,
        ]
    )
    func envelope(_ value: String) throws {
        let reader = EnvelopeReader(format: .json)
        #expect(EnvelopeRow.text(Array(value.utf8), with: reader).contains("schemas.enable=true"))
    }

    @Test("with or without a byte order mark, and nothing behind it")
    func framing() throws {
        let reader = EnvelopeReader(format: .json)
        let value = Array((#"{"schema":\#(Self.one("int32")),"payload":{"a":1}}"# + "\r\n").utf8)
        #expect(EnvelopeRow.text([0xEF, 0xBB, 0xBF] + value, with: reader) == #"{"a":1}"#)
        #expect(EnvelopeRow.text(value + value, with: reader).hasPrefix("the value is not JSON"))
        #expect(EnvelopeRow.text(Array(value.dropLast(4)), with: reader).hasPrefix("the value is not JSON"))
    }

    @Test("nested as deeply as anyone needs")
    func depth() throws {
        func nested(_ depth: Int) throws -> String {
            let items = String(repeating: #"{"type":"array","items":"#, count: depth) + #"{"type":"int8"}"#
            let payload = String(repeating: "[", count: depth + 1) + "1" + String(repeating: "]", count: depth + 1)
            let text = try Self.value("array", #""items":\#(items)"# + String(repeating: "}", count: depth), payload)
            return text == payload ? "same" : text
        }
        #expect(try nested(200) == "same")
        let text = try nested(300)
        #expect(text.contains("is nested more than 256 levels deep"))
        #expect(text.count < 1000)
    }

    @Test("of a struct with very many fields, some absent, in any order")
    func manyFields() throws {
        let names = (0..<500).map { "field \($0)" }
        let schema =
            #"{"type":"struct","fields":["#
            + names.map { Self.field($0, "int32", #""optional":true"#) }.joined(separator: ",") + "]}"
        let some = names.indices.filter { $0 % 3 != 0 }
        let row =
            "{" + names.indices.map { #""\#(names[$0])":\#($0 % 3 == 0 ? "null" : "\($0)")"# }.joined(separator: ",")
            + "}"
        for order in [some, some.reversed(), some.filter { $0 > 200 } + some.filter { $0 <= 200 }] {
            let payload = "{" + order.map { #""\#(names[$0])":\#($0)"# }.joined(separator: ",") + "}"
            #expect(try EnvelopeRow.text(schema, payload) == row)
        }
    }
}
