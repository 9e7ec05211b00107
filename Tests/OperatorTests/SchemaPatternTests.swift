import Testing

@testable import Operator

@Suite("The forms of strings")
struct SchemaPatternTests {
    private static let patterns: [SchemaPattern] = {
        var seen: Set<String> = []
        var patterns: [SchemaPattern] = []
        for (_, field) in SchemaSamples.all(SinkSchema.resource, at: "") {
            var found: [SchemaPattern?] = []
            switch field.shape {
            case .text(let limits): found = [limits.pattern]
            case .map(_, let keys, _): found = [keys.pattern]
            case .duration: found = [.duration]
            case .quantity: found = [.quantity]
            default: break
            }
            for case let pattern? in found where seen.insert(pattern.expression).inserted { patterns.append(pattern) }
        }
        return patterns
    }()

    @Test("The regular expression and its form in Swift agree", arguments: patterns.map(\.expression))
    func agreement(expression: String) throws {
        let pattern = try #require(Self.patterns.first { $0.expression == expression })
        let regex = try Regex(expression).matchingSemantics(.unicodeScalar)
        var random = SplitMix(state: 11)
        var accepted = 0
        for text in Self.examples + (0..<3_000).map({ _ in Self.mutated(&random) }) {
            let isRight = try regex.wholeMatch(in: text) != nil
            accepted += isRight ? 1 : 0
            #expect(pattern.matches(text) == isRight, "\(text.debugDescription)")
        }
        #expect(accepted > 5, "the examples say nothing about \(expression)")
    }

    private static let examples = [
        "", "a", "A", "0", "-", ".", "_", "*", "^", "^a b", "^a.*", "a.b", "a..b", ".a", "..", "..a", "a.", "-a", "a-",
        "a_b", "a b", "A.b", "a/b", "/a", "a/", "a/b/c", "example.com/x", "Example.com/x", "x:1", "x:123456", "x:",
        ":1",
        "[::1]:9092", "[]:1", "[::1]", "[x]:1", "broker-1:9092", "http://", "http://a", "https://a/b?c#d",
        "https://u:p@h", "https://a/u@h", "https://a?u@h", "https://a b", "ftp://a", "https:///x", "https://?", "é",
        "a\n", "a\tb", "a\u{7f}", "5m", "1h30m", "30m1h", "1s1ms", "1ms1s", "1234567h", "123456h", "5", "m", "1.5Gi",
        "1.Gi", ".5", "500m", "1Mi", "1 Gi", "1e3", "a@B", "a/b@C", "a@b@c", "@a", "a@", "a/b/c@D", "Ready",
        "a:b,c", "a,", "a:", "ReasonX_", "1a", "_a", "a1", "kustosink.dev/Ready", "registry/a:1@sha256:ab", "10.0.0.1",
        String(repeating: "a", count: 63), String(repeating: "a", count: 64), "x/" + String(repeating: "a", count: 64),
    ]

    /// An example with a few characters put in, taken out or replaced.
    private static func mutated(_ random: inout SplitMix) -> String {
        let alphabet = Array("aZ09-._/:@^*[]?# \tmhskGi,ßé".unicodeScalars)
        var scalars = Array((examples.randomElement(using: &random) ?? "").unicodeScalars.prefix(20))
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let scalar = alphabet.randomElement(using: &random) ?? "a"
            let place = Int.random(in: 0...scalars.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: scalars.insert(scalar, at: place)
            case 1 where place < scalars.count: scalars.remove(at: place)
            case 2 where place < scalars.count: scalars[place] = scalar
            default: break
            }
        }
        return String(String.UnicodeScalarView(scalars))
    }
}

/// A generator whose numbers are the same in each run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
