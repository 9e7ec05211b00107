internal import JSON

/// Whom a worker speaks to and who speaks to it, as a NetworkPolicy says it.
struct WorkerPorts {
    private var egress: Set<Int> = [443]
    private let usesInstanceMetadata: Bool
    private let usesKerberos: Bool

    /// Gathers the ports from the rendered properties.
    /// - Parameter further: Ports that the user adds, such as those of brokers that listen elsewhere than they are
    ///   asked first.
    init(_ spec: SinkSpec, properties: SinkProperties, further: [Int]) {
        usesInstanceMetadata = spec.kusto.auth.strategy == "managed_identity"
        usesKerberos = properties.values.contains { $0.key.hasSuffix("sasl.mechanism") && $0.value == "GSSAPI" }
        egress.formUnion(further)
        for (name, value) in properties.values {
            if name.hasSuffix("bootstrap.servers") { egress.formUnion(Self.ports(ofBrokers: value)) }
            if name.hasSuffix(".url") { egress.formUnion(value.split(separator: ",").compactMap(Self.port)) }
        }
        if let port = spec.kusto.proxy?.port { egress.insert(port) }
    }

    /// The `spec` of a NetworkPolicy.
    /// - Parameters:
    ///   - metricsNamespaces: Labels of the namespaces from which metrics are read; empty for all.
    ///   - operatorNamespace: Where the operator runs, whose probes are let in whatever the labels say.
    func policy(
        selector: [String: String],
        metricsNamespaces: [String: String],
        operatorNamespace: String?
    ) -> JSONValue {
        var sources = [metricsNamespaces]
        if let operatorNamespace, !metricsNamespaces.isEmpty {
            // Kubernetes itself gives every namespace this label.
            let own = ["kubernetes.io/metadata.name": operatorNamespace]
            if own != metricsNamespaces { sources.append(own) }
        }
        let peers = sources.map { labels -> JSONValue in
            ["namespaceSelector": labels.isEmpty ? [:] : ["matchLabels": JSONValue(texts: labels)]]
        }
        // A policy sees the port of the pod behind a service: CoreDNS listens at 53, that of OpenShift at 5353.
        let nameServers = [53, 5353].flatMap { port -> [JSONValue] in
            ["UDP", "TCP"].map { ["protocol": .string($0), "port": .integer(port)] }
        }
        var rules: [JSONValue] = [
            ["ports": .array(nameServers)],
            ["ports": .array(egress.sorted().map { ["protocol": "TCP", "port": .integer(Int64($0))] })],
        ]
        if usesKerberos {
            rules.append(["ports": .array(["UDP", "TCP"].map { ["protocol": .string($0), "port": 88] })])
        }
        if usesInstanceMetadata {
            rules.append(
                [
                    "to": [["ipBlock": ["cidr": "169.254.169.254/32"]]],
                    "ports": [["protocol": "TCP", "port": 80]],
                ]
            )
        }
        return [
            "podSelector": ["matchLabels": JSONValue(texts: selector)],
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [
                [
                    "from": .array(peers),
                    "ports": [["protocol": "TCP", "port": .integer(Int64(WorkerPod.metricsPort))]],
                ]
            ],
            "egress": .array(rules),
        ]
    }

    private static func ports(ofBrokers text: String) -> [Int] {
        text.split(separator: ",").compactMap { broker in
            broker.lastIndex(of: ":").flatMap { Int(broker[broker.index(after: $0)...]) }
        }
    }

    private static func port(ofURL text: Substring) -> Int? {
        guard let match = text.prefixMatch(of: /\s*(https?):\/\/(?:\[[^\]]*\]|[^\/:?#]*)(?::([0-9]+))?/.ignoresCase())
        else { return nil }
        return match.output.2.flatMap { Int($0) } ?? (match.output.1.lowercased() == "http" ? 80 : 443)
    }
}
