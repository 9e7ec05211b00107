import FoundationEssentials
import JSON
import Kubernetes
import Operator

/// The parts that tests of the status are put together from.
enum StatusFixture {
    /// Noon of some day.
    static let noon = Date(timeIntervalSince1970: 1_767_182_400)

    /// A sink whose spec is in order unless said otherwise.
    static func sink(
        generation: Int = 1,
        isPaused: Bool = false,
        problems: [SpecProblem] = [],
        annotations: JSONObject = [:],
        isDeleted: Bool = false
    ) -> KustoSink {
        var metadata: JSONObject = [
            "name": "telemetry", "namespace": "data", "uid": "u-1", "generation": .integer(Int64(generation)),
            "annotations": .object(annotations),
        ]
        if isDeleted { metadata["deletionTimestamp"] = "2026-01-01T11:00:00Z" }
        var spec = SinkSpec()
        spec.isPaused = isPaused
        return KustoSink(
            object: KubernetesObject(["metadata": .object(metadata)]),
            spec: problems.isEmpty ? .success(spec) : .failure(SpecProblems(problems))
        )
    }

    /// What a spec in order leads to.
    static func rendered(config: String = "c1", credentials: String = "s1", warnings: [String] = []) -> RenderedSink {
        RenderedSink(
            properties: [:],
            configHash: config,
            credentialsHash: credentials,
            objects: [],
            selector: "kustosink.dev/sink=telemetry",
            warnings: warnings
        )
    }

    /// A Deployment in a state of its rollout.
    static func deployment(
        wanted: Int = 2,
        current: Int? = nil,
        updated: Int? = nil,
        ready: Int? = nil,
        progress: String = "NewReplicaSetAvailable",
        config: String = "c1",
        credentials: String = "s1",
        isObserved: Bool = true,
        status: JSONObject = [:]
    ) -> KubernetesObject {
        var counts: JSONObject = [
            "observedGeneration": isObserved ? 3 : 2,
            "replicas": .integer(Int64(current ?? wanted)),
            "updatedReplicas": .integer(Int64(updated ?? current ?? wanted)),
            "readyReplicas": .integer(Int64(ready ?? wanted)),
            "availableReplicas": .integer(Int64(ready ?? wanted)),
            "conditions": [["type": "Progressing", "status": "True", "reason": .string(progress), "message": "m"]],
        ]
        for (key, value) in status { counts[key] = value }
        return KubernetesObject([
            "metadata": ["name": "telemetry-worker", "namespace": "data", "generation": 3],
            "spec": [
                "replicas": .integer(Int64(wanted)),
                "template": [
                    "metadata": [
                        "annotations": [
                            "kustosink.dev/config-hash": .string(config),
                            "kustosink.dev/credentials-hash": .string(credentials),
                        ]
                    ]
                ],
            ],
            "status": .object(counts),
        ])
    }

    /// A sink that works.
    static func healthy(_ change: (inout StatusInput) -> Void = { _ in }) -> StatusInput {
        var input = StatusInput(sink: sink(), rendered: rendered(), deployment: deployment())
        change(&input)
        return input
    }

    /// The status of an input without a history.
    static func status(_ input: StatusInput, after previous: JSONValue? = nil, seconds: Double = 0) -> JSONValue {
        SinkStatus.next(previous: previous, input: input, now: noon + seconds).status
    }

    /// The condition of this type.
    static func condition(_ status: JSONValue, _ type: String) -> JSONValue? {
        status["conditions"]?.arrayValue?.first { $0["type"]?.stringValue == type }
    }

    /// A worker that refuses its table.
    static let refusedTable = WorkerFailure(
        .configuration,
        reason: "Error",
        exitCode: 64,
        message: "table shop.Orders of topic orders does not exist\ncreate it, or name another one",
        time: "2026-01-01T11:59:00Z",
        pods: ["telemetry-worker-a"]
    )

    /// A worker that does not reach its brokers.
    static let unreachableBroker = WorkerFailure(
        .unavailable,
        reason: "Error",
        exitCode: 69,
        message: "broker-1:9092 refuses connections",
        pods: ["telemetry-worker-a"]
    )
}
