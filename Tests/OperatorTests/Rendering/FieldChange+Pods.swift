import JSON

@testable import Operator

/// Changes of how workers behave and what their pods are.
extension FieldChange {
    static let behavior = [
        FieldChange("flush.sizeBytes") { $0.flush.sizeBytes = 100 },
        FieldChange("flush.interval") { $0.flush.interval = .seconds(1) },
        FieldChange("errors.behavior") { $0.errors.behavior = "fail" },
        FieldChange("errors.tolerance") { $0.errors.tolerance = "none" },
        FieldChange("errors.retryMaxTime") { $0.errors.retryMaxTime = .seconds(1) },
        FieldChange("errors.retryBackoff") { $0.errors.retryBackoff = .seconds(1) },
        FieldChange("errors.conversionRetryTimeout") { $0.errors.conversionRetryTimeout = .zero },
        FieldChange("errors.conversionRetryMaxDelay") { $0.errors.conversionRetryMaxDelay = .seconds(1) },
        FieldChange("errors.logsFailures") { $0.errors.logsFailures = false },
        FieldChange("errors.logsMessages") { $0.errors.logsMessages = nil },
        FieldChange("buffers.memoryBytes") { $0.buffers.memoryBytes = 10_000_000 },
        FieldChange("buffers.diskBytes") { $0.buffers.diskBytes = 0 },
        FieldChange("buffers.shutdownDrain") { $0.buffers.shutdownDrain = .seconds(1) },
        FieldChange("buffers.commitInterval") { $0.buffers.commitInterval = .seconds(1) },
        FieldChange("buffers.startupTimeout") { $0.buffers.startupTimeout = .seconds(1) },
        FieldChange("buffers.compressionType") { $0.buffers.compressionType = nil },
        FieldChange("buffers.compressionLevel") { $0.buffers.compressionLevel = 1 },
        FieldChange("log.level") { $0.log.level = "warning" },
        FieldChange("log.format") { $0.log.format = nil },
        FieldChange("config") { $0.config["consumer.override.fetch.min.bytes"] = "1" },
        FieldChange("scaling.mode", given: { $0.replicas = 1 }) { $0.scaling.mode = .fixed },
        FieldChange("scaling.maxReplicas") { $0.scaling.maxReplicas = 1 },
        FieldChange("networkPolicy.metricsNamespaceLabels") { $0.networkPolicy?.metricsNamespaceLabels = [:] },
        FieldChange("networkPolicy.egressPorts") { $0.networkPolicy?.egressPorts = [1] },
    ]

    static let pods = [
        FieldChange("template.image") { $0.template.image = "other" },
        FieldChange("template.imagePullPolicy") { $0.template.imagePullPolicy = "Never" },
        FieldChange("template.imagePullSecrets") { $0.template.imagePullSecrets = ["registry"] },
        FieldChange("template.labels") { $0.template.labels = ["team": "data"] },
        FieldChange("template.annotations") { $0.template.annotations = ["note": "x"] },
        FieldChange("template.serviceAccountName") { $0.template.serviceAccountName = "ours" },
        FieldChange("template.serviceAccountAnnotations") { $0.template.serviceAccountAnnotations = ["a": "b"] },
        FieldChange("template.resources") { $0.template.resources = ["limits": ["memory": "1Gi"]] },
        FieldChange("template.nodeSelector") { $0.template.nodeSelector = ["disk": "fast"] },
        FieldChange("template.tolerations") { $0.template.tolerations = [["operator": "Exists"]] },
        FieldChange("template.affinity") { $0.template.affinity = ["podAffinity": [:]] },
        FieldChange("template.topologySpreadConstraints") { $0.template.topologySpreadConstraints = [] },
        FieldChange("template.priorityClassName") { $0.template.priorityClassName = "high" },
        FieldChange("template.runtimeClassName") { $0.template.runtimeClassName = "gvisor" },
        FieldChange("template.podSecurityContext") { $0.template.podSecurityContext = ["fsGroup": 1] },
        FieldChange("template.securityContext") { $0.template.securityContext = ["runAsUser": 1] },
        FieldChange("template.hostAliases") { $0.template.hostAliases = [["ip": "10.0.0.1"]] },
        FieldChange("template.dnsConfig") { $0.template.dnsConfig = ["searches": ["x"]] },
        FieldChange("template.terminationGracePeriodSeconds") { $0.template.terminationGracePeriodSeconds = 7 },
        FieldChange("template.environment") { $0.template.environment = ["TZ": "UTC"] },
    ]
}
