import JSON
import Kubernetes
import Testing

@testable import Operator

@Suite("Reading a KustoSink")
struct KustoSinkDecodingTests {
    private func decode(_ yaml: String) throws -> SinkSpec {
        try KustoSink(decoding: SinkSamples.object(yaml)).spec.get()
    }

    private func problems(_ yaml: String) throws -> [String] {
        KustoSink.problems(of: try SinkSamples.object(yaml)).map(\.description)
    }

    @Test("The smallest spec has the defaults of the connector")
    func smallest() throws {
        var expected = SinkSpec()
        expected.kafka.bootstrapServers = ["broker-1:9092"]
        expected.kusto.ingestionURL = "https://ingest-c.westeurope.kusto.windows.net"
        expected.kusto.auth.strategy = "managed_identity"
        expected.topics = [TopicSpec(topic: "orders", database: "shop", table: "Orders")]
        #expect(try decode(SinkSamples.smallest) == expected)
    }

    @Test("A large spec keeps what it says")
    func large() throws {
        let spec = try decode(SinkSamples.large)
        #expect(spec.isPaused)
        #expect(spec.replicas == 3)
        #expect(spec.kafka.security.sasl?.username == .value("telemetry"))
        #expect(spec.kafka.security.sasl?.password == SecretKeyReference(name: "kafka", key: "password"))
        #expect(spec.kafka.security.tls?.ca == SecretKeyReference(name: "kafka", key: "ca.crt"))
        #expect(spec.kafka.consumer.maxPollInterval == .seconds(300))
        #expect(spec.kusto.auth.clientId == .secret(SecretKeyReference(name: "adx", key: "id")))
        #expect(spec.kusto.proxy == ProxySpec(host: "proxy", port: 3128))
        #expect(spec.topics.map(\.topic) == ["orders", "^shop[.].*"])
        #expect(spec.topics[0].mapping == "OrdersMapping")
        #expect(spec.converters.value.schemaRegistry?.urls == ["http://registry:8081"])
        #expect(spec.flush.interval == .seconds(90))
        #expect(spec.errors.retryBackoff == .milliseconds(500))
        #expect(spec.errors.deadLetterQueue?.contextHeaders == true)
        #expect(spec.scaling.mode == .lag)
        #expect(spec.scaling.maxReplicas == 12)
        #expect(spec.template.resources?["limits"]?["memory"] == "1Gi")
        #expect(spec.template.environment == ["MALLOC_ARENA_MAX": "2"])
        #expect(spec.networkPolicy?.egressPorts == [9093])
        #expect(spec.deletionPolicy.deletesConsumerGroup)
        #expect(spec.config == ["consumer.override.fetch.min.bytes": "65536"])
    }

    @Test("Every field of the table is read into the spec, and nothing else is")
    func drift() {
        var read: Set<String> = []
        _ = SinkSpec(SpecReader(SchemaSamples.full(SinkSchema.spec), path: "spec") { read.insert($0) })
        // A part that is handed on as it is stands for all fields below it.
        let wholes = read.filter { $0.hasSuffix("…") }.map { String($0.dropLast()) }
        let leaves = Set(SchemaSamples.leaves(SinkSchema.spec, at: "spec"))
        func isInWhole(_ leaf: String) -> Bool {
            wholes.contains { leaf.hasPrefix($0 + ".") || leaf.hasPrefix($0 + "[]") || leaf.hasPrefix($0 + "{}") }
        }
        let places = Set(SchemaSamples.all(SinkSchema.spec, at: "spec").map(\.path))
        #expect(leaves.filter { !isInWhole($0) }.subtracting(read).sorted() == [], "not read")
        #expect(read.filter { !$0.hasSuffix("…") }.subtracting(leaves).sorted() == [], "read, but not in the table")
        #expect(wholes.filter { !places.contains($0) }.sorted() == [], "handed on, but not in the table")
    }

    @Test("All problems are told at once, each with its place")
    func everything() throws {
        let found = try problems(
            """
            metadata: {name: telemetry}
            spec:
              paused: "yes"
              kafka:
                bootstrapServer: [b:9092]
                consumer: {maxPollInterval: 5 minutes, isolationLevel: read_comitted}
              kusto:
                auth: {strategy: application, clientSecret: hunter2}
              topics:
              - {topic: orders, database: shop, table: Orders}
              - {topic: orders, database: shop, table: Orders2}
              flush: {sizeBytes: 10}
              config: {kusto.url: x}
            """
        )
        #expect(
            found == [
                "spec.paused: must be true or false, and is text",
                "spec.kafka.consumer.maxPollInterval: must be a time in hours, minutes, seconds and milliseconds, "
                    + "in this order, such as 1h30m, 5m, 30s or 500ms",
                "spec.kafka.consumer.isolationLevel: must be one of read_committed, read_uncommitted; "
                    + "did you mean read_committed?",
                "spec.kafka.bootstrapServer: is no such field; did you mean bootstrapServers?",
                "spec.kusto.ingestionUrl: is missing. The cluster's ingestion endpoint, whose host begins with ingest- "
                    + "(kusto.ingestion.url).",
                "spec.kusto.auth.clientSecret: must be an object with fields such as secretKeyRef, and is text",
                "spec.topics[1]: is the same as spec.topics[0] in topic; keep one of the two",
                "spec.flush.sizeBytes: must be at least 100, and is 10",
                "spec.config[kusto.url]: must not hold a property that a field stands for, or that the operator sets; "
                    + "use spec.kusto.ingestionUrl",
            ]
        )
        #expect(!found.contains { $0.contains("hunter2") })
    }

    @Test("An object without a spec says so", arguments: ["metadata: {name: x}", "{metadata: {name: x}, spec: null}"])
    func missing(yaml: String) throws { #expect(try problems(yaml) == ["spec: is missing. What the sink is to do."]) }

    @Test("A field that is null is a field left out")
    func nulls() throws {
        var json = try SinkSamples.object(SinkSamples.smallest).json
        for place in ["config", "paused", "replicas", "flush.interval", "kafka.security", "kusto.proxy", "config.x"] {
            json = json.setting(["spec"] + place.split(separator: ".").map(String.init), to: .some(.null))
        }
        #expect(try KustoSink(decoding: KubernetesObject(json)).spec.get() == decode(SinkSamples.smallest))
    }

    @Test(
        "Times are read exactly",
        arguments: [
            ("0s", 0), ("500ms", 500), ("30s", 30_000), ("5m", 300_000), ("1h30m", 5_400_000), ("1h1m1s1ms", 3_661_001),
            ("90s", 90_000), ("1500ms", 1_500), ("999999h", 3_599_996_400_000),
        ] as [(String, Int)]
    )
    func times(text: String, milliseconds: Int) {
        #expect(Duration(resourceText: text) == .milliseconds(milliseconds))
        #expect(Duration(resourceText: Duration.milliseconds(milliseconds).resourceText) == .milliseconds(milliseconds))
    }

    @Test(
        "What is no time is refused",
        arguments: ["", "5", "m", "5 m", "-5m", "1.5h", "5m1h", "5m5m", "5d", "5M", "１s", "1000000h", "5ms1s", "+5s"]
    )
    func noTimes(text: String) { #expect(Duration(resourceText: text) == nil) }
}
