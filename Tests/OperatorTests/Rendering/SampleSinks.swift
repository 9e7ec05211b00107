import JSON
import Kubernetes

@testable import Operator

/// The sinks that the tests of rendering share.
enum SampleSinks {
    /// The resource around a spec, as the API server keeps it.
    static func object(_ name: String = "telemetry", annotations: [String: String] = [:]) -> KubernetesObject {
        KubernetesObject(
            [
                "apiVersion": "kustosink.dev/v1alpha1", "kind": "KustoSink",
                "metadata": [
                    "name": .string(name), "namespace": "data", "uid": "8f1c2a34-0000-4000-8000-5d2c9f0b0a11",
                    "generation": 3, "annotations": JSONValue(texts: annotations),
                ],
            ]
        )
    }

    /// What rendering is given for a spec; every Secret in use has a digest.
    static func input(
        _ spec: SinkSpec,
        object: KubernetesObject = object(),
        strimzi: StrimziConnection? = nil,
        hasPodMonitors: Bool = false,
        podMonitorLabels: MonitorLabels = MonitorLabels()
    ) -> RenderInput {
        let secrets = SinkRenderer.referencedSecrets(spec, strimzi: strimzi)
        return RenderInput(
            object: object,
            spec: spec,
            settings: WorkerSettings(
                image: "registry.example/kusto-sink-worker:0.1.0",
                podMonitorLabels: podMonitorLabels
            ),
            secretDigests: Dictionary(uniqueKeysWithValues: secrets.keys.map { ($0, "digest-of-\($0)") }),
            strimzi: strimzi,
            hasPodMonitors: hasPodMonitors
        )
    }

    /// The least that a spec can say.
    static var minimal: SinkSpec {
        var spec = SinkSpec()
        spec.kafka.bootstrapServers = ["broker-1:9092"]
        spec.kusto.ingestionURL = "https://ingest-c.westeurope.kusto.windows.net"
        spec.kusto.auth.tenantId = .value("72f988bf-86f1-41af-91ab-2d7cd011db47")
        spec.kusto.auth.clientId = .value("2c9c3a0e-0000-4000-8000-5d2c9f0b0a11")
        spec.kusto.auth.clientSecret = SecretKeyReference(name: "adx", key: "secret")
        var orders = TopicSpec(topic: "orders", database: "shop", table: "Orders")
        orders.format = "json"
        spec.topics = [orders]
        return spec
    }

    /// The sample of the documentation, less what workers do not do yet.
    static var telemetry: SinkSpec {
        var spec = minimal
        var sasl = SASLSpec(mechanism: "SCRAM-SHA-512")
        sasl.username = .value("telemetry")
        sasl.password = SecretKeyReference(name: "kafka", key: "password")
        spec.kafka.security.securityProtocol = "SASL_SSL"
        spec.kafka.security.sasl = sasl
        spec.kafka.security.tls = TLSSpec()
        spec.kafka.security.tls?.ca = SecretKeyReference(name: "kafka", key: "ca.crt")
        spec.kafka.groupId = "connect-telemetry"
        spec.kafka.consumer.autoOffsetReset = "earliest"
        spec.kafka.consumer.maxPollInterval = .seconds(300)
        spec.kusto.queryURL = "https://c.westeurope.kusto.windows.net"
        spec.kusto.proxy = ProxySpec(host: "proxy", port: 3128)
        spec.topics[0].mapping = "OrdersMapping"
        spec.converters.key = ConverterSpec(type: "String")
        spec.flush.sizeBytes = 1_048_576
        spec.flush.interval = .seconds(30)
        spec.errors.behavior = "log"
        spec.errors.tolerance = "all"
        spec.errors.retryMaxTime = .seconds(300)
        spec.errors.retryBackoff = .seconds(10)
        spec.scaling.mode = .lag
        spec.scaling.maxReplicas = 12
        return spec
    }

    /// A sink with all that workers do today.
    static var everything: SinkSpec {
        var spec = telemetry
        spec.replicas = 3
        spec.kafka.groupId = "telemetry-sink"
        spec.kafka.security.tls?.certificate = SecretKeyReference(name: "kafka", key: "tls.crt")
        spec.kafka.security.tls?.key = SecretKeyReference(name: "kafka", key: "tls.key")
        spec.kafka.security.tls?.keyPassword = SecretKeyReference(name: "kafka", key: "key-password")
        spec.kafka.security.tls?.verifiesHostname = false
        spec.kafka.consumer.sessionTimeout = .seconds(45)
        spec.kafka.consumer.heartbeatInterval = .seconds(3)
        spec.kafka.consumer.isolationLevel = "read_committed"
        spec.kafka.consumer.clientRack = "zone-1"
        spec.kafka.consumer.assignmentStrategy = "cooperative-sticky"
        spec.kusto.auth.clientId = .secret(SecretKeyReference(name: "adx", key: "id"))
        spec.kusto.validatesTables = false
        spec.kusto.trustedHosts = ["adx.corp.example"]
        spec.topics.append(TopicSpec(topic: "^telemetry[.].*$", database: "shop", table: "Telemetry"))
        spec.converters.value = ConverterSpec(type: "Json")
        spec.converters.value.schemasEnable = false
        spec.errors.conversionRetryTimeout = .seconds(60)
        spec.errors.conversionRetryMaxDelay = .milliseconds(1500)
        spec.errors.logsFailures = true
        spec.errors.logsMessages = true
        spec.buffers.memoryBytes = 268_435_456
        spec.buffers.diskBytes = 10_737_418_240
        spec.buffers.shutdownDrain = .seconds(120)
        spec.buffers.commitInterval = .seconds(5)
        spec.buffers.startupTimeout = .seconds(90)
        spec.buffers.compressionType = "zlib"
        spec.buffers.compressionLevel = 6
        spec.log.level = "debug"
        spec.log.format = "text"
        spec.networkPolicy = NetworkPolicySpec()
        spec.networkPolicy?.metricsNamespaceLabels = ["kubernetes.io/metadata.name": "monitoring"]
        spec.networkPolicy?.egressPorts = [9093, 9094]
        spec.deletionPolicy.deletesConsumerGroup = true
        spec.config = [
            "consumer.override.fetch.min.bytes": "65536",
            "consumer.override.retry.backoff.ms": "${secret:tuning:backoff}",
        ]
        return spec
    }

