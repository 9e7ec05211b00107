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
        let rollout = input.deployment.map { RolloutStatus($0, terminating: input.workers.terminating) }
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
        status["credentialsHash"] = input.rendered.map { .string($0.credentialsHash) } ?? previous?["credentialsHash"]
        status["scaling"] = input.scaling.map(Self.json) ?? (input.rendered == nil ? previous?["scaling"] : nil)
        json = .object(status)
    }

    private static func json(_ scaling: ScalingReport) -> JSONValue {
        var block: JSONObject = [
            "currentReplicas": .integer(Int64(scaling.currentReplicas)),
            "desiredReplicas": .integer(Int64(scaling.desiredReplicas)),
        ]
        block["lag"] = scaling.lag.map { .integer(rounded($0)) }
        block["lagSeconds"] = scaling.lagSeconds.map { .integer(rounded(Int64($0))) }
        block["reason"] = .string(scaling.reason)
        block["lastScaleTime"] = scaling.lastScaleTime.map { .string($0.ISO8601Format()) }
        return .object(block)
    }

    /// Returns a number with two digits that count, so that it changes seldom.
    static func rounded(_ number: Int64) -> Int64 {
        guard number >= 100 else { return number }
        var unit: Int64 = 1
        while number / unit >= 100 { unit *= 10 }
        let digits = number / unit + (number % unit * 2 >= unit ? 1 : 0)
        let (product, overflow) = digits.multipliedReportingOverflow(by: unit)
        return overflow ? .max : product
    }
}
