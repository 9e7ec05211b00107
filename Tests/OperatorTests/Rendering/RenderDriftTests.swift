import JSON
import Kubernetes
import Testing

@testable import Operator

/// Keeps typed fields from being forgotten in rendering.
@Suite("Every field of the spec")
struct RenderDriftTests {
    @Test("changes what is rendered", arguments: FieldChange.all)
    func change(_ change: FieldChange) {
        var before = SampleSinks.everything
        change.given(&before)
        var after = before
        change.apply(&after)
        let (isChange, isSeen) = (before != after, Outcome(before) != Outcome(after))
        #expect(isChange)
        #expect(isSeen)
    }

    @Test("is among those changes, or has a reason not to be")
    func completeness() {
        let full = SinkSpec(SpecReader(SchemaSamples.full(SinkSchema.spec), path: "spec"))
        let fields = Set(Self.leaves(of: full))
        let known = Set(FieldChange.all.map(\.field)).union(FieldChange.decidedElsewhere)
        #expect(fields.subtracting(known).sorted() == [], "add a change for these fields")
        #expect(known.subtracting(fields).sorted() == [], "there are no such fields")
    }

    /// The paths of all stored properties that are no parts of the spec themselves.
    private static func leaves(of value: Any) -> [String] {
        Mirror(reflecting: value).children.flatMap { label, child -> [String] in
            let name = label ?? ""
            let (part, suffix) = Self.part(of: child)
            guard let part else { return [name] }
            return leaves(of: part).map { "\(name)\(suffix).\($0)" }
        }
    }

    /// The part of the spec that a property holds, or `nil` when it holds a value.
    private static func part(of child: Any) -> (Any?, String) {
        let mirror = Mirror(reflecting: child)
        if mirror.displayStyle == .optional {
            guard let wrapped = mirror.children.first else { return (nil, "") }
            return part(of: wrapped.value)
        }
        if mirror.displayStyle == .collection, let first = mirror.children.first {
            return part(of: first.value).0.map { ($0, "[]") } ?? (nil, "")
        }
        let isPart = mirror.displayStyle == .struct && !(child is SecretKeyReference) && !(child is Duration)
        return (isPart ? child : nil, "")
    }

    /// All that a spec leads to, also one that workers do not support yet.
    private struct Outcome: Equatable {
        let values: [String: String]
        let environment: [String: String]
        let secrets: [String: Set<String>]
        let problems: [SpecProblem]
        let warnings: [String]
        let objects: [KubernetesObject]?

        init(_ spec: SinkSpec) {
            let strimzi = spec.kafka.userReference == nil ? nil : SampleSinks.strimziConnection
            let properties = SinkProperties(spec, name: "telemetry", strimzi: strimzi)
            (values, environment, secrets) = (properties.values, properties.environment, properties.secrets)
            (problems, warnings) = (properties.problems, properties.warnings)
            objects = try? SinkRenderer.render(SampleSinks.input(spec, strimzi: strimzi)).objects
        }
    }
}

/// One field, and how it is changed.
struct FieldChange: Sendable, CustomTestStringConvertible {
    let field: String
    let given: @Sendable (inout SinkSpec) -> Void
    let apply: @Sendable (inout SinkSpec) -> Void

    var testDescription: String { field }

    init(
        _ field: String,
        given: @escaping @Sendable (inout SinkSpec) -> Void = { _ in },
        _ apply: @escaping @Sendable (inout SinkSpec) -> Void
    ) {
        self.field = field
        self.given = given
        self.apply = apply
    }

    static let otherKey = SecretKeyReference(name: "other", key: "key")

    /// What scaling, pausing and deleting go by, and what is resolved before rendering.
    static let decidedElsewhere: Set<String> = [
        "isPaused", "scaling.minReplicas", "scaling.lagThreshold", "scaling.activationLag", "scaling.targetDrainTime",
        "scaling.scaleUpStabilization", "scaling.scaleDownStabilization", "scaling.cooldown",
        "deletionPolicy.deletesConsumerGroup", "kafka.clusterReference.name", "kafka.clusterReference.listener",
        // The worker finds out by the file's content.
        "kusto.tls.trustStore.type",
    ]

    static let all: [FieldChange] = kafka + security + kusto + records + queues + behavior + pods
}