    /// A sink that reads Avro with the schemas of a registry, streams, and keeps what fails.
    static var registry: SinkSpec {
        var spec = minimal
        var registry = SchemaRegistrySpec(urls: ["https://registry-1:8081", "https://registry-2:8081"])
        registry.username = .secret(SecretKeyReference(name: "registry", key: "user"))
        registry.password = SecretKeyReference(name: "registry", key: "password")
        registry.tls = TLSSpec()
        registry.tls?.ca = SecretKeyReference(name: "registry", key: "ca.crt")
        registry.tls?.certificate = SecretKeyReference(name: "registry", key: "tls.crt")
        registry.tls?.key = SecretKeyReference(name: "registry", key: "tls.key")
        spec.converters.value = ConverterSpec(type: "Avro")
        spec.converters.value.schemaRegistry = registry
        spec.converters.value.options["http.read.timeout.ms"] = "30000"
        var oauth = OAuthSpec(tokenEndpointURL: "https://login.example/token")
        oauth.clientId = .value("sink")
        oauth.clientSecret = SecretKeyReference(name: "registry", key: "client-secret")
        oauth.scope = "registry"
        oauth.extensions = ["logicalCluster": "lsrc-1", "identityPoolId": "pool-1"]
        spec.converters.key = ConverterSpec(type: "Protobuf")
        spec.converters.key?.schemaRegistry = SchemaRegistrySpec(urls: ["https://registry-1:8081"])
        spec.converters.key?.schemaRegistry?.oauth = oauth
        spec.topics[0].mapping = "OrdersMapping"
        spec.topics[0].isStreaming = true
        spec.errors.tolerance = "all"
        spec.errors.behavior = "log"
        spec.errors.deadLetterQueue = DeadLetterQueueSpec(topic: "orders-dead")
        spec.errors.deadLetterQueue?.contextHeaders = true
        spec.errors.miscDeadLetterQueue = DeadLetterQueueSpec(topic: "orders-failed")
        spec.config["json.decimal.format"] = "base64"
        return spec
    }

    /// A sink that signs in as its pods do.
    static var workloadIdentity: SinkSpec {
        var spec = minimal
        spec.kusto.auth.strategy = "workload_identity"
        spec.kusto.auth.clientSecret = nil
        return spec
    }

    /// A sink that takes brokers and user from Strimzi's resources.
    static var strimzi: SinkSpec {
        var spec = minimal
        spec.kafka = KafkaSpec()
        spec.kafka.clusterReference = StrimziClusterReference(name: "events", listener: "tls")
        spec.kafka.userReference = "telemetry"
        return spec
    }

    /// A sink that says all it can of its pods.
    static var templated: SinkSpec {
        var spec = minimal
        var template = WorkerTemplateSpec()
        template.image = "registry.example/worker@sha256:abc"
        template.imagePullPolicy = "Always"
        template.imagePullSecrets = ["registry"]
        template.labels = ["team": "data", "app.kubernetes.io/name": "mine", "kustosink.dev/sink": "other"]
        template.annotations = ["note": "yes", "kustosink.dev/config-hash": "0"]
        template.serviceAccountName = "ours"
        template.resources = ["limits": ["memory": "64Mi", "cpu": 2], "requests": ["memory": "64Mi"]]
        template.nodeSelector = ["kubernetes.io/arch": "amd64", "disk": "fast"]
        template.tolerations = [["key": "dedicated", "operator": "Exists", "effect": "NoSchedule"]]
        template.affinity = ["nodeAffinity": ["preferredDuringSchedulingIgnoredDuringExecution": []]]
        template.topologySpreadConstraints = []
        template.priorityClassName = "high"
        template.runtimeClassName = "gvisor"
        template.podSecurityContext = ["fsGroup": 65532, "runAsUser": 65532]
        template.securityContext = ["capabilities": ["add": ["NET_BIND_SERVICE"]]]
        template.hostAliases = [["ip": "10.0.0.1", "hostnames": ["broker-1"]]]
        template.dnsConfig = ["options": [["name": "ndots", "value": "2"]]]
        template.terminationGracePeriodSeconds = 25
        template.environment = ["TZ": "Europe/Berlin", "KRB5CCNAME": "MEMORY:worker"]
        spec.template = template
        return spec
    }

    /// What Strimzi's resources stand for: TLS, and a user with a password.
    static let strimziConnection = StrimziConnection(
        bootstrapServers: ["events-kafka-tls-bootstrap.data.svc:9093"],
        ca: SecretKeyReference(name: "events-cluster-ca-cert", key: "ca.crt"),
        authentication: "scram-sha-512",
        userSecret: "telemetry"
    )
}
