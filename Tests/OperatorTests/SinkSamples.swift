import JSON
import Kubernetes
import YAML

/// KustoSinks for tests.
enum SinkSamples {
    /// The smallest spec that is in order.
    static let smallest = """
        apiVersion: kustosink.dev/v1alpha1
        kind: KustoSink
        metadata: {name: telemetry, namespace: data}
        spec:
          kafka: {bootstrapServers: ["broker-1:9092"]}
          kusto:
            ingestionUrl: https://ingest-c.westeurope.kusto.windows.net
            auth: {strategy: managed_identity}
          topics:
          - {topic: orders, database: shop, table: Orders}
        """

    /// A spec that uses most of what is typed.
    static let large = """
        apiVersion: kustosink.dev/v1alpha1
        kind: KustoSink
        metadata: {name: telemetry, namespace: data}
        spec:
          paused: true
          replicas: 3
          kafka:
            bootstrapServers: ["broker-1:9092", "broker-2:9092"]
            groupId: connect-telemetry
            security:
              protocol: SASL_SSL
              sasl:
                mechanism: SCRAM-SHA-512
                username: {value: telemetry}
                password: {secretKeyRef: {name: kafka, key: password}}
              tls: {ca: {secretKeyRef: {name: kafka, key: ca.crt}}}
            consumer: {autoOffsetReset: earliest, maxPollInterval: 5m}
          kusto:
            ingestionUrl: https://ingest-c.westeurope.kusto.windows.net
            queryUrl: https://c.westeurope.kusto.windows.net
            auth:
              strategy: application
              tenantId: {value: contoso.example}
              clientId: {secretKeyRef: {name: adx, key: id}}
              clientSecret: {secretKeyRef: {name: adx, key: secret}}
            validateTables: true
            proxy: {host: proxy, port: 3128}
          topics:
          - {topic: orders, database: shop, table: Orders, format: json, mapping: OrdersMapping, streaming: false}
          - {topic: "^shop[.].*", database: shop, table: Rest}
          converters:
            key: {type: String}
            value: {type: Avro, schemaRegistry: {url: ["http://registry:8081"]}}
          flush: {sizeBytes: 1048576, interval: 1m30s}
          errors:
            behavior: log
            tolerance: all
            retry: {maxTime: 5m, backoff: 500ms}
            deadLetterQueue: {topic: orders-dlq, contextHeaders: true}
            miscDeadLetterQueue: {topic: orders-misc}
          scaling: {mode: Lag, minReplicas: 1, maxReplicas: 12, lagThreshold: 10000, targetDrainTime: 60s}
          template:
            resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 1Gi}}
            nodeSelector: {disk: fast}
            env: [{name: MALLOC_ARENA_MAX, value: "2"}]
          networkPolicy: {egressPorts: [9093]}
          deletionPolicy: {consumerGroup: Delete}
          config: {consumer.override.fetch.min.bytes: "65536"}
        """

    /// The object that a YAML text holds.
    static func object(_ yaml: String) throws -> KubernetesObject { KubernetesObject(try JSONValue(parsingYAML: yaml)) }
}
