internal import JSON
internal import Kubernetes

/// The pods of a sink's workers: what every one of them is, with what the spec's template says on top.
struct WorkerPod {
    /// The port of metrics and probes.
    static let metricsPort = 9404
    /// Where the configuration is mounted.
    static let configDirectory = "/etc/kusto-sink/config"
    /// The configuration's key in its ConfigMap, which is the file's name.
    static let configKey = "sink.properties"
    /// Where batches wait that do not fit into memory.
    static let bufferDirectory = "/var/lib/kusto-sink"

    /// The labels of the sink's objects.
    let labels: ChildLabels
    /// The digest of the configuration; set once it is known.
    var configHash = ""
    /// The digest of the credentials; set once it is known.
    var credentialsHash = ""
    /// What is wrong with the spec's template.
    private(set) var problems: [SpecProblem] = []
    /// What a person should know about the pods.
    private(set) var warnings: [String] = []

    private let input: RenderInput
    private let properties: SinkProperties
    private let memoryNeed: Int
    private var template: WorkerTemplateSpec { input.spec.template }
    private var names: ChildNames { ChildNames(input.object.name) }

    /// Describes the pods.
    /// - Parameter memoryNeed: What a worker may need of memory, in bytes.
    init(_ input: RenderInput, _ properties: SinkProperties, memoryNeed: Int) {
        self.input = input
        self.properties = properties
        self.memoryNeed = memoryNeed
        labels = ChildLabels(input.object.name)
        checkTemplate()
        checkMemory()
    }

    /// The ServiceAccount under which the pods run.
    var serviceAccountName: String { template.serviceAccountName ?? names.serviceAccount }

    /// The `template` of the Deployment.
    var templateJSON: JSONValue {
        ["metadata": metadata, "spec": spec]
    }

    private var metadata: JSONValue {
        var labels = template.labels.merging(labels.all) { _, ours in ours }
        if input.spec.kusto.auth.strategy == "workload_identity" { labels["azure.workload.identity/use"] = "true" }
        var annotations = template.annotations
        annotations["kustosink.dev/config-hash"] = configHash
        annotations["kustosink.dev/credentials-hash"] = credentialsHash
        let restart = "kubectl.kubernetes.io/restartedAt"
        if let time = input.object.annotations[restart] { annotations[restart] = time }
        return ["labels": JSONValue(texts: labels), "annotations": JSONValue(texts: annotations)]
    }

    private var spec: JSONValue {
        var spec: JSONObject = [
            "serviceAccountName": .string(serviceAccountName),
            // Workers never speak to the API server.
            "automountServiceAccountToken": false,
            "enableServiceLinks": false,
            "terminationGracePeriodSeconds": .integer(gracePeriod),
            "securityContext": podSecurityContext,
        ]
        if !template.imagePullSecrets.isEmpty {
            spec["imagePullSecrets"] = .array(template.imagePullSecrets.map { ["name": .string($0)] })
        }
        if !template.nodeSelector.isEmpty { spec["nodeSelector"] = JSONValue(texts: template.nodeSelector) }
        spec["tolerations"] = template.tolerations?.inOrder
        spec["affinity"] = template.affinity?.inOrder
        spec["topologySpreadConstraints"] = template.topologySpreadConstraints?.inOrder ?? spread
        spec["priorityClassName"] = template.priorityClassName.map { .string($0) }
        spec["runtimeClassName"] = template.runtimeClassName.map { .string($0) }
        spec["hostAliases"] = template.hostAliases?.inOrder
        spec["dnsConfig"] = template.dnsConfig?.inOrder
        spec["containers"] = [container]
        spec["volumes"] = .array(volumes.map(\.json))
        return .object(spec)
    }

    /// Restricted, in the words of Kubernetes' Pod Security Standards.
    ///
    /// No user is named: it is the image's, or the one that OpenShift gives to the namespace.
    private var podSecurityContext: JSONValue {
        let ours: JSONValue = ["runAsNonRoot": true, "seccompProfile": ["type": "RuntimeDefault"]]
        return ours.merged(with: template.podSecurityContext?.inOrder)
    }

    private var container: JSONValue {
        var container: JSONObject = ["name": "worker", "image": .string(template.image ?? input.settings.image)]
        container["imagePullPolicy"] = template.imagePullPolicy.map { .string($0) }
        container["args"] = [
            "--config", .string("\(Self.configDirectory)/\(Self.configKey)"),
            "--references-below", .string(SecretMount.directory),
        ]
        let environment = template.environment.merging(properties.environment) { _, ours in ours }
        if !environment.isEmpty {
            container["env"] = .array(
                environment.sorted { $0.key < $1.key }.map { ["name": .string($0.key), "value": .string($0.value)] }
            )
        }
        container["ports"] = [
            ["name": "metrics", "containerPort": .integer(Int64(Self.metricsPort)), "protocol": "TCP"]
        ]
        container["resources"] = resources
        let security: JSONValue = [
            "allowPrivilegeEscalation": false, "capabilities": ["drop": ["ALL"]], "readOnlyRootFilesystem": true,
        ]
        container["securityContext"] = security.merged(with: template.securityContext?.inOrder)
        // The start is over when the process answers: how long Kafka and ADX are waited for is the worker's own rule.
        container["startupProbe"] = probe("/healthz", period: 2, timeout: 2, failures: 30)
        container["livenessProbe"] = probe("/healthz", period: 10, timeout: 5, failures: 6)
        container["readinessProbe"] = probe("/readyz", period: 5, timeout: 3, failures: 3)
        container["terminationMessagePolicy"] = "FallbackToLogsOnError"
        container["volumeMounts"] = .array(volumes.map(\.mount))
        return .object(container)
    }

