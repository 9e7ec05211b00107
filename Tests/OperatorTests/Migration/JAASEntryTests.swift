import Testing

@testable import Operator

@Suite("An entry of JAAS")
struct JAASEntryTests {
    @Test(
        "is read as Java reads it",
        arguments: [
            ("a.b.Plain required username=\"u\" password=\"p\";", "Plain", ["username": "u", "password": "p"]),
            (
                "Plain REQUIRED username='u;=' password=\"a\\\"b\\\\c\" ;", "Plain",
                ["username": "u;=", "password": "a\"b\\c"]
            ),
            ("Krb5 required useKeyTab=true keyTab = \"/a b/c\";\n", "Krb5", ["useKeyTab": "true", "keyTab": "/a b/c"]),
            ("Scram optional password=\"${secrets:a/b:c}\";", "Scram", ["password": "${secrets:a/b:c}"]),
            ("OAuth required;", "OAuth", [:]),
        ]
    )
    func read(text: String, module: String, options: [String: String]) throws {
        let entry = try #require(JAASEntry(text))
        #expect(entry.module == module)
        #expect(entry.options == options)
    }

    @Test(
        "that is malformed or one of several is none",
        arguments: [
            "", ";", "Plain", "Plain required username=\"u\"", "Plain maybe a=b;", "Plain required a;",
            "Plain required a=\"b;", "Plain required a=b; Plain required a=b;", "Plain required =b;", "\\", "'",
        ]
    )
    func refused(text: String) {
        #expect(JAASEntry(text) == nil)
    }
}
