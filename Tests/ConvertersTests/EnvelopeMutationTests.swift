import Converters
import JSON
import Testing

@Suite("An envelope that was damaged")
struct EnvelopeMutationTests {
    private static let schema = #"""
        {"type":"struct","fields":[{"field":"a","type":"int32","default":7},{"field":"s","type":"string","optional":true},
        {"field":"d","type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"2"},
        "optional":true},{"field":"m","type":"map","keys":{"type":"string"},"values":{"type":"float"},"optional":true},
        {"field":"l","type":"array","items":{"type":"struct","fields":[{"field":"b","type":"bytes"}]},"optional":true},
        {"field":"p","type":"map","keys":{"type":"int8"},"values":{"type":"boolean"},"optional":true}]}
        """#

    private static let seeds = [
        #"{"a":-1,"s":"x\n\u00e9é\"","d":"MDk=","m":{"k":1.25e1},"l":[{"b":"AP8="},{"b":""}],"p":[[1,true]]}"#,
        #"{"d":-12.50,"a":1.0,"l":[],"m":{},"zz":[{"x":[1]}]}"#, #"{"\u0061":2147483647,"p":[],"s":null}"#, "null",
        "{}",
    ].flatMap { payload in
        [#"{"schema":\#(schema),"payload":\#(payload)}"#, #"{"payload":\#(payload),"schema":\#(schema)}"#]
    }.map { Array($0.utf8) }

    @Test("becomes an error or a row that is one object, and a row written in any room is the same")
    func fuzz() {
        var generator = SplitMix64(state: 13)
        let alphabet = Array(#"{}[]:,"\u0e1-. =tfn"#.utf8) + [0x0A, 0x00, 0x80, 0xC3, 0xEF]
        let reader = EnvelopeReader(format: .json, cachedSchemas: 4)
        var (rows, errors) = (0, 0)
        for round in 0..<8_000 {
            var value = Self.seeds[round % Self.seeds.count]
            for _ in 0..<Int.random(in: 0..<3, using: &generator) {
                let place = Int.random(in: 0..<value.count, using: &generator)
                let byte = alphabet.randomElement(using: &generator) ?? 0
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: value.insert(byte, at: place)
                case 1: value.remove(at: place)
                default: value[place] = byte
                }
            }
            let (outcome, row) = EnvelopeRow.write(value, with: reader)
            switch outcome {
            case .row:
                rows += 1
                let isObject = (try? JSONValue(parsing: row))?.objectValue != nil
                if !isObject || row.contains(UInt8(ascii: "\n")) {
                    Issue.record("\(value) became \(String(decoding: row, as: UTF8.self))")
                }
            case .rejected: errors += 1
            default: break
            }
            // A reader that has seen nothing knows no schema, and must say the same.
            guard round % 4 == 0 else { continue }
            let fresh = EnvelopeRow.write(value, with: EnvelopeReader(format: .json), room: 4096)
            if outcome != fresh.outcome || row != fresh.row { Issue.record("\(value): \(outcome), \(fresh.outcome)") }
        }
        #expect(rows > 1000)
        #expect(errors > 1000)
    }
}
