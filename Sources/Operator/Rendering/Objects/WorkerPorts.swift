internal import JSON

/// Whom a worker speaks to and who speaks to it, as a NetworkPolicy says it.
struct WorkerPorts {
    private var egress: Set<Int> = [443]
    private let usesInstanceMetadata: Bool

    /// Gathers the ports from the rendered properties.
    /// - Parameter further: Ports that the user adds, such as those of brokers that listen elsewhere than they are
    ///   asked first.
    init(_ spec: SinkSpec, properties: SinkProperties, further: [Int]) {
        usesInstanceMetadata = spec.kusto.auth.strategy == "managed_identity"
        egress.formUnion(further)
        for (name, value) in properties.values {
            if name.hasSuffix("bootstrap.servers") { egress.formUnion(Self.ports(ofBrokers: value)) }
            if name.hasSuffix(".url") { egress.formUnion(value.split(separator: ",").compactMap(Self.port)) }
        }
        if let port = spec.kusto.proxy?.port { egress.insert(port) }
    }

    /// The `spec` of a NetworkPolicy.
    func policy(selector: [String: String], metricsNamespaces: [String: String]) -> JSONValue {
        let namespaces: JSONValue =
            metricsNamespaces.isEmpty ? [:] : ["matchLabels": JSONValue(texts: metricsNamespaces)]
        var rules: [JSONValue] = [
            ["ports": [["protocol": "UDP", "port": 53], ["protocol": "TCP", "port": 53]]],
            ["ports": .array(egress.sorted().map { ["protocol": "TCP", "port": .integer(Int64($0))] })],
        ]
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
                    "from": [["namespaceSelector": namespaces]],
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
