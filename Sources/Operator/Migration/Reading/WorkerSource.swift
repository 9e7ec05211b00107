/// What runs connectors: the properties of a Connect worker, and what its pods bring along.
struct WorkerSource {
    /// Where it was found, for messages.
    var place: String
    /// The name of the Strimzi `KafkaConnect`; `nil` for a file of properties.
    var name: String?
    /// The resource's namespace; empty when it was none.
    var namespace = ""
    /// The worker's properties, as Connect has them.
    var properties: [String: String]
    /// Variables of its environment: what they hold, or the key of a Secret that they come from.
    var environment: [String: ReferenceTarget] = [:]
    /// The Secrets that are mounted into its pods, by the directory.
    var mounts: [String: String] = [:]
    /// What of the resource has no counterpart: the field, and why.
    var leftOut: [(field: String, reason: String)] = []
    /// Fields of ``leftOut`` of which nothing is known.
    var unknown: Set<String> = []
}
