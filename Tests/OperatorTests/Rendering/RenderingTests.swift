import Foundation
import JSON
import Kubernetes
import Secrets
import SinkConfiguration
import Testing
import YAML

@testable import Operator

@Suite("Rendering a sink")
struct RenderingTests {
    @Test("gives the same bytes for the same spec, whatever order its maps were filled in")
    func determinism() throws {
        let expected = try Self.bytes(SampleSinks.everything, template: SampleSinks.templated.template)
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<100 {
            var spec = SampleSinks.everything
            spec.config = Dictionary(uniqueKeysWithValues: Array(spec.config).shuffled(using: &generator))
            var template = SampleSinks.templated.template
            template.labels = Dictionary(uniqueKeysWithValues: Array(template.labels).shuffled(using: &generator))
            template.nodeSelector = Dictionary(
                uniqueKeysWithValues: Array(template.nodeSelector).shuffled(using: &generator)
            )
            template.resources = template.resources.map { Self.shuffled($0, &generator) }
            template.tolerations = template.tolerations.map { Self.shuffled($0, &generator) }
            let isSame = try Self.bytes(spec, template: template) == expected
            #expect(isSame)
        }
    }

    private static func bytes(_ spec: SinkSpec, template: WorkerTemplateSpec) throws -> [UInt8] {
        var spec = spec
        spec.template = template
        return try SinkRenderer.render(SampleSinks.input(spec)).objects.flatMap { $0.json.serialized() }
    }

    private static func shuffled(_ value: JSONValue, _ generator: inout some RandomNumberGenerator) -> JSONValue {
        switch value {
        case .object(let object):
            var members = object.map { ($0.key, $0.value) }
            for index in members.indices { members[index].1 = shuffled(members[index].1, &generator) }
            members.shuffle(using: &generator)
            return .object(JSONObject(members))
        case .array(let elements):
            return .array(elements.map { shuffled($0, &generator) })
        default: return value
        }
    }

