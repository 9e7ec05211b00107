import JSON
import Kubernetes

/// Pods as Kubernetes describes them.
enum WorkerFixture {
    /// A pod whose container is in this state.
    static func pod(
        _ name: String,
        state: JSONValue = ["running": ["startedAt": "2025-12-31T11:59:00Z"]],
        lastState: JSONValue = [:],
        isReady: Bool = false,
        phase: String = "Running",
        address: String = "10.0.0.7",
        config: String = "c1",
        isDeleted: Bool = false,
        status: JSONObject = [:]
    ) -> KubernetesObject {
        var metadata: JSONObject = [
            "name": .string(name), "namespace": "data", "uid": .string("uid-\(name)"),
            "annotations": ["kustosink.dev/config-hash": .string(config)],
        ]
        if isDeleted { metadata["deletionTimestamp"] = "2025-12-31T11:58:00Z" }
        var members: JSONObject = [
            "phase": .string(phase),
            "podIP": .string(address),
            "conditions": [
                ["type": "PodScheduled", "status": "True"],
                ["type": "Ready", "status": .string(isReady ? "True" : "False"), "reason": "ContainersNotReady"],
            ],
            "containerStatuses": [
                ["name": "worker", "ready": .bool(isReady), "state": state, "lastState": lastState]
            ],
        ]
        for (key, value) in status { members[key] = value }
        return KubernetesObject(["metadata": .object(metadata), "status": .object(members)])
    }

    /// How a container ended.
    static func end(
        _ code: Int64,
        reason: String = "Error",
        message: String = "",
        at time: String = "2025-12-31T11:58:00Z"
    ) -> JSONValue {
        [
            "terminated": [
                "exitCode": .integer(code), "reason": .string(reason), "message": .string(message),
                "finishedAt": .string(time),
            ]
        ]
    }

    /// A container that waits.
    static func waiting(_ reason: String, _ message: String = "") -> JSONValue {
        ["waiting": ["reason": .string(reason), "message": .string(message)]]
    }
}
