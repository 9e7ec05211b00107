import JSON
import Kubernetes
import Testing
import YAML

@testable import Operator

@Suite("What of a KafkaConnect reaches a sink")
struct MigrationWorkerTests {
    private static func connector(_ metadata: String) -> String {
        """
        apiVersion: kafka.strimzi.io/v1
        kind: KafkaConnector
        metadata: {name: c, labels: {strimzi.io/cluster: cc}\(metadata)}
        spec:
          class: KustoSinkConnector
          config:
            topics: a
            kusto.ingestion.url: https://ingest-c.kusto.windows.net
            kusto.tables.topics.mapping: "[{'topic':'a','db':'d','table':'t'}]"
            value.converter: org.apache.kafka.connect.storage.StringConverter
        ---

        """
    }

    private static func worker(_ metadata: String = "", brokers: String = "k:9093", _ spec: String = "") -> String {
        """
        apiVersion: kafka.strimzi.io/v1
        kind: KafkaConnect
        metadata: {name: cc\(metadata)}
        spec:
          bootstrapServers: \(brokers)
        \(spec)
        ---

        """
    }

    private static func brokers(_ text: String) throws -> JSONValue? {
        let migration = try Migration([MigrationInput(name: "a", text: text)])
        return migration.sinks.first?.json["spec"]?["kafka"]?["bootstrapServers"]
    }

    @Test("A connector without a namespace belongs to the KafkaConnect of its label, and the reverse")
    func namespaces() throws {
        let (data, other) = (", namespace: data", ", namespace: other")
        #expect(try Self.brokers(Self.connector("") + Self.worker(data)) == ["k:9093"])
        #expect(try Self.brokers(Self.connector(data) + Self.worker()) == ["k:9093"])
        let both = Self.worker(other, brokers: "o:9093") + Self.worker(data)
        #expect(try Self.brokers(Self.connector(data) + both) == ["k:9093"])
        #expect(try Self.brokers(Self.connector("") + both) == ["REPLACE-ME:9092"])
        #expect(try Self.brokers(Self.connector(other) + Self.worker(data)) == ["REPLACE-ME:9092"])
        let exact = Self.worker("", brokers: "none:9093") + Self.worker(data)
        #expect(try Self.brokers(Self.connector("") + exact) == ["none:9093"])
    }

    @Test("Every member of which nothing is made is told, those that a sink may need as not carried over")
    func members() throws {
        let spec = """
              rack: {topologyKey: topology.kubernetes.io/zone}
              replicas: 3
              logging: {type: inline}
              tracing: {type: opentelemetry}
              somethingNew: 1
              image: null
              template:
                pod:
                  tolerations: [{key: a}]
                  volumes: [{name: files, configMap: {name: x}}, {name: good, secret: {secretName: s}}]
                connectContainer: {securityContext: {}, env: [{name: FROM_MAP, valueFrom: {configMapKeyRef: {name: x, key: y}}}]}
                serviceAccount: {metadata: {annotations: {azure.workload.identity/client-id: x}}}
                podDisruptionBudget: {}
              externalConfiguration:
                env: [{name: FIELD, valueFrom: {fieldRef: {fieldPath: a}}}, {name: TEXT, value: b}]
                volumes: [{name: map, configMap: {name: x}}, {name: secret, secret: {secretName: s}}]
            """
        let text = Self.connector("") + Self.worker("", spec)
        let migration = try Migration([MigrationInput(name: "a", text: text)])
        func told(_ kind: MigrationNote.Kind) -> Set<String> {
            Set(
                migration.notes.filter { $0.kind == kind && $0.subject.hasPrefix("KafkaConnect") }.flatMap(\.properties)
            )
        }
        #expect(
            told(.notCarriedOver) == [
                "spec.rack", "spec.somethingNew", "spec.template.pod.tolerations", "spec.template.pod.volumes[files]",
                "spec.template.connectContainer.securityContext", "spec.template.connectContainer.env[FROM_MAP]",
                "spec.template.serviceAccount", "spec.externalConfiguration.env[FIELD]",
                "spec.externalConfiguration.volumes[map]",
            ]
        )
        #expect(
            told(.noEffect) == ["spec.replicas", "spec.logging", "spec.tracing", "spec.template.podDisruptionBudget"]
        )
    }

    @Test("A KafkaConnect of which all is used tells nothing")
    func silent() throws {
        let text =
            Self.connector("")
            + Self.worker("", "  tls: {trustedCertificates: [{secretName: ca, certificate: ca.crt}]}")
        let migration = try Migration([MigrationInput(name: "a", text: text)])
        #expect(!migration.notes.contains { $0.subject.hasPrefix("KafkaConnect") })
    }
}
