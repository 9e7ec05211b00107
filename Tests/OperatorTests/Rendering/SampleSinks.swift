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
        hasPodMonitors: Bool = false
    ) -> RenderInput {
        let secrets = SinkRenderer.referencedSecrets(spec, strimzi: strimzi)
        return RenderInput(
            object: object,
            spec: spec,
            settings: WorkerSettings(image: "registry.example/kusto-sink-worker:0.1.0"),
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
}