    private func probe(_ path: String, period: Int64, timeout: Int64, failures: Int64) -> JSONValue {
        [
            "httpGet": ["path": .string(path), "port": "metrics", "scheme": "HTTP"],
            "periodSeconds": .integer(period), "timeoutSeconds": .integer(timeout),
            "failureThreshold": .integer(failures),
        ]
    }

    private var volumes: [WorkerVolume] {
        let secrets = properties.secrets.isEmpty ? [] : [WorkerVolume.secrets(properties.secrets)]
        return [.config(name: names.config(configHash))] + secrets
            + [.buffers(bytes: input.spec.buffers.diskBytes ?? Self.defaultDiskBytes), .temporary]
    }

    /// Evenly over zones and nodes where that can be done, counting the pods of one version.
    private var spread: JSONValue {
        .array(
            ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map { key in
                [
                    "maxSkew": 1, "topologyKey": .string(key), "whenUnsatisfiable": "ScheduleAnyway",
                    "labelSelector": ["matchLabels": JSONValue(texts: labels.selector)],
                    "matchLabelKeys": ["pod-template-hash"],
                ]
            }
        )
    }
}

/// How much a worker needs, and how long.
extension WorkerPod {
    /// The default of `buffer.disk.bytes`.
    private static let defaultDiskBytes = 1 << 30
    /// What suffices with the default buffers, with room.
    private static let defaultMemoryLimit = 256 << 20

    private var resources: JSONValue {
        if let given = template.resources { return given.inOrder }
        let limit = max(Self.defaultMemoryLimit, memoryNeed + memoryNeed / 4)
        return [
            "requests": ["cpu": "100m", "memory": "128Mi"], "limits": ["memory": .string(Quantity.mebibytes(limit))],
        ]
    }

    private var drainSeconds: Int64 { (input.spec.buffers.shutdownDrain ?? .seconds(20)).wholeSeconds }

    /// The drain and ten seconds for the last commit and for leaving the group, but not less than a minute.
    private var gracePeriod: Int64 {
        template.terminationGracePeriodSeconds.map(Int64.init) ?? max(60, drainSeconds + 10)
    }

    private mutating func checkMemory() {
        guard let limit = template.resources?["limits"]?["memory"], let bytes = Self.bytes(limit),
            bytes < Double(memoryNeed)
        else { return }
        warnings.append(
            """
            spec.template.resources.limits.memory is \(limit.stringValue ?? limit.text), and a worker with these buffers \
            may need \(Quantity.mebibytes(memoryNeed)); raise it or lower spec.buffers.memoryBytes
            """
        )
    }

    private static func bytes(_ quantity: JSONValue) -> Double? {
        quantity.doubleValue ?? quantity.stringValue.flatMap(Quantity.value)
    }

    private mutating func checkTemplate() {
        for name in template.environment.keys.sorted() {
            if properties.environment[name] != nil {
                refuse("spec.template.env", "\(name) is set by the operator; remove it")
            } else if !WorkerEnvironment.allows(name) {
                refuse("spec.template.env", "\(name) is not allowed: \(WorkerEnvironment.advice(name))")
            }
        }
        let auth = input.spec.kusto.auth
        if let name = template.serviceAccountName, auth.strategy == "workload_identity" {
            let given = [("tenantId", auth.tenantId), ("clientId", auth.clientId)].filter { $0.1 != nil }.map(\.0)
            for field in given {
                warnings.append(
                    """
                    spec.kusto.auth.\(field) is not used: the ServiceAccount \(name) is not the operator's, so its own \
                    annotations say which identity it has
                    """
                )
            }
        }
        let ours = ["kustosink.dev/", "app.kubernetes.io/"]
        let given = Set(template.labels.keys).union(template.annotations.keys)
        for name in given.sorted() where ours.contains(where: name.hasPrefix) {
            warnings.append("spec.template: \(name) is set by the operator alone; the value given is not used")
        }
        if let seconds = template.terminationGracePeriodSeconds, Int64(seconds) < drainSeconds + 10 {
            warnings.append(
                """
                spec.template.terminationGracePeriodSeconds is \(seconds), less than ten seconds above \
                spec.buffers.shutdownDrain; workers may be killed before they have drained
                """
            )
        }
    }

    private mutating func refuse(_ path: String, _ message: String) {
        problems.append(SpecProblem(.notAllowed, path, message))
    }
}
