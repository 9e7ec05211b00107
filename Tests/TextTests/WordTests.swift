import Testing
import Text

@Suite("Words as people write them")
struct WordTests {
    @Test(
        "The nearest word is suggested when it is near enough",
        arguments: [
            ("topics", "topics"), ("topcis", "topics"), ("topic", "topics"), ("tpic", nil), ("", nil), ("name", nil),
            (String(repeating: "topics", count: 100_000), nil),
        ]
    )
    func nearest(word: String, expected: String?) {
        #expect(NearestWord.find(word, among: ["tasks.max", "topics", "topics.regex"], within: 1) == expected)
    }

    @Test("Of several the one with the fewest edits is suggested, the first of equals")
    func fewest() {
        #expect(NearestWord.find("abcd", among: ["abxx", "abcx", "xbcd"], within: 3) == "abcx")
        #expect(NearestWord.find("ab", among: [], within: 3) == nil)
    }

    @Test(
        "White space around a text goes",
        arguments: [("", ""), (" \n", ""), ("a", "a"), ("\t a b\r\n", "a b"), ("\u{A0}a\u{2003}", "a")]
    )
    func trimmed(text: String, expected: String) { #expect(text.trimmed == expected) }

    @Test(
        "Only what cannot leave the machine is loopback",
        arguments: zip(
            [
                "localhost", "127.0.0.1", "127.255.3.4", "::1", "127.0.0.1.example.org", "127.0.0", "127.0.0.256",
                "127.0.0.+1", "localhost.example.org", "128.0.0.1", "", "127.٠.0.1",
            ],
            [true, true, true, true, false, false, false, false, false, false, false, false]
        )
    )
    func hosts(host: String, expected: Bool) { #expect(Loopback.contains(host) == expected) }

    @Test(
        "The host of a URL decides, and one that parsers read differently is none",
        arguments: zip(
            [
                "http://localhost:1/a", "http://LOCALHOST", "http://127.0.0.1?x", "http://[::1]:8080/",
                "http://127.0.0.1/?x",
                "http://localhost@example.org/", "http://example.org@localhost/", "http://localhost\\@example.org/",
                "http://example.org/localhost", "localhost", "", "http:", "http:/localhost/", "http://",
            ],
            [true, true, false, true, true] + Array(repeating: false, count: 9)
        )
    )
    func urls(url: String, expected: Bool) { #expect(Loopback.contains(hostOf: url) == expected) }
}
