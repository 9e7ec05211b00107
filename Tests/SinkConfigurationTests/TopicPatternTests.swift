import Testing

@testable import SinkConfiguration

@Suite("Topics by pattern")
struct TopicPatternTests {
    @Test(
        "The whole name must match",
        arguments: [
            ("or.*", ["or", "orders"], ["xorders", "o"]), ("a|b", ["a", "b"], ["ab", "xa", "bx"]),
            ("(a|b)c", ["ac", "bc"], ["a", "xac"]),
            ("logs\\.[a-z]+", ["logs.x"], ["logsxx", "logs.", "logs.X"]), ("x{2,3}", ["xx", "xxx"], ["x", "xxxx"]),
            ("[^a]b?", ["b", "cb"], ["a", "ab"]),
            (".*", ["anything"], ["__consumer_offsets", "__transaction_state"]), ("a\\$b", ["a$b"], ["a"]),
            ("t[0-9]", ["t1"], ["t12"]), ("((a{10}){10}){4}b|c", ["c"], ["b"]),
            ("([a-z]+\\.){2}(x|y)?z{0,2}", ["a.bc.", "a.b.yzz"], ["a.z", "a.b.xy"]),
            (".{1,249}", ["a"], []), ("(a?b?c?x){50}", [String(repeating: "ax", count: 50)], ["x"]),
        ]
    )
    func matching(expression: String, matches: [String], others: [String]) throws {
        let pattern = try TopicPattern(expression)
        for name in matches { #expect(pattern.matches(name)) }
        for name in others { #expect(!pattern.matches(name)) }
        #expect(pattern.subscription == "^(\(expression))$")
    }

    @Test(
        "What Java and POSIX read differently is refused",
        arguments: [
            "", "\\d+", "\\w", "\\s", "a\\b", "\\Qx\\E", "\\p{L}", "(?i)a", "(?:a)", "(?=a)", "(?<!a)b", "a*+", "a+?",
            "a??", "a{2}?", "^a", "a$",
            "[[:alpha:]]", "[a-z&&[^b]]", "[\\d]", "[]", "[^]", "[a", "a[", "(a", "a)", "()", "a|", "|a", "a||b",
            "(|a)", "*a", "+", "a{", "a{x}", "{2}",
            "a**", "\\", "a}", "a]", "\\1", "[z-a]", "a{3,1}", "[^^]", "\\n",
            "a\0b", "((a{100}){100}){100}", "(.*x{999}){11}", "((a|b){300}){300}",
            // The C library takes gigabytes for these, or does not end.
            "((a?){99}){99}", "((((a?)?)?){99}){99}", "(a*)*", "(a?|b?)c", "(a{0,22}){0,22}", "(a*b*)+",
            "((a|b?)c*){2}",
            "(((((((((a+)+)+)+)+)+)+)+)+)+", ".{501}", ".{250,}.{250,}",
            String(repeating: "(", count: 40) + "a" + String(repeating: ")", count: 40),
            String(repeating: "(", count: 100_000), String(repeating: "a", count: 100_000),
        ]
    )
    func refusing(expression: String) {
        #expect(throws: TopicPattern.Refusal.self) { try TopicPattern(expression) }
        guard !expression.isEmpty, expression.count < 100, !expression.utf8.contains(0) else { return }
        let found = problems(["topics": nil, "topics.regex": expression])
        #expect(found.count == 1 && found[0].hasPrefix("Invalid value \(expression) for configuration topics.regex: "))
    }

    @Test("Many names are looked at bit by bit, and no longer than asked")
    func manyNames() throws {
        let names = Set((0..<20_000).map { "orders-\($0)" })
        let pattern = try TopicPattern("(.*-)?[0-9]{1,3}")
        #expect(pattern.members(of: names).count == 1000)
        var looks = 0
        let members = pattern.members(of: names) {
            looks += 1
            return looks > 3
        }
        #expect(members == nil && looks == 4)
    }

    @Test("A pattern is subscribed to, and Kafka's own topics are kept out")
    func subscription() throws {
        let settings = try settings([
            "topics": nil, "topics.regex": "or.*",
            "kusto.tables.topics.mapping": "[{'topic':'*','db':'d','table':'t'}]",
        ])
        #expect(settings.topics.subscription == ["^(or.*)$"])
        #expect(settings.topics.contains("orders") && !settings.topics.contains("xor"))
        #expect(settings.consumer["topic.blacklist"] == "^__consumer_offsets$,^__transaction_state$")
    }
}
