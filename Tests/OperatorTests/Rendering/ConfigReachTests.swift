import Secrets
import SinkConfiguration
import Testing

@testable import Operator

/// Who writes a sink must reach nothing of the pod but what the sink mounts.
@Suite("What the further properties of a sink may name")
struct ConfigReachTests {
    private static let property = "consumer.override.client.dns.lookup"

    @Test(
        "is no file, no variable and no Secret that is not mounted",
        arguments: [
            "${env:HOME}", "${env:AZURE_FEDERATED_TOKEN_FILE}", "${file:/var/run/secrets/token:x}",
            "${directory:/etc/../proc/self:environ}", "${directory:/etc/kusto-sink/secrets/adx:../kafka/password}",
            "${directory:/etc/kusto-sink/secrets/adx:other}", "${directory:/etc/kusto-sink/secrets/other:secret}",
            "${directory:/etc/kusto-sink/secrets/adx/..data:secret}", "${directory:/etc/kusto-sink/secrets:adx}",
            "${directory:/etc/kusto-sink/secrets/./adx:secret}", "${directory:etc/kusto-sink/secrets/adx:secret}",
            "${directory:/etc/kusto-sink/secretsX/adx:secret}", "${directory:/etc/kusto-sink/config:sink.properties}",
            "${vault:kv:key}", "a${env:HOME}b", "${x${env:HOME}}", "${secret:adx}", "${secret:adx:a:b}", "${secret::}",
            "${secret:adx:../x}", "${secret:../adx:secret}", "${directory:${secret:adx:secret}:x}",
            "${file:${secret:adx:secret}",
        ]
    )
    func refused(value: String) {
        for path in ["spec.config[\"\(Self.property)\"]", "spec.converters.value.options[\"x\"]"] {
            var spec = SampleSinks.minimal
            if path.contains("config[") {
                spec.config[Self.property] = value
            } else {
                spec.converters.value.options["x"] = value
            }
            let problems = RenderProblemTests.problems(spec)
            let isTold = problems.contains {
                $0.path == path && ($0.reason == .notAllowed || $0.reason == .invalidSpec)
            }
            #expect(isTold, "\(problems)")
        }
    }

    @Test("is a key of a Secret, which is then mounted, or one that is mounted already")
    func allowed() throws {
        var spec = SampleSinks.minimal
        spec.config[Self.property] = "${secret:tuning:lookup}"
        spec.config["consumer.override.retry.backoff.ms"] = "${directory:/etc/kusto-sink/secrets/tuning:lookup}"
        spec.config["consumer.override.debug"] = "${file:/etc/kusto-sink/secrets/adx/secret:debug}"
        // No reference: the worker takes it as the text ${env:HOME}.
        spec.config["consumer.override.client.id"] = "$${env:HOME}"
        #expect(SinkRenderer.referencedSecrets(spec) == ["adx": ["secret"], "tuning": ["lookup"]])
        let properties = try SinkRenderer.render(SampleSinks.input(spec)).properties
        #expect(properties[Self.property] == "${directory:/etc/kusto-sink/secrets/tuning:lookup}")
        #expect(properties["consumer.override.client.id"] == "$${env:HOME}")
    }

    @Test("is never a reference in a field that takes a plain value")
    func typedFields() {
        let reference = "${env:HOME}"
        let changes: [(String, @Sendable (inout SinkSpec) -> Void)] = [
            ("spec.kafka.groupId", { $0.kafka.groupId = reference }),
            ("spec.kafka.bootstrapServers", { $0.kafka.bootstrapServers = ["${env:A", "B}"] }),
            ("spec.kusto.auth.clientId.value", { $0.kusto.auth.clientId = .value(reference) }),
            ("spec.topics[0].table", { $0.topics[0].table = reference }),
            ("spec.kusto.proxy.host", { $0.kusto.proxy = ProxySpec(host: reference, port: 1) }),
            ("spec.log.level", { $0.log.level = "${directory:/etc/kusto-sink/secrets/other:key}" }),
            (
                "spec.converters.value.schemaRegistry.username.value",
                {
                    $0.converters.value.schemaRegistry = SchemaRegistrySpec(urls: ["http://r:1"])
                    $0.converters.value.schemaRegistry?.username = .value("${file")
                    $0.converters.value.schemaRegistry?.password = SecretKeyReference(name: "r", key: "p")
                }
            ),
        ]
        for (path, change) in changes {
            var spec = SampleSinks.minimal
            change(&spec)
            let problems = RenderProblemTests.problems(spec)
            let isTold = problems.contains { $0.reason == .notAllowed && $0.path == path }
            #expect(isTold, "\(path): \(problems)")
        }
    }

