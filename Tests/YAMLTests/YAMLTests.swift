import JSON
import Testing
import YAML

@Suite("YAML as JSON values")
struct YAMLTests {
    @Test("A plain scalar is typed by the core schema", arguments: [
        ("", JSONValue.null), ("~", .null), ("null", .null), ("true", true), ("FALSE", false), ("yes", "yes"), ("no", "no"),
        ("0", 0), ("-7", -7), ("+12", 12), ("0123", 123), ("0o17", 15), ("0x1F", 31), ("0x", "0x"), ("1_000", "1_000"),
        ("1.5", 1.5), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("-1.5E-2", -0.015), (".", "."), ("-", "-x"), ("1.2.3", "1.2.3"),
        ("9223372036854775808", .number("9223372036854775808")), (".inf", .double(.infinity)), ("2001-01-01", "2001-01-01"),
        ("'5'", "5"), ("\"true\"", "true"), ("!!str 5", "5"), ("!!int 5", 5), ("!!float 5", 5.0), ("e5", "e5"),
    ])
    func scalars(text: String, value: JSONValue) throws {
        let text = text == "-" ? "-x" : text
        #expect(try JSONValue(parsingYAML: "a: \(text)")["a"] == value)
    }

    @Test("Scalars can be kept as they were written", arguments: ["0123", "1e5", "true", "1_000", ".inf"])
    func untyped(text: String) throws {
        #expect(try JSONValue(parsingYAML: "a: \(text)", scalars: .text)["a"] == .string(text))
    }

    @Test("Collections, anchors, block and flow style")
    func collections() throws {
        let text = """
            # comment
            base: &base
              size: 1
              list: [a, 'b', "c\\n"]
            copy: *base
            block: |
              one
              two
            folded: >-
              one
              two
            empty: {}
            none:
            - - 1
              - 2
            - {x: y}
            """
        let base: JSONValue = ["size": 1, "list": ["a", "b", "c\n"]]
        let expected: JSONValue = [
            "base": base, "copy": base, "block": "one\ntwo\n", "folded": "one two", "empty": [:],
            "none": [[1, 2], ["x": "y"]],
        ]
        let value = try JSONValue(parsingYAML: text)
        #expect(value == expected)
        #expect(value.objectValue?.keys == ["base", "copy", "block", "folded", "empty", "none"])
    }

    @Test("A stream may hold several documents")
    func documents() throws {
        #expect(try JSONValue.yamlDocuments(in: "--- 1\n...\n---\na: b\n---\n") == [1, ["a": "b"], nil])
        #expect(try JSONValue.yamlDocuments(in: "") == [])
        #expect(try JSONValue(parsingYAML: "# nothing\n") == nil)
        #expect(throws: YAMLError.self) { try JSONValue(parsingYAML: "1\n---\n2\n") }
    }

    @Test("What is wrong is said with its line", arguments: [
        ("a: [1, 2\nb: 3", 2, "syntax"), ("a: 1\na: 2", 2, "unsupported"), ("a: 1\nb: *x", 2, "syntax"),
        ("? [a]\n: b", 1, "unsupported"), ("a: !!binary aGk=", 1, "unsupported"), ("a: !mine {}", 1, "unsupported"),
        ("a: !!int x", 1, "unsupported"), ("a:\n\t- b", 2, "syntax"), ("a: &x [*x]", 1, "syntax"), ("x: 1\ny: \"\u{1}\"", 2, "syntax"),
        ("a: %b", 1, "syntax"), ("a: b: c", 1, "syntax"),
    ])
    func errors(text: String, line: Int, code: String) {
        let error = #expect(throws: YAMLError.self) { try JSONValue(parsingYAML: text) }
        #expect(error?.line == line)
        #expect(error?.code.description == code)
        #expect(error?.message.hasSuffix("at line \(line)") == true)
    }

    @Test("A few lines cannot stand for gigabytes")
    func aliasesAreBounded() {
        var text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
        for level in 1..<12 { text += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ","))]\n" }
        let error = #expect(throws: YAMLError.self) { try JSONValue(parsingYAML: text) }
        #expect(error?.code == .tooLarge)
        let deep = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
        #expect(#expect(throws: YAMLError.self) { try JSONValue(parsingYAML: deep) }?.code == .tooLarge)
    }

    @Test("Invalid UTF-8 is refused")
    func encoding() {
        #expect(throws: YAMLError.self) { try JSONValue.yamlDocuments(in: [0x61, 0x3A, 0x20, 0xFF, 0xFE]) }
    }

    @Test("What is written is read back as it was")
    func roundTrip() throws {
        let strings = [
            "", " ", "x", "true", "yes", "No", "null", "~", "0", "-1", "1e5", "0x1F", "1:30", "2001-01-01", "a: b", "# c", "a #b",
            "- a", "'", "\"", "é😀", "tab\t", "two\nlines", "ends\n", "\n", "\u{1}", "{a}", "[b]", "*a", "&a", "!a", "%", "@", "`",
            "trailing ", "a\\nb", "<<", "=", "?", ":", "key: |", "---", "...", "\u{FEFF}x", "\u{85}", "\u{2028}", " leading\n x",
        ]
        let value: JSONValue = [
            "strings": .array(strings.map { .string($0) }), "numbers": [0, -5, 1.5, .number("1e400"), 9e99], "empty": [[:], [], nil],
            "flags": [true, false], "keys": .object(JSONObject(strings.map { ($0, 1) })), "nested": [["a": [["b": [1]]]]],
        ]
        #expect(try JSONValue(parsingYAML: value.yaml) == value)
        #expect(JSONValue.object(["a": 1, "b": ["x", nil]]).yaml == "a: 1\nb:\n- x\n- null\n")
    }
}