    @Test("names an application's certificate by its file, and its password by a reference")
    func certificate() throws {
        var spec = SampleSinks.minimal
        spec.kusto.auth.clientSecret = nil
        spec.kusto.auth.clientCertificate = SecretKeyReference(name: "cert", key: "client.p12")
        spec.kusto.auth.clientCertificatePassword = SecretKeyReference(name: "cert", key: "password")
        let rendered = try SinkRenderer.render(SampleSinks.input(spec))
        let file = try #require(rendered.properties["aad.auth.appcert.location"])
        #expect(file == "\(SecretMount.directory)/cert/client.p12")
        #expect(
            rendered.properties["aad.auth.appcert.password"] == "${directory:\(SecretMount.directory)/cert:password}"
        )
        #expect(rendered.properties["aad.auth.appkey"] == nil)
        #expect(SinkRenderer.referencedSecrets(spec)["cert"] == ["client.p12", "password"])
    }

    @Test("writes a configuration that the worker reads as it was meant")
    func configuration() throws {
        let rendered = try SinkRenderer.render(SampleSinks.input(SampleSinks.everything))
        let object = try #require(rendered.objects.first { $0.kind == "ConfigMap" })
        #expect(object.json["immutable"] == true)
        let entries = try JavaProperties.parse(try #require(object.json["data"]?["sink.properties"]?.stringValue))
        #expect(Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.value) }) == rendered.properties)
        #expect(object.name == "telemetry-config-\(rendered.configHash)")
        let settings = try SinkSettings(PropertySet(rendered.properties, references: .keep))
        #expect(settings.consumer["group.id"] == "telemetry-sink" && settings.process.shutdownDrain == .seconds(120))
    }

    @Test("rolls the pods for a changed credential, and leaves the configuration alone")
    func credentials() throws {
        let before = SampleSinks.input(SampleSinks.telemetry)
        let after = RenderInput(
            object: before.object,
            spec: before.spec,
            settings: before.settings,
            secretDigests: ["adx": "new", "kafka": "digest-of-kafka"]
        )
        let (old, new) = (try SinkRenderer.render(before), try SinkRenderer.render(after))
        #expect(old.configHash == new.configHash && old.credentialsHash != new.credentialsHash)
        #expect(Self.template(old)["annotations"] != Self.template(new)["annotations"])
        #expect(old.objects.dropLast() == new.objects.dropLast())
        // The digest of a Secret that is not in use changes nothing.
        let more = RenderInput(
            object: before.object,
            spec: before.spec,
            settings: before.settings,
            secretDigests: before.secretDigests.merging(["other": "x"]) { $1 }
        )
        #expect(try SinkRenderer.render(more) == old)
    }

    private static func template(_ rendered: RenderedSink) -> JSONObject {
        rendered.objects.last?.json["spec"]?["template"]?["metadata"]?.objectValue ?? [:]
    }

    @Test("lets no user change what selects the pods, and selects them by what cannot change")
    func selector() throws {
        let rendered = try SinkRenderer.render(SampleSinks.input(SampleSinks.templated))
        let deployment = try #require(rendered.objects.last)
        let labels = try #require(Self.template(rendered)["labels"]?.objectValue)
        let selector = try #require(deployment.json["spec"]?["selector"]?["matchLabels"]?.objectValue)
        for (name, value) in selector { #expect(labels[name] == value) }
        #expect(rendered.selector == "app.kubernetes.io/name=kusto-sink-worker,kustosink.dev/sink=telemetry")
        #expect(labels["team"] == "data" && deployment.json["spec"]?["replicas"] == nil)
    }

    @Test("makes a disruption budget for more than one worker only", arguments: [0, 1, 2])
    func disruptionBudget(replicas: Int) throws {
        for mode in ScalingSpec.Mode.allCases {
            var spec = SampleSinks.minimal
            spec.scaling.mode = mode
            spec.scaling.maxReplicas = mode == .lag ? replicas : 9
            spec.replicas = mode == .lag ? 9 : replicas
            let kinds = try SinkRenderer.render(SampleSinks.input(spec)).objects.map(\.kind)
            #expect(kinds.contains("PodDisruptionBudget") == (replicas > 1))
            #expect(kinds.last == "Deployment")
        }
    }

    @Test(
        "subscribes to what the topics name",
        arguments: [
            (["orders", "shop.returns"], "orders,shop.returns", nil),
            (["shop.returns", "^telemetry[.].*$"], nil, "shop\\.returns|telemetry[.].*"),
            (["^a\\$"], nil, "a\\$"), (["*"], nil, ".*"), (["orders", "*"], nil, ".*"),
        ] as [([String], String?, String?)]
    )
    func topics(names: [String], list: String?, expression: String?) throws {
        var spec = SampleSinks.minimal
        spec.topics = names.map { TopicSpec(topic: $0, database: "d", table: "t") }
        let properties = try SinkRenderer.render(SampleSinks.input(spec)).properties
        #expect(properties["topics"] == list && properties["topics.regex"] == expression)
    }

    @Test(
        "speaks to Strimzi's brokers as its user does",
        arguments: [
            ("scram-sha-512", true, "SASL_SSL"), ("scram-sha-512", false, "SASL_PLAINTEXT"), ("tls", true, "SSL"),
            (nil, true, "SSL"), (nil, false, nil),
        ] as [(String?, Bool, String?)]
    )
    func strimzi(authentication: String?, isEncrypted: Bool, expected: String?) throws {
        let connection = StrimziConnection(
            bootstrapServers: ["b:9093"],
            ca: isEncrypted ? SecretKeyReference(name: "ca", key: "ca.crt") : nil,
            authentication: authentication,
            userSecret: authentication == nil ? nil : "user"
        )
        let input = SampleSinks.input(SampleSinks.strimzi, strimzi: connection)
        let properties = try SinkRenderer.render(input).properties
        #expect(properties["consumer.override.security.protocol"] == expected)
        #expect((properties["consumer.override.ssl.ca.location"] != nil) == isEncrypted)
        let secrets = SinkRenderer.referencedSecrets(SampleSinks.strimzi, strimzi: connection)
        let keys: Set<String>? =
            switch authentication {
            case "tls": ["user.crt", "user.key"]
            case nil: nil
            default: ["password"]
            }
        #expect(secrets["user"] == keys)
    }

    @Test("gives memory for the buffers, and says when the limit is too small")
    func memory() throws {
        var spec = SampleSinks.minimal
        spec.buffers.memoryBytes = 1 << 30
        #expect(try Self.memoryLimit(spec) == ("1343Mi", 0))
        for (limit, warnings) in [("1Gi", 1), ("2Gi", 0), ("1.2e9", 0), ("900M", 1)] {
            spec.template.resources = ["limits": ["memory": .string(limit)]]
            #expect(try Self.memoryLimit(spec) == (limit, warnings))
        }
    }

    private static func memoryLimit(_ spec: SinkSpec) throws -> (String, Int) {
        let rendered = try SinkRenderer.render(SampleSinks.input(spec))
        let container = rendered.objects.last?.json["spec"]?["template"]?["spec"]?["containers"]?[0]
        let limit = container?["resources"]?["limits"]?["memory"]?.stringValue ?? ""
        return (limit, rendered.warnings.count)
    }

    @Test("says that a number of workers does not count where the lag decides")
    func ignoredReplicas() throws {
        var spec = SampleSinks.minimal
        for (mode, replicas, warnings) in [
            (ScalingSpec.Mode.lag, 3, 1), (.lag, 0, 1), (.lag, 1, 0), (.fixed, 3, 0), (.external, 3, 0),
        ] {
            (spec.scaling.mode, spec.replicas) = (mode, replicas)
            let rendered = try SinkRenderer.render(SampleSinks.input(spec))
            #expect(rendered.warnings.count == warnings)
            #expect(rendered.warnings.allSatisfy { $0.contains("spec.replicas is \(replicas)") })
        }
    }

    @Test("lets the operator ask the workers, and workers ask name servers, whatever the policy says besides")
    func networkPolicy() throws {
        func policy(labels: [String: String], operatorNamespace: String?) throws -> JSONValue? {
            var spec = SampleSinks.minimal
            spec.networkPolicy = NetworkPolicySpec()
            spec.networkPolicy?.metricsNamespaceLabels = labels
            let settings = WorkerSettings(image: "worker", operatorNamespace: operatorNamespace)
            let input = RenderInput(object: SampleSinks.object(), spec: spec, settings: settings)
            return try SinkRenderer.render(input).objects.first { $0.kind == "NetworkPolicy" }?.json["spec"]
        }
        func sources(_ policy: JSONValue?) -> [JSONValue?]? {
            policy?["ingress"]?[0]?["from"]?.arrayValue?.map { $0["namespaceSelector"]?["matchLabels"] }
        }
        let (team, own) = (["team": "shop"], ["kubernetes.io/metadata.name": "system"])
        let labelled = try policy(labels: team, operatorNamespace: "system")
        #expect(sources(labelled) == [JSONValue(texts: team), JSONValue(texts: own)])
        #expect(try sources(policy(labels: own, operatorNamespace: "system")) == [JSONValue(texts: own)])
        #expect(try sources(policy(labels: team, operatorNamespace: nil)) == [JSONValue(texts: team)])
        // Without labels every namespace is let in already.
        #expect(try sources(policy(labels: [:], operatorNamespace: "system")) == [nil])
        let ports = labelled?["egress"]?[0]?["ports"]?.arrayValue ?? []
        #expect(
            Set(ports.map { "\($0["protocol"]?.stringValue ?? "")/\($0["port"]?.intValue ?? 0)" })
                == ["UDP/53", "TCP/53", "UDP/5353", "TCP/5353"]
        )
    }
}
