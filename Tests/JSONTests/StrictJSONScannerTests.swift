import Testing

@testable import JSON

@Suite("The strict scanner against simdjson")
struct StrictJSONScannerTests {
    @Test("Both agree about every document of the tables but those with numbers too large")
    func tables() {
        for (document, verdict) in JSONValidatorTests.accepted {
            let root = unsafe withPadding(document) { unsafe try? StrictJSONScanner.scan($0) }
            #expect(root.map { "\($0)" } == "\(verdict)", "\(document.prefix(80))")
        }
        for document in JSONValidatorTests.refused {
            #expect(unsafe !withPadding(document) { unsafe StrictJSONScanner.accepts($0) })
        }
    }

    /// Documents with many neighbours that differ in one rule.
    private static let seeds = [
        #"{"a":1,"b":[true,false,null,-0.5e+10],"c":{"d":"x\n\u00e9\ud83d\ude00é😀"}}"#,
        #"[0,-0,0.0,1e1,10,1.5E-2,"\\\"\/\b\f\n\r\t",[[],{}],{"":""}]"#,
        #"  "text é \u0041 ࠀ 𐀀 \uFFFF"  "#, "-12.5e3", "[[[[[[1]]]]]]", #"{"k":{"k":{"k":[{}]}}}"#, "null",
    ].map { Array($0.utf8) }

    private static let alphabet = Array(#"{}[]:,"\/ue0123456789.+-Etrfalsn dD8cC"#.utf8) + [
        0x00, 0x09, 0x0A, 0x0D, 0x1F, 0x20, 0x7F, 0x80, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF,
    ]

    @Test("Both agree about 100,000 mutated documents", arguments: [1 as UInt64, 2])
    func fuzz(seed: UInt64) {
        var generator = SplitMix64(state: seed)
        let validator = JSONValidator()
        var accepted = 0
        for round in 0..<50_000 {
            var document = Self.seeds[round % Self.seeds.count]
            for _ in 0...Int.random(in: 0..<3, using: &generator) {
                let position = Int.random(in: 0...document.count, using: &generator)
                let byte = Self.alphabet.randomElement(using: &generator) ?? 0
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: document.insert(byte, at: position)
                case 1 where position < document.count: document.remove(at: position)
                case 2 where position < document.count: document[position] = byte
                default:
                    let end = min(document.count, position + Int.random(in: 0..<9, using: &generator))
                    document.insert(contentsOf: document[position..<end], at: position)
                }
            }
            let (verdict, root, isNumberError) = unsafe withPadding(document) {
                unsafe (validator.verdict(on: $0), try? StrictJSONScanner.scan($0), validator.usedScanner)
            }
            // Where simdjson left the decision to the scanner, agreement proves nothing.
            if isNumberError { continue }
            if root != nil { accepted += 1 }
            let expected = root.map { "\($0)" } ?? "invalid"
            #expect("\(verdict)".hasPrefix(expected), "\(document): \(verdict), \(expected)")
        }
        #expect(accepted > 5000)
    }
}

/// A small generator of repeatable random numbers (Steele, Lea and Flood, 2014).
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
