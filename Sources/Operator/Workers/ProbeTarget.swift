internal import JSON
package import Kubernetes

/// A question to one worker.
package struct ProbeTarget: Sendable, Hashable {
    /// The endpoint's paths.
    package enum Question: String, Sendable, Hashable {
        /// Why the worker is not ready.
        case readiness = "/readyz"
        /// What the worker counts.
        case metrics = "/metrics"
    }

    /// The port of the worker's endpoint.
    package static let port = 9404

    /// The pod's uid.
    package let pod: String
    /// The pod's address.
    package let address: String
    /// What is asked.
    package let question: Question

    /// Creates a target.
    package init(pod: String, address: String, question: Question) {
        self.pod = pod
        self.address = address
        self.question = question
    }

    /// Chooses what to ask of a pod: one that is not ready why not, and any what it counts if somebody wants to know.
    /// - Returns: Nothing when the pod does not run or is about to end.
    package static func targets(of pod: KubernetesObject, asksForMetrics: Bool) -> [ProbeTarget] {
        let status = pod.json["status"]
        guard pod.deletionTimestamp == nil, status?["phase"]?.stringValue == "Running", !pod.uid.isEmpty,
            let address = status?["podIP"]?.stringValue, !address.isEmpty
        else { return [] }
        let conditions = status?["conditions"]?.arrayValue ?? []
        let ready = conditions.first { $0["type"]?.stringValue == "Ready" }
        let questions: [Question] =
            (ready?["status"]?.stringValue == "True" ? [] : [.readiness]) + (asksForMetrics ? [.metrics] : [])
        return questions.map { ProbeTarget(pod: pod.uid, address: address, question: $0) }
    }

    /// Where the worker is asked.
    package var url: String {
        let host = address.contains(":") ? "[\(address)]" : address
        return "http://\(host):\(Self.port)\(question.rawValue)"
    }
}
