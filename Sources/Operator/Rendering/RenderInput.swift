package import Kubernetes

/// Everything that rendering depends on; the same input always gives the same output.
package struct RenderInput: Sendable {
    /// The sink, whose spec is in order.
    package let object: KubernetesObject
    /// Its spec.
    package let spec: SinkSpec
    /// What the operator was told about workers.
    package let settings: WorkerSettings
    /// A digest of the data of every referenced Secret's used keys, by the Secret's name; changes roll the workers.
    package let secretDigests: [String: String]
    /// What references to Strimzi's resources stand for; `nil` without one.
    package let strimzi: StrimziConnection?
    /// Whether the cluster has PodMonitor resources.
    package let hasPodMonitors: Bool

    /// Creates an input.
    package init(
        object: KubernetesObject,
        spec: SinkSpec,
        settings: WorkerSettings,
        secretDigests: [String: String] = [:],
        strimzi: StrimziConnection? = nil,
        hasPodMonitors: Bool = false
    ) {
        self.object = object
        self.spec = spec
        self.settings = settings
        self.secretDigests = secretDigests
        self.strimzi = strimzi
        self.hasPodMonitors = hasPodMonitors
    }
}

/// What the operator's command line says about workers.
package struct WorkerSettings: Sendable, Hashable {
    /// The workers' image.
    package var image: String
    /// The namespace in which the operator runs, which asks workers why they are not ready; `nil` when it is not known.
    package var operatorNamespace: String?
    /// The labels that the workers' PodMonitors have beside the operator's own.
    package var podMonitorLabels: MonitorLabels

    /// Creates settings.
    package init(image: String, operatorNamespace: String? = nil, podMonitorLabels: MonitorLabels = MonitorLabels()) {
        self.image = image
        self.operatorNamespace = operatorNamespace
        self.podMonitorLabels = podMonitorLabels
    }
}

/// What a `Kafka` and a `KafkaUser` resource of Strimzi say.
package struct StrimziConnection: Sendable, Hashable {
    /// The listener's addresses.
    package var bootstrapServers: [String]
    /// The Secret with the cluster's CA, when the listener has TLS.
    package var ca: SecretKeyReference?
    /// `tls`, `scram-sha-512` or `nil`: how the user authenticates.
    package var authentication: String?
    /// The user's Secret.
    package var userSecret: String?

    /// Creates a connection.
    package init(
        bootstrapServers: [String],
        ca: SecretKeyReference? = nil,
        authentication: String? = nil,
        userSecret: String? = nil
    ) {
        self.bootstrapServers = bootstrapServers
        self.ca = ca
        self.authentication = authentication
        self.userSecret = userSecret
    }
}
