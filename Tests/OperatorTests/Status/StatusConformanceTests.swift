import JSON
import Kubernetes
import Operator
import Testing

@Suite("Tools read the status of a sink rightly")
struct StatusConformanceTests {
    @Test("in every situation", arguments: Situation.all)
    func verdicts(situation: Situation) throws {
        var previous: JSONValue?
        if let since = situation.since {
            previous = StatusFixture.status(situation.input, seconds: -since)
        }
        let status = StatusFixture.status(situation.input, after: previous)
        let metadata = situation.input.sink.object.json["metadata"]
        #expect(Kstatus(metadata, status) == situation.kstatus)
        #expect(ArgoHealth(metadata, status) == situation.argo)
        let ready = try #require(StatusFixture.condition(status, "Ready"))
        #expect(ready["status"]?.stringValue == situation.ready)
        #expect(ready["reason"]?.stringValue == situation.reason)
        #expect(ready["message"]?.stringValue?.isEmpty == false)
    }

    @Test("which keeps the contract of conditions", arguments: Situation.all)
    func contract(situation: Situation) throws {
        let status = StatusFixture.status(situation.input)
        let conditions = try #require(status["conditions"]?.arrayValue)
        let types = conditions.compactMap { $0["type"]?.stringValue }
        #expect(types.filter { $0 == "Ready" }.count == 1)
        #expect(Set(types).count == types.count)
        #expect(!(types.contains("Reconciling") && types.contains("Stalled")))
        #expect(status["observedGeneration"]?.intValue == 1)
        for condition in conditions {
            #expect(condition["observedGeneration"]?.intValue == 1)
            #expect(condition["lastTransitionTime"]?.stringValue == "2025-12-31T12:00:00Z")
            if ["Reconciling", "Stalled"].contains(condition["type"]?.stringValue) {
                #expect(condition["status"]?.stringValue == "True")
            }
        }
    }

    @Test("also when a new generation has not been looked at")
    func newGeneration() {
        let status = StatusFixture.status(StatusFixture.healthy())
        let metadata = StatusFixture.sink(generation: 2).object.json["metadata"]
        #expect(Kstatus(metadata, status) == .inProgress)
        #expect(ArgoHealth(metadata, status) == .progressing)
    }
}
