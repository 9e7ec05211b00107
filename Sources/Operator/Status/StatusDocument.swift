internal import FoundationEssentials
internal import JSON
internal import Kubernetes

/// Writes an assessment down as the resource's `status`.
struct StatusDocument {
    /// The whole status.
    let json: JSONValue

    /// Writes.
    init(previous: JSONValue?, input: StatusInput, assessment: SinkAssessment, now: Date) {
        let generation = input.sink.object.generation
        let rollout = input.rollout
        let ours = Set(Condition.Kind.allCases.map(\.rawValue))
        let foreign = (previous?["conditions"]?.arrayValue ?? []).filter {
            !ours.contains($0["type"]?.stringValue ?? "")
        }
        let conditions = assessment.conditions.map {
            $0.json(generation: generation, previous: previous?.condition($0.kind), now: now)
        }
        var status: JSONObject = [
            "observedGeneration": .integer(Int64(generation)),
            "conditions": .array(conditions + foreign),
            "replicas": .integer(Int64(rollout?.current ?? 0)),
            "readyReplicas": .integer(Int64(rollout?.ready ?? 0)),
        ]
        // What the last rendering said still describes the workers while a new one is not possible.
        status["selector"] = input.rendered.map { .string($0.selector) } ?? previous?["selector"]
        status["configHash"] = input.rendered.map { .string($0.configHash) } ?? previous?["configHash"]
        status["scaling"] = input.scaling?.json ?? (input.rendered == nil ? previous?["scaling"] : nil)
        json = .object(status)
    }
}
