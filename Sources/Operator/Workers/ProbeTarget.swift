internal import JSON
package import Kubernetes

/// What is asked of one worker.
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

    /// Chooses what to ask of a pod: one that is not ready why not, one that is ready what it counts.
    /// - Parameter asksForMetrics: Whether somebody wants to know what ready workers count.
    /// - Returns: `nil` when the pod does not run, is about to end, or has nothing to tell.
    package init?(_ pod: KubernetesObject, asksForMetrics: Bool) {
        let status = pod.json["status"]
        guard pod.deletionTimestamp == nil, status?["phase"]?.stringValue == "Running", !pod.uid.isEmpty,
            let address = status?["podIP"]?.stringValue, !address.isEmpty
        else { return nil }
        let conditions = status?["conditions"]?.arrayValue ?? []
        let ready = conditions.first { $0["type"]?.stringValue == "Ready" }
        let isReady = ready?["status"]?.stringValue == "True"
        guard !isReady || asksForMetrics else { return nil }
        self.init(pod: pod.uid, address: address, question: isReady ? .metrics : .readiness)
    }

    /// Where the worker is asked.
    package var url: String {
        let host = address.contains(":") ? "[\(address)]" : address
        return "http://\(host):\(Self.port)\(question.rawValue)"
    }
}
