import JSON
import Testing

@Suite("JSON values")
struct JSONValueTests {
    @Test("A number is an integer, a double or its text, whichever loses nothing", arguments: [
        ("0", JSONValue.integer(0)), ("-7", .integer(-7)), ("9223372036854775807", .integer(.max)),
        ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .number("9223372036854775808")),
        ("9223372036854775809", .number("9223372036854775809")), ("-0", .double(-0.0)), ("0.1", .double(0.1)),
        ("1.10", .double(1.1)), ("1E3", .double(1000)), ("1e-7", .double(1e-7)), ("1e400", .number("1e400")),
        ("1e-400", .number("1e-400")), ("0e-99999999999999999999", .number("0e-99999999999999999999")),
        ("123456789.123456789123456789", .number("123456789.123456789123456789")), ("1e23", .double(1e23)),
        ("5e-324", .double(.leastNonzeroMagnitude)), ("0.30000000000000004", .double(0.1 + 0.2)), ("0.00", .double(0)),
    ])
    func numbers(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
        #expect(try JSONValue(parsing: "[\(text)]") == .array([value]))
    }

    @Test("What was parsed is written so that it parses to the same", arguments: [
        "null", "true", #"{"a":[1,2.5,-3e+100,{"b":null}],"c":"x"}"#, #""\"\\\b\f\n\r\t\u0001/é😀\u001f""#, "[]", "{}",
        #"{"z":1,"a":2,"m":3,"0":4,"":5}"#, "[1e400,18446744073709551616]",
    ])
    func roundTrip(text: String) throws {
        let value = try JSONValue(parsing: text)
        #expect(try JSONValue(parsing: value.text) == value)
        #expect(value.text == text.replacing("\\/", with: "/"))
    }

    @Test("Strings are decoded")
    func strings() throws {
        #expect(try JSONValue(parsing: #"["\u00e9\ud83d\ude00\/\"", "é\n"]"#.replacing("\n", with: "")).arrayValue?.first == "é😀/\"")
        #expect(try JSONValue(parsing: #""a\u0000b""#).stringValue == "a\u{0}b")
    }

    @Test("An object keeps its order, and of duplicate names the last wins", arguments: [3, 40])
    func order(count: Int) throws {
        let members = (0..<count).map { "\"k\($0)\":\($0)" } + ["\"k1\":\"last\""]
        let value = try JSONValue(parsing: "{\(members.joined(separator: ","))}")
        #expect(value.objectValue?.keys == (0..<count).map { "k\($0)" })
        #expect(value["k1"] == "last")
        #expect(value["k2"]?.intValue == 2)
        #expect(value["none"] == nil)
        var object = try #require(value.objectValue)
        object["k0"] = nil
        object["new"] = 1
        #expect(object.keys == (1..<count).map { "k\($0)" } + ["new"])
        #expect(object["k2"] == 2)
        #expect(object["new"] == 1)
        #expect(object["k0"] == nil)
    }

    @Test("Objects are equal and hash alike whatever their order")
    func equality() {
        let one: JSONValue = ["a": 1, "b": [true, nil]]
        let other: JSONValue = ["b": [true, nil], "a": 1]
        #expect(one == other)
        #expect(Set([one, other]).count == 1)
        #expect(one != ["a": 1])
        #expect(one != ["a": 1, "b": [true, false]])
    }

    @Test("An accessor of another kind gives nothing")
    func accessors() {
        let value: JSONValue = ["s": "x", "i": 5, "d": 1.5, "w": 4.0, "b": true, "a": [1], "n": nil]
        #expect(value["s"]?.stringValue == "x" && value["i"]?.stringValue == nil)
        #expect(value["i"]?.intValue == 5 && value["d"]?.intValue == nil && value["w"]?.intValue == 4)
        #expect(value["i"]?.doubleValue == 5 && value["d"]?.doubleValue == 1.5 && value["s"]?.doubleValue == nil)
        #expect(value["b"]?.boolValue == true && value["i"]?.boolValue == nil)
        #expect(value["a"]?[0] == 1 && value["a"]?[1] == nil && value["s"]?[0] == nil)
        #expect(value["n"]?.isNull == true)
    }

    @Test("An error says what is wrong and where")
    func errors() {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: "{\n\"a\": 1,\n\"b\": x}") }
        #expect(error?.code == .invalid)
        #expect(error?.message == "expected a value at line 3, byte 15")
        let deep = #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "[", count: 2000)) }
        #expect(deep?.code == .tooDeep)
        #expect(throws: JSONError.self) { try JSONValue(parsing: "  ") }
    }
}