    @Test("is no property that a field stands for, under any of its names")
    func owned() throws {
        let rendered = try SinkRenderer.render(SampleSinks.input(SampleSinks.everything))
        let further = SampleSinks.everything.config.keys
        var names = rendered.properties.keys.filter { !further.contains($0) }
        names += ["kusto.url", "group.id", "consumer.sasl.mechanisms", "sasl.jaas.config", "ssl.truststore.location"]
        names += ["producer.override.sasl.password", "misc.deadletterqueue.topic.name", "value.converter.x"]
        names += ["consumer.ssl.key.pem", "producer.ssl.ca.pem", "errors.deadletterqueue.ssl.keystore.password"]
        names += ["consumer.override.sasl.kerberos.principal", "consumer.override.sasl.oauthbearer.config"]
        names += ["session.timeout.ms", "heartbeat.interval.ms", "max.poll.interval.ms", "auto.offset.reset"]
        names += ["client.rack", "isolation.level", "partition.assignment.strategy", "consumer.session.timeout.ms"]
        for name in names {
            var spec = SampleSinks.everything
            spec.config = [name: "x"]
            let problems = RenderProblemTests.problems(spec)
            let isTold = problems.contains { $0.reason == .notAllowed && $0.path == "spec.config[\"\(name)\"]" }
            #expect(isTold, "\(name): \(problems)")
        }
        for name in [
            "consumer.override.fetch.min.bytes", "header.converter", "producer.linger.ms", "ssl.cipher.suites",
        ] {
            #expect(PropertyOwnership.owner(of: name) == nil)
        }
    }

    @Test("Every property of the table is owned by a field or free on purpose")
    func table() {
        let free: Set<String> = [
            "transforms", "predicates", "config.action.reload", "connector.client.config.override.policy",
            "header.converter", "offset.flush.interval.ms", "offset.flush.timeout.ms", "json.decimal.format",
            "ingestion.report", "commit.after",
        ]
        let names = PropertyTable.all.flatMap(\.names).filter { !$0.hasSuffix("*") }
        #expect(Set(names.filter { PropertyOwnership.owner(of: $0) == nil }) == free)
    }

    @Test("The resource's table and rendering name the same field for a property, and one that exists")
    func agreement() {
        for (property, field) in SinkSchema.ownedProperties {
            let owner = PropertyOwnership.owner(of: property)
            #expect(owner?.path == field || field == nil && owner != nil, "\(property)")
        }
        let known = Set(SchemaSamples.all(SinkSchema.spec, at: "spec").map { $0.path.replacing("[]", with: "") })
        let names =
            PropertyTable.all.flatMap(\.names) + [
                "consumer.sasl.oauthbearer.scope", "value.converter.bearer.auth.scope",
            ]
        for name in names {
            guard let owner = PropertyOwnership.owner(of: name), owner.isField, owner.path != "metadata.name" else {
                continue
            }
            #expect(known.contains(owner.path), "\(name): \(owner.path)")
        }
        var full = SinkSpec(SpecReader(SchemaSamples.full(SinkSchema.spec), path: "spec"))
        full.config = [:]
        let origins = SinkProperties(full, name: "full", strimzi: nil).origins.values
        for path in origins where path != "metadata.name" {
            let place = path.replacing(/\["[^"]*"\]/, with: "{}").replacing(/\.value$/, with: "")
            #expect(known.contains(place) || known.contains(place.replacing("{}", with: "")), "\(path)")
        }
    }

    @Test("is no credential, and no file of the pod")
    func credentials() {
        for (name, value) in [
            ("consumer.override.enrollment.token", "hunter2"),
            ("consumer.override.ssl.crl.location", "/proc/self/environ"),
        ] {
            var spec = SampleSinks.minimal
            spec.config[name] = value
            let problems = RenderProblemTests.problems(spec)
            #expect(problems.map(\.reason) == [.notAllowed])
            #expect(!problems.map(\.description).joined().contains("hunter2"))
        }
    }
}
