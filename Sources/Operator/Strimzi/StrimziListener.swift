internal import JSON
internal import Kubernetes

/// A listener of a `Kafka` resource.
struct StrimziListener {
    /// The name of the `Kafka` resource.
    let cluster: String
    /// The listener's name.
    let name: String
    /// Where brokers are reached, as host:port.
    let bootstrapServers: [String]
    /// Whether it speaks TLS.
    let isEncrypted: Bool
    /// Whether it shows a certificate that the cluster's authority did not sign.
    let hasOwnCertificate: Bool
    /// `tls`, `scram-sha-512` or another kind of authentication; `nil` when clients are not authenticated.
    let authentication: String?

    /// Finds the listener.
    /// - Throws: ``SpecProblem`` when there is none, or not yet.
    init(_ reference: StrimziClusterReference, _ finding: StrimziResources.Finding) throws(SpecProblem) {
        let path = "spec.kafka.clusterRef"
        let kafka: KubernetesObject
        switch finding {
        case .kindMissing:
            throw SpecProblem(
                .dependencyMissing,
                path,
                "the cluster has no Kafka resources: is Strimzi installed? Without it name spec.kafka.bootstrapServers"
            )
        case .missing:
            throw SpecProblem(
                .dependencyMissing,
                "\(path).name",
                "there is no Kafka \(reference.name) in the sink's namespace: create it, or name another one"
            )
        case .found(let object): kafka = object
        }
        // A listener that is published but no longer specified is about to go.
        let listeners = kafka.json["spec"]?["kafka"]?["listeners"]?.arrayValue ?? []
        guard let spec = listeners.first(where: { $0["name"]?.stringValue == reference.listener }) else {
            let names = listeners.compactMap { $0["name"]?.stringValue }.sorted()
            let choice = names.isEmpty ? "it has none" : "it has \(names.joined(separator: ", "))"
            throw SpecProblem(
                .invalidSpec,
                "\(path).listener",
                "Kafka \(reference.name) has no listener \(reference.listener): \(choice)"
            )
        }
        // Earlier releases of Strimzi publish the name as `type` alone.
        let status = kafka.json["status"]?["listeners"]?.arrayValue?.first {
            ($0["name"] ?? $0["type"])?.stringValue == reference.listener
        }
        let servers = Self.servers(status)
        guard !servers.isEmpty else {
            let why = StrimziCondition.message(kafka).map { ": \($0)" } ?? ""
            throw SpecProblem(
                .dependencyMissing,
                path,
                "Kafka \(reference.name) has not published addresses of its listener \(reference.listener) yet\(why)"
            )
        }
        cluster = reference.name
        name = reference.listener
        bootstrapServers = servers
        isEncrypted = spec["tls"]?.boolValue ?? false
        hasOwnCertificate = spec["configuration"]?["brokerCertChainAndKey"]?.objectValue != nil
        authentication = spec["authentication"]?["type"]?.stringValue
    }

    private static func servers(_ status: JSONValue?) -> [String] {
        if let text = status?["bootstrapServers"]?.stringValue {
            return text.split(separator: ",").map { String($0.filter { !$0.isWhitespace }) }.filter { !$0.isEmpty }
        }
        return (status?["addresses"]?.arrayValue ?? []).compactMap { address in
            guard let host = address["host"]?.stringValue, let port = address["port"]?.intValue else { return nil }
            return "\(host):\(port)"
        }
    }
}
