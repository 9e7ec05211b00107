import Converters
import JSON
import Testing

@Suite("What JsonConverter with schemas.enable=true does")
struct EnvelopeVectorTests {
    static let covered = (try? VectorTests.load().filter { $0.converter == "json-schema" }) ?? []

    @Test("happens here too, or what is better", arguments: covered)
    func vector(_ vector: VectorTests.Vector) throws {
        // A tombstone never comes to a converter.
        guard let value = vector.value else { return #expect((vector.ours, vector.result) == ("same", "dropped")) }
        let reader = EnvelopeReader(format: try RecordFormat(vector.format))
        let (outcome, row) = EnvelopeRow.write(value, with: reader)
        switch (vector.ours, vector.result) {
        case ("same", "written"):
            let output = try #require(vector.output)
            let left = try JSONValue(parsing: row)
            #expect(left.objectValue != nil)
            #expect(!row.contains(UInt8(ascii: "\n")))
            #expect(
                try left == JSONValue(parsing: output) || VectorTests.isNumericallyEqual(row, output),
                "\(String(decoding: row, as: UTF8.self))"
            )
        case ("numeric", "written"):
            let json = try JSONValue(parsing: row)
            guard case .double(let number)? = json["d"] else {
                Issue.record("\(json)")
                return
            }
            #expect("\(number)" == vector.text)
        case ("same", "dropped"): #expect(outcome == .skipped)
        case ("same", "rejected"), ("reject", _): Self.expectRejection(outcome)
        case ("json", "refused"):
            // A JSON format takes only objects; a format of lines takes the payload's JSON.
            Self.expectRejection(outcome)
            let lines = EnvelopeReader(format: try RecordFormat("txt"))
            let payload = try JSONValue(parsing: value)["payload"]
            #expect(try JSONValue(parsing: EnvelopeRow.write(value, with: lines).row) == payload)
        default: Issue.record("unknown expectation \(vector.ours) for \(vector.result)")
        }
    }

    private static func expectRejection(_ outcome: RecordOutcome) {
        guard case .rejected(let error) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(error.code == .invalidRecord)
        #expect(error.exceptionClass == "org.apache.kafka.connect.errors.DataException")
    }
}
