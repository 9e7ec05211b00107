import JSON
import Kubernetes
import Operator
import Testing

@Suite("The rollout of a Deployment")
struct StatusRolloutTests {
    private typealias Phase = RolloutStatus.Phase

    /// A status as JSON, and the phase that kubectl, Argo CD and kstatus see in it.
    private static let table: [(spec: JSONValue, status: JSONValue, phase: Phase, isRollingOut: Bool)] = [
        (["replicas": 3], [:], .notObserved, true),
        ([:], ["observedGeneration": 4, "updatedReplicas": 0], .updating, true),
        (
            ["replicas": 3], ["observedGeneration": 4, "replicas": 3, "updatedReplicas": 1, "readyReplicas": 3],
            .updating, true
        ),
        (
            ["replicas": 3, "paused": true], ["observedGeneration": 4, "replicas": 3, "updatedReplicas": 1],
            .heldByHand, true
        ),
        (
            ["replicas": 3],
            [
                "observedGeneration": 4, "replicas": 4, "updatedReplicas": 3, "readyReplicas": 4,
                "availableReplicas": 4,
            ],
            .replacing, true
        ),
        (
            ["replicas": 3],
            [
                "observedGeneration": 4, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 3,
                "availableReplicas": 2,
            ],
            .unavailable, true
        ),
        (
            ["replicas": 3],
            [
                "observedGeneration": 4, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 2,
                "availableReplicas": 3, "conditions": [["type": "Progressing", "reason": "NewReplicaSetAvailable"]],
            ],
            .unavailable, false
        ),
        (
            ["replicas": 3],
            [
                "observedGeneration": 4, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 3,
                "availableReplicas": 3, "terminatingReplicas": 1,
                "conditions": [["type": "Progressing", "reason": "NewReplicaSetAvailable"]],
            ],
            .terminating, false
        ),
        (
            ["replicas": 1],
            [
                "observedGeneration": 4, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 3,
                "availableReplicas": 3, "conditions": [["type": "Progressing", "reason": "NewReplicaSetAvailable"]],
            ],
            .terminating, false
        ),
        (
            [:],
            [
                "observedGeneration": 4, "replicas": 1, "updatedReplicas": 1, "readyReplicas": 1,
                "availableReplicas": 1,
            ],
            .complete, false
        ),
        (["replicas": 0], ["observedGeneration": 4], .complete, false),
    ]

    @Test("is read as other tools read it", arguments: table.indices)
    func phases(index: Int) {
        let row = Self.table[index]
        let deployment = KubernetesObject(["metadata": ["generation": 4], "spec": row.spec, "status": row.status])
        let rollout = RolloutStatus(deployment)
        #expect(rollout.phase == row.phase)
        #expect(rollout.isRollingOut == row.isRollingOut)
    }

    @Test("has failed when its deadline has passed, whatever else it says")
    func deadline() {
        let deployment = StatusFixture.deployment(progress: "ProgressDeadlineExceeded")
        #expect(RolloutStatus(deployment).phase == .failed("m"))
    }

    @Test("is not over while pods end that the server does not count")
    func uncountedPods() {
        #expect(RolloutStatus(StatusFixture.deployment(), terminating: 2).phase == .terminating)
        #expect(RolloutStatus(StatusFixture.deployment(), terminating: 2).terminating == 2)
        #expect(RolloutStatus(StatusFixture.deployment()).phase == .complete)
    }
}
