import Foundation
import Testing

@testable import JSON

@Suite("The strict scanner against simdjson")
struct StrictJSONScannerTests {
    @Test("Both agree about every document of the tables")
    func tables() {
        for (document, root) in JSONValidatorTests.accepted {
            #expect(unsafe withPadding(document) { unsafe try? StrictJSONScanner.scan($0) } == root)
        }
        for document in JSONValidatorTests.refused {
            #expect(unsafe withPadding(document) { unsafe try? StrictJSONScanner.scan($0) } == nil)
        }
    }

    /// Documents with many neighbours that differ in one rule.
    private static let seeds = [
        #"{"a":1,"b":[true,false,null,-0.5e+10],"c":{"d":"x\n\u00e9\ud83d\ude00é😀"}}"#,
        #"[0,-0,0.0,1e1,10,1.5E-2,"\\\"\/\b\f\n\r\t",[[],{}],{"":""}]"#,
        #"  "text é \u0041 ࠀ 𐀀 \uFFFF"  "#, "-12.5e3", "[[[[[[1]]]]]]", #"{"k":{"k":{"k":[{}]}}}"#, "null",
        #"{"a":"x\"y\\","b":[1,-2.5e3,true,null,{"c":"\n"}],"d":{},"e":[],"é":"\/"}"#,
        #"[{"a":[1]},{},{"b":{"c":[]}}]"#, "1e400",
    ].map { Array($0.utf8) }

    private static let alphabet =
        Array(#"{}[]:,"\/ue0123456789.+-Etrfalsn dD8cC"#.utf8) + [
            0x00, 0x09, 0x0A, 0x0D, 0x1F, 0x20, 0x7F, 0x80, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xE0, 0xED, 0xEF, 0xF0, 0xF4,
            0xF5, 0xFF,
        ]

    private func mutated(_ round: Int, using generator: inout SplitMix64) -> [UInt8] {
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
        return document
    }

    private func copy(_ value: JSONValue) -> JSONValue? { try? JSONValue(parsing: value.text) }

    @Test("Both agree about 100,000 mutated documents, and what they accept has a value", arguments: [1 as UInt64, 2])
    func fuzz(seed: UInt64) {
        var generator = SplitMix64(state: seed)
        let validator = JSONValidator()
        var accepted = 0
        for round in 0..<50_000 {
            let document = mutated(round, using: &generator)
            let (verdict, root) = unsafe withPadding(document) {
                unsafe (validator.verdict(on: $0), try? StrictJSONScanner.scan($0))
            }
            // The fast check must accept by itself what the scanner accepts: the scanner is asked only about what the
            // fast check refuses.
            let isFast = !validator.usedScanner || root == nil || root == .blank
            let isAgreed = root.map { verdict == .valid($0) } ?? verdict.isInvalid
            let value = try? JSONValue(parsing: document)
            let isKept = (value == nil) == (root == nil || root == .blank) && value == value.flatMap { copy($0) }
            // One expectation for each document would keep a core busy for many seconds.
            if !isFast || !isAgreed || !isKept { Issue.record("\(document): \(verdict), \(String(describing: root))") }
            if root != nil { accepted += 1 }
        }
        #expect(accepted > 5000)
    }

    @Test("Of 20,000 mutated documents, what is accepted Foundation reads too, and as the same kind of value")
    func foundation() {
        var generator = SplitMix64(state: 3)
        let validator = JSONValidator()
        var accepted = 0
        for round in 0..<20_000 {
            let document = mutated(round, using: &generator)
            let verdict = unsafe withPadding(document) { unsafe validator.verdict(on: $0) }
            let value = try? JSONSerialization.jsonObject(with: Data(document), options: .fragmentsAllowed)
            let isAgreed =
                switch verdict {
                case .valid(.object): value is [String: Any]
                case .valid(.objects): (value as? [Any])?.allSatisfy { $0 is [String: Any] } == true
                case .valid(.emptyArray): (value as? [Any])?.isEmpty == true
                case .valid(.array): (value as? [Any])?.contains { !($0 is [String: Any]) } == true
                case .valid(.string): value is String
                case .valid(.number), .valid(.boolean): value is NSNumber
                case .valid(.null): value is NSNull
                // Foundation also reads what is not JSON, such as a comma after the last member.
                case .valid(.blank), .invalid: true
                }
            if value != nil { accepted += 1 }
            let text = String(decoding: document, as: UTF8.self)
            // Foundation has no numbers beyond a double's range.
            if isAgreed || value == nil && text.contains(#/[eE]\+?[0-9]{3}/#) { continue }
            Issue.record("\(text) \(document): \(verdict)")
        }
        #expect(accepted > 1000)
    }
}

extension JSONValidator.Verdict {
    /// Whether the document was refused.
    var isInvalid: Bool {
        if case .invalid = self { true } else { false }
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
