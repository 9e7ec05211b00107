internal import JSON
internal import Kubernetes
internal import YAML

/// What the operator would apply for the sinks of a file, without a cluster.
///
/// What only a cluster knows is left out or stood in for: the sink's identity, to which owned objects refer, the
/// digests of Secrets that are not in the file, and what Strimzi's resources say.
package struct OfflineRendering: Sendable {
    /// The objects as YAML documents.
    package private(set) var text = ""
    /// What is wrong: a line each, with the sink and the field's path.
    package private(set) var problems: [String] = []
    /// What a person should know: a line each, with the sink.
    package private(set) var warnings: [String] = []

    private let file: SinkFile
    private let settings: WorkerSettings
    private let hasPodMonitors: Bool

    /// Renders all sinks of a file.
    package init(_ file: SinkFile, settings: WorkerSettings, hasPodMonitors: Bool = false) {
        self.file = file
        self.settings = settings
        self.hasPodMonitors = hasPodMonitors
        for sink in file.sinks { render(sink) }
    }

    private mutating func render(_ object: KubernetesObject) {
        do throws(SpecProblems) {
            try Self.checkHead(of: object)
            let sink = KustoSink(decoding: object)
            let spec = try sink.spec.get()
            let strimzi = standIn(for: spec.kafka, object)
            let rendered = try SinkRenderer.render(
                RenderInput(
                    object: object,
                    spec: spec,
                    settings: settings,
                    secretDigests: digests(spec, strimzi, object),
                    strimzi: strimzi,
                    hasPodMonitors: hasPodMonitors
                )
            )
            warnings += rendered.warnings.map { Self.line(object, $0) }
            text += rendered.objects.map { "---\n\($0.json.yaml)" }.joined()
        } catch {
            problems += error.problems.map { Self.line(object, "\($0)") }
        }
    }

    /// Checks what the API server checks of every object.
    private static func checkHead(of object: KubernetesObject) throws(SpecProblems) {
        var problems: [SpecProblem] = []
        if object.apiVersion != KustoSink.kind.apiVersion {
            problems.append(SpecProblem(.invalidSpec, "apiVersion", "must be \(KustoSink.kind.apiVersion)"))
        }
        if !SchemaPattern.objectName.matches(object.name) || object.name.utf8.count > 253 {
            let message = "must be \(SchemaPattern.objectName.expectation), at most 253 characters"
            problems.append(SpecProblem(.invalidSpec, "metadata.name", message))
        }
        guard problems.isEmpty else { throw SpecProblems(problems) }
    }

    private mutating func digests(
        _ spec: SinkSpec,
        _ strimzi: StrimziConnection?,
        _ object: KubernetesObject
    ) -> [String: String] {
        var digests: [String: String] = [:]
        let used = SinkRenderer.referencedSecrets(spec, strimzi: strimzi)
        for (name, keys) in used.sorted(by: { $0.key < $1.key }) {
            let unfilled = file.unfilledKeys(namespace: object.namespace, name: name).intersection(keys)
            problems += unfilled.sorted().map { key in
                Self.line(object, "the key \(key) of the Secret \(name) of this file \(Placeholder.message)")
            }
            guard let secret = file.secret(namespace: object.namespace, name: name) else { continue }
            let (digest, missing) = SecretDigests.combined(keys, of: SecretDigests.keys(of: secret))
            digests[name] = digest
            for key in missing {
                warnings.append(Self.line(object, "the Secret \(name) of this file lacks the key \(key)"))
            }
        }
        return digests
    }

    /// Something in the place of what only the cluster's resources say, so that the rest can be seen.
    private mutating func standIn(for kafka: KafkaSpec, _ object: KubernetesObject) -> StrimziConnection? {
        guard kafka.clusterReference != nil || kafka.userReference != nil else { return nil }
        warnings.append(
            Self.line(
                object,
                "spec.kafka refers to resources of Strimzi, which are not read here; brokers and user are stood in for"
            )
        )
        let cluster = kafka.clusterReference
        return StrimziConnection(
            bootstrapServers: cluster.map { ["\($0.name)-kafka-\($0.listener)-bootstrap:9092"] }
                ?? kafka.bootstrapServers,
            ca: cluster.map { SecretKeyReference(name: "\($0.name)-cluster-ca-cert", key: "ca.crt") },
            authentication: kafka.userReference == nil ? nil : "scram-sha-512",
            userSecret: kafka.userReference
        )
    }

    private static func line(_ object: KubernetesObject, _ text: String) -> String {
        let name = object.name.isEmpty ? "a KustoSink without a name" : object.name
        let place = object.namespace.isEmpty ? name : "\(object.namespace)/\(name)"
        return "\(place): \(text)".replacing("\n", with: " ")
    }
}
