import JSON
import Testing

@testable import Operator

@Suite("The status and the table")
struct SchemaStatusTests {
    @Test("What the operator writes is in the table, or the API server would drop it", arguments: Situation.all)
    func written(situation: Situation) {
        let status = StatusFixture.status(situation.input)
        #expect(SchemaChecker.problems(of: status, SinkSchema.status, at: "status") == [])
    }

    @Test("What scaling remembers is in the table")
    func remembered() {
        let fields = SinkSchema.status.fields.first { $0.name == "scaling" }?.fields.map(\.name) ?? []
        for name in ScalingReport.measures + ScalingReport.remarks { #expect(fields.contains(name), "\(name)") }
    }
}
