internal import JSON
internal import Kubernetes

/// What Strimzi says when a resource is not ready.
enum StrimziCondition {
    /// Returns the message of the first condition that says why a resource is not ready.
    static func message(_ object: KubernetesObject) -> String? {
        let conditions = object.json["status"]?["conditions"]?.arrayValue ?? []
        // Strimzi reports a failure as NotReady=True, and has no Ready then.
        let failing = conditions.first { condition in
            let type = condition["type"]?.stringValue
            let status = condition["status"]?.stringValue
            return (type == "NotReady" && status == "True") || (type == "Ready" && status == "False")
        }
        return failing?["message"]?.stringValue
    }
}
