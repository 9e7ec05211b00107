internal import JSON
package import Kubernetes

/// How far a Deployment has come, read as kubectl, Argo CD and kstatus read it.
package struct RolloutStatus: Sendable, Hashable {
    /// What is left to do.
    package enum Phase: Sendable, Hashable {
        /// The controller has not seen the newest spec yet.
        case notObserved
        /// Somebody paused the Deployment itself.
        case heldByHand
        /// There was no progress for the progress deadline.
        case failed(String)
        /// Not every pod is of the newest template yet.
        case updating
        /// Pods of an earlier template are still counted.
        case replacing
        /// Not every pod of the newest template is available yet.
        case unavailable
        /// Pods that are no longer wanted have not ended yet.
        case terminating
        /// Nothing.
        case complete
    }

    /// What is left to do.
    package let phase: Phase
    /// How many pods the Deployment is to have.
    package let wanted: Int
    /// How many it has.
    package let current: Int
    /// How many of them are of the newest template.
    package let updated: Int
    /// How many of them are ready.
    package let ready: Int
    /// How many more are ending.
    package let terminating: Int
    /// Whether pods of the newest template have yet to take the place of others, or to start for the first time.
    ///
    /// Scaling does not count: there the newest template has been rolled out before.
    package let isRollingOut: Bool
    /// Why pods cannot even be made, such as a quota or a rule of pod security; `nil` when they can.
    package let creationFailure: String?

    /// Whether no pod is left and none is wanted.
    package var isAtRest: Bool { wanted == 0 && current == 0 && terminating == 0 }

    /// Reads a Deployment.
    /// - Parameter terminating: How many of its pods are known to be ending, for a server that does not count them.
    package init(_ deployment: KubernetesObject, terminating: Int = 0) {
        let spec = deployment.json["spec"]
        let status = deployment.json["status"]
        func count(_ name: String) -> Int { status?[name]?.intValue ?? 0 }
        let conditions = status?["conditions"]?.arrayValue ?? []
        func condition(_ type: String) -> JSONValue? { conditions.first { $0["type"]?.stringValue == type } }
        let progressing = condition("Progressing")
        let failing = condition("ReplicaFailure")

        wanted = spec?["replicas"]?.intValue ?? 1
        current = count("replicas")
        updated = count("updatedReplicas")
        ready = count("readyReplicas")
        creationFailure = failing?["status"]?.stringValue == "True" ? failing?["message"]?.stringValue ?? "" : nil
        self.terminating = max(count("terminatingReplicas"), terminating)
        let available = count("availableReplicas")
        if (status?["observedGeneration"]?.intValue ?? 0) < deployment.generation {
            phase = .notObserved
        } else if progressing?["reason"]?.stringValue == "ProgressDeadlineExceeded" {
            phase = .failed(progressing?["message"]?.stringValue ?? "")
        } else if updated < wanted {
            phase = spec?["paused"]?.boolValue == true ? .heldByHand : .updating
        } else if current > updated {
            phase = .replacing
        } else if available < updated || ready < wanted {
            phase = .unavailable
        } else if current > wanted || self.terminating > 0 {
            phase = .terminating
        } else {
            phase = .complete
        }
        isRollingOut =
            current > updated || (phase != .complete && progressing?["reason"]?.stringValue != "NewReplicaSetAvailable")
    }
}
