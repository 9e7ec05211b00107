internal import JSON
internal import Kubernetes

/// The objects that the operator applies for a sink.
struct ChildObjects {
    private let input: RenderInput
    private let properties: SinkProperties
    private let pod: WorkerPod
    private let configText: String
    private let names: ChildNames

    /// Describes the objects.
    /// - Parameters:
    ///   - pod: The pods that the Deployment makes.
    ///   - configText: The worker's configuration.
    init(_ input: RenderInput, _ properties: SinkProperties, pod: WorkerPod, configText: String) {
        self.input = input
        self.properties = properties
        self.pod = pod
        self.configText = configText
        names = ChildNames(input.object.name)
    }

    /// All objects in the order in which they are applied: the pods come last, when all is there that they need.
    var all: [KubernetesObject] {
        let optional = [serviceAccount, configuration, podDisruptionBudget, scraping, networkPolicy]
        return (optional.compactMap { $0 } + [deployment]).map(KubernetesObject.init)
    }

    private var serviceAccount: JSONValue? {
        guard input.spec.template.serviceAccountName == nil else { return nil }
        var object = head(.serviceAccount, names.serviceAccount, annotations: serviceAccountAnnotations)
        object["automountServiceAccountToken"] = false
        return .object(object)
    }

    /// Azure's webhook reads from the ServiceAccount which identity its pods have.
    private var serviceAccountAnnotations: [String: String] {
        var annotations: [String: String] = [:]
        let auth = input.spec.kusto.auth
        if auth.strategy == "workload_identity" {
            if case .value(let id) = auth.clientId { annotations["azure.workload.identity/client-id"] = id }
            if case .value(let id) = auth.tenantId { annotations["azure.workload.identity/tenant-id"] = id }
        }
        return annotations.merging(input.spec.template.serviceAccountAnnotations) { _, given in given }
    }

    /// The configuration holds no credential, so that the operator needs no right to write Secrets.
    private var configuration: JSONValue {
        var object = head(.configMap, names.config(pod.configHash))
        object["immutable"] = true
        object["data"] = JSONValue(texts: [WorkerPod.configKey: configText])
        return .object(object)
    }

    /// One worker at a time may be taken away.
    ///
    /// Of one worker nothing could be kept, so there is no budget that might keep a node from being drained.
    private var podDisruptionBudget: JSONValue? {
        let scaling = input.spec.scaling
        let most = scaling.mode == .lag ? scaling.maxReplicas : input.spec.replicas
        guard most > 1 else { return nil }
        var object = head(.podDisruptionBudget, names.podDisruptionBudget)
        object["spec"] = [
            "maxUnavailable": 1, "unhealthyPodEvictionPolicy": "AlwaysAllow",
            "selector": ["matchLabels": JSONValue(texts: pod.labels.selector)],
        ]
        return .object(object)
    }

    private var scraping: JSONValue { input.hasPodMonitors ? podMonitor : metricsService }

    private var podMonitor: JSONValue {
        var object = head(.podMonitor, names.podMonitor, labels: input.settings.podMonitorLabels.values)
        object["spec"] = [
            "selector": ["matchLabels": JSONValue(texts: pod.labels.selector)],
            "podMetricsEndpoints": [["port": "metrics", "path": "/metrics"]],
        ]
        return .object(object)
    }

    private var metricsService: JSONValue {
        let port = Int64(WorkerPod.metricsPort)
        let annotations = [
            "prometheus.io/scrape": "true", "prometheus.io/port": "\(port)", "prometheus.io/path": "/metrics",
        ]
        var object = head(.service, names.service, annotations: annotations)
        object["spec"] = [
            "clusterIP": "None",
            // A worker that is not ready has the metrics that tell why.
            "publishNotReadyAddresses": true,
            "selector": JSONValue(texts: pod.labels.selector),
            "ports": [["name": "metrics", "port": .integer(port), "targetPort": "metrics", "protocol": "TCP"]],
        ]
        return .object(object)
    }

    private var networkPolicy: JSONValue? {
        guard let policy = input.spec.networkPolicy else { return nil }
        var object = head(.networkPolicy, names.networkPolicy)
        let ports = WorkerPorts(input.spec, properties: properties, further: policy.egressPorts)
        object["spec"] = ports.policy(
            selector: pod.labels.selector,
            metricsNamespaces: policy.metricsNamespaceLabels,
            operatorNamespace: input.settings.operatorNamespace
        )
        return .object(object)
    }

    private var deployment: JSONValue {
        var object = head(.deployment, names.deployment)
        // Without `replicas`, which belongs to scaling. A surplus pod would only make the group rebalance twice.
        object["spec"] = [
            "minReadySeconds": 10, "progressDeadlineSeconds": 600, "revisionHistoryLimit": 3,
            "strategy": ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": 0, "maxUnavailable": 1]],
            "selector": ["matchLabels": JSONValue(texts: pod.labels.selector)],
            "template": pod.templateJSON,
        ]
        return .object(object)
    }

    /// What every object begins with.
    /// - Parameter labels: Labels that it has beside the operator's own.
    private func head(
        _ kind: ResourceKind,
        _ name: String,
        labels: [String: String] = [:],
        annotations: [String: String] = [:]
    ) -> JSONObject {
        var metadata: JSONObject = ["name": .string(name)]
        if !input.object.namespace.isEmpty { metadata["namespace"] = .string(input.object.namespace) }
        metadata["labels"] = JSONValue(texts: pod.labels.all.merging(labels) { own, _ in own })
        if !annotations.isEmpty { metadata["annotations"] = JSONValue(texts: annotations) }
        // A sink that the API server does not know yet, such as one in a file, has no identity to refer to.
        if !input.object.uid.isEmpty { metadata["ownerReferences"] = [ownerReference] }
        return ["apiVersion": .string(kind.apiVersion), "kind": .string(kind.kind), "metadata": .object(metadata)]
    }

    private var ownerReference: JSONValue {
        [
            "apiVersion": .string(KustoSink.kind.apiVersion), "kind": .string(KustoSink.kind.kind),
            "name": .string(input.object.name), "uid": .string(input.object.uid), "controller": true,
            "blockOwnerDeletion": true,
        ]
    }
}
