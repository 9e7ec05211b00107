import JSON

/// The verdicts of kstatus, which Flux and `kustomize --wait` use.
enum Kstatus: String {
    case terminating, inProgress, failed, current

    /// Judges a custom resource as kstatus does.
    init(_ metadata: JSONValue?, _ status: JSONValue?) {
        func condition(_ type: String) -> String? {
            status?["conditions"]?.arrayValue?.first { $0["type"]?.stringValue == type }?["status"]?.stringValue
        }
        let generation = metadata?["generation"]?.intValue
        if metadata?["deletionTimestamp"] != nil {
            self = .terminating
        } else if let observed = status?["observedGeneration"]?.intValue, observed != generation {
            self = .inProgress
        } else if condition("Reconciling") == "True" {
            self = .inProgress
        } else if condition("Stalled") == "True" {
            self = .failed
        } else if let ready = condition("Ready") {
            self = ready == "True" ? .current : .inProgress
        } else {
            self = .current
        }
    }
}

/// The verdicts of Argo CD's health check for the resource.
enum ArgoHealth: String {
    case progressing, suspended, degraded, healthy

    /// Judges as the health check does that Argo CD is given.
    init(_ metadata: JSONValue?, _ status: JSONValue?) {
        func holds(_ type: String, _ answer: String = "True") -> Bool {
            let conditions = status?["conditions"]?.arrayValue ?? []
            return conditions.contains { $0["type"]?.stringValue == type && $0["status"]?.stringValue == answer }
        }
        if status == nil || status?["observedGeneration"] != metadata?["generation"] {
            self = .progressing
        } else if holds("Paused") {
            self = .suspended
        } else if holds("Stalled") {
            self = .degraded
        } else if holds("Reconciling") {
            self = .progressing
        } else if holds("Ready", "False") {
            self = .degraded
        } else if holds("Ready") {
            self = .healthy
        } else {
            self = .progressing
        }
    }
}
