internal import JSON
internal import Kubernetes

/// A `KafkaUser` resource.
struct StrimziUser {
    /// The resource's name.
    let name: String
    /// `tls`, `tls-external` or `scram-sha-512`.
    let authentication: String
    /// The Secret with the credential; `nil` when Strimzi keeps none.
    let secret: String?

    /// Whether Strimzi keeps the credential.
    var hasSecret: Bool { secret != nil }

    /// The authentication that a listener has for this user.
    var listenerAuthentication: String { authentication == "tls-external" ? "tls" : authentication }

    /// Reads the user.
    /// - Parameter clusterName: The `Kafka` resource that the sink reads from.
    /// - Throws: ``SpecProblem`` when there is none, not yet, or one that is of no use.
    init(_ name: String, _ finding: StrimziResources.Finding, clusterName: String?) throws(SpecProblem) {
        let path = "spec.kafka.userRef"
        let user: KubernetesObject
        switch finding {
        case .kindMissing:
            throw SpecProblem(.dependencyMissing, path, "the cluster has no KafkaUser resources: is Strimzi installed?")
        case .missing:
            throw SpecProblem(
                .dependencyMissing,
                "\(path).name",
                "there is no KafkaUser \(name) in the sink's namespace: create it, or name another one"
            )
        case .found(let object): user = object
        }
        if let owner = user.labels["strimzi.io/cluster"], let clusterName, owner != clusterName {
            throw SpecProblem(
                .invalidSpec,
                path,
                "KafkaUser \(name) belongs to Kafka \(owner), not to \(clusterName) of spec.kafka.clusterRef"
            )
        }
        guard let authentication = user.json["spec"]?["authentication"]?["type"]?.stringValue else {
            throw SpecProblem(
                .invalidSpec,
                path,
                "KafkaUser \(name) has no authentication: set its spec.authentication.type to tls or scram-sha-512"
            )
        }
        self.name = name
        self.authentication = authentication
        switch authentication {
        case "tls-external": secret = nil
        case "tls", "scram-sha-512":
            guard let secret = user.json["status"]?["secret"]?.stringValue, !secret.isEmpty else {
                let why = StrimziCondition.message(user).map { ": \($0)" } ?? ""
                throw SpecProblem(
                    .dependencyMissing,
                    path,
                    "KafkaUser \(name) has not published the Secret with its credential yet\(why)"
                )
            }
            self.secret = secret
        default:
            throw SpecProblem(
                .notSupportedYet,
                path,
                "KafkaUser \(name) has authentication \(authentication); tls, tls-external and scram-sha-512 are known"
            )
        }
    }
}
