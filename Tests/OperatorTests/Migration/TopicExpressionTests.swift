import Foundation
import SinkConfiguration
import Testing

@testable import Operator

@Suite("Expressions of Java's over the names of topics")
struct TopicExpressionTests {
    private static let names: Set<String> = [
        "a", "b", "ab", "c", "a-b", "a.b", "a_b", "x.cdc.22", "x-y.cdc.223", "x.cdc.2", "orders", "orders-1", "-", "^",
        "9",
        "a^", "+", ",", "shop.items", "",
    ]

    @Test(
        "match the same names when they are translated",
        arguments: [
            #"[\w\-.]+\.cdc\.\d{2,}"#, "^a$|^b$", "^a|b$", "a|^b", "^(a|b)$", #"[\-a]+"#, #"[^\-]"#, #"[\w-.]+"#,
            #"[\d\-a-c]+"#, #"[\w-]+"#, #"[-\-a]"#, "^^a$", #"(?:a|b)\-?(?:b)?"#, #"[.\-_\w]+"#, #"[\w\-a-z]+"#,
            "orders.*",
        ]
    )
    func translated(text: String) throws {
        let expression = try TopicExpression(java: text)
        // ICU reads these as Java does.
        let other = try NSRegularExpression(pattern: "\\A(?:\(text))\\z")
        for name in Self.names where !name.isEmpty {
            let range = NSRange(name.startIndex..., in: name)
            let expected = other.firstMatch(in: name, range: range) != nil
            #expect(expression.pattern.matches(name) == expected, "\(name) with \(expression.pattern.expression)")
        }
    }

    @Test(
        "are refused when the two dialects could read them differently",
        arguments: [
            "(?!__).*", "(?i)a", "a*?", #"[\-^a]"#, #"[+-\-]"#, #"[\--a]"#, "(^a|b$)", "a^", "$a", "[a&&b]", #"\Aa"#,
            "[", "",
            "^", "$", "|", #"a\"#, #"[a\"#, "(",
        ]
    )
    func refused(text: String) {
        #expect(throws: (any Error).self) { try TopicExpression(java: text) }
    }
}
