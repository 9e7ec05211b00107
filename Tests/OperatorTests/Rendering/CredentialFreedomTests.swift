import Foundation
import JSON
import Kubernetes
import Secrets
import SinkConfiguration
import Testing
import YAML

@testable import Operator

/// The rendered configuration is a ConfigMap, which more people may read than a Secret.
@Suite("No rendered configuration holds a credential")
struct CredentialFreedomTests {
    private static let canary = "hunter2"

    /// Everything of a rendering that other people than those of the Secrets may read.
    private static func text(of rendered: RenderedSink) -> String {
        rendered.objects.map { String(decoding: $0.json.serialized(), as: UTF8.self) }.joined(separator: "\n")
    }

    /// What the operator applies for a resource, or `nil` when it refuses it.
    private static func rendering(of json: JSONValue) -> String? {
        let object = KubernetesObject(json)
        guard KustoSink.problems(of: object).isEmpty, case .success(let spec) = KustoSink(decoding: object).spec,
            let rendered = try? SinkRenderer.render(SampleSinks.input(spec, object: object))
        else { return nil }
        return text(of: rendered)
    }

    @Test("whatever the Secrets hold, and however their values are written", arguments: ["data", "stringData"])
    func values(_ member: String) throws {
        let value = member == "data" ? Data(Self.canary.utf8).base64EncodedString() : Self.canary
        let sink = try JSONValue(
            parsingYAML: SinkSamples.large.replacing(
                "type: Avro, schemaRegistry: {url: [\"http://registry:8081\"]}",
                with: "type: Json, schemasEnable: false"
            ).replacing("contextHeaders: true", with: "")
        )
        .setting("${secret:tuning:lookup}", at: ["spec", "config", "consumer.override.client.id"])
        .removing(["spec", "errors", "deadLetterQueue"]).removing(["spec", "errors", "miscDeadLetterQueue"])
        let secrets = [("kafka", ["password", "ca.crt"]), ("adx", ["id", "secret"]), ("tuning", ["lookup"])].map {
            name,
            keys -> JSONValue in
            [
                "apiVersion": "v1", "kind": "Secret", "metadata": ["name": .string(name), "namespace": "data"],
                .init(member): .object(JSONObject(keys.map { ($0, .string(value)) })),
            ]
        }
        let rendering = OfflineRendering(
            SinkFile(documents: [sink] + secrets),
            settings: WorkerSettings(image: "worker")
        )
        #expect(rendering.problems == [] && rendering.text.contains("kind: ConfigMap"))
        #expect(rendering.text.contains("consumer.override.sasl.password=${directory:"))
        #expect(!rendering.text.contains(Self.canary))
        #expect(!rendering.text.contains(Data(Self.canary.utf8).base64EncodedString()))
    }

    @Test("since every property that is a secret is a reference to a mounted file")
    func references() throws {
        var secrets = 0
        for spec in [
            SampleSinks.minimal, SampleSinks.telemetry, SampleSinks.everything, SampleSinks.workloadIdentity,
            SampleSinks.templated,
        ] {
            let rendered = try SinkRenderer.render(SampleSinks.input(spec))
            for (name, value) in rendered.properties where PropertyTable.isSecret(name) {
                secrets += 1
                #expect(SecretReference.remainder(of: value).isEmpty, "\(name)")
            }
        }
        #expect(secrets > 4)
    }

    /// The names of properties that hold credentials, of the worker's table and of Kafka's clients.
    private static let secretNames: [String] = {
        let clients = [
            "sasl.password", "sasl.jaas.config", "ssl.key.password", "ssl.keystore.password", "ssl.truststore.password",
            "ssl.key.pem", "ssl.keystore.key", "ssl.certificate.pem", "ssl.ca.pem",
            "sasl.oauthbearer.client.secret", "sasl.oauthbearer.config", "basic.auth.user.info", "bearer.auth.token",
            "sasl.login.callback.handler.class", "schema.registry.basic.auth.user.info",
        ]
        let prefixes = [
            "", "consumer.", "consumer.override.", "producer.", "admin.", "key.converter.", "value.converter.",
            "errors.deadletterqueue.", "misc.deadletterqueue.",
        ]
        let combined = prefixes.flatMap { prefix in clients.map { prefix + $0 } }
        let table = PropertyTable.all.filter(\.isSecret).map(\.name)
        return (combined + table + ["consumer.override.x.apikey", "consumer.override.my.passphrase"]).sorted()
    }()

    @Test("in spec.config, whose names and values are the user's")
    func config() throws {
        let base = try JSONValue(parsingYAML: SinkSamples.smallest)
        for name in Self.secretNames {
            for value in [Self.canary, "${secret:tuning:lookup}\(Self.canary)", " \(Self.canary)"] {
                let sink = base.setting([name: .string(value)], at: ["spec", "config"])
                #expect(Self.rendering(of: sink) == nil, "\(name)=\(value)")
            }
        }
    }

    @Test("as part of an address, where people are used to put them")
    func addresses() throws {
        let base = try JSONValue(parsingYAML: SinkSamples.smallest)
            .setting("https://c.westeurope.kusto.windows.net", at: ["spec", "kusto", "queryUrl"])
            .setting(["host": "proxy", "port": 3128], at: ["spec", "kusto", "proxy"])
            .setting(["adx.corp.example"], at: ["spec", "kusto", "trustedHosts"])
        try #require(Self.rendering(of: base) != nil)
        for path in Self.texts(base["spec"] ?? [:], ["spec"]) {
            let original = Self.read(base, path)
            let host = original.components(separatedBy: "://").last ?? original
            let scheme = original.contains("://") ? original.components(separatedBy: "://")[0] + "://" : ""
            for text in [
                "\(scheme)user:\(Self.canary)@\(host)", "\(scheme)\(host)?password=\(Self.canary)",
                "\(scheme)\(host)/?sig=\(Self.canary)", "https://user:\(Self.canary)@host.example",
                "\(host)#\(Self.canary)",
            ] {
                let shown = path.joined(separator: ".")
                let rendered = Self.rendering(of: Self.write(base, path, .string(text)))
                #expect(rendered?.contains(Self.canary) != true, "\(shown): \(text)")
            }
        }
    }

    private static func texts(_ value: JSONValue, _ path: [String]) -> [[String]] {
        switch value {
        case .object(let members): members.flatMap { texts($0.value, path + [$0.key]) }
        case .array(let elements): elements.enumerated().flatMap { texts($0.element, path + ["\($0.offset)"]) }
        case .string: [path]
        default: []
        }
    }

    private static func read(_ value: JSONValue, _ path: [String]) -> String {
        path.reduce(Optional(value)) { value, part in Int(part).map { value?[$0] } ?? value?[part] }?.stringValue ?? ""
    }

    private static func write(_ value: JSONValue, _ path: [String], _ text: JSONValue) -> JSONValue {
        guard let first = path.first else { return text }
        let rest = Array(path.dropFirst())
        switch value {
        case .object(var members):
            members[first] = write(members[first] ?? .null, rest, text)
            return .object(members)
        case .array(var elements):
            guard let index = Int(first), elements.indices.contains(index) else { return value }
            elements[index] = write(elements[index], rest, text)
            return .array(elements)
        default: return value
        }
    }
}
