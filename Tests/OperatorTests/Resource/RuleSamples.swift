import JSON
import Kubernetes
import Testing
import YAML

/// A KustoSink that a rule of the table is about.
struct RuleSample: Sendable, CustomTestStringConvertible {
    /// What is tried.
    let title: String
    /// The field that is to blame, or `nil` when the object is in order.
    let path: String?
    /// The object.
    let object: KubernetesObject

    var testDescription: String { title }

    /// Creates a sample from the smallest spec that is in order.
    /// - Parameter changes: Fields by their dotted paths below `spec`; `null` takes one out.
    init(_ title: String, refusedAt path: String? = nil, _ changes: [(String, String)]) throws {
        self.title = title
        self.path = path
        var json = try SinkSamples.object(SinkSamples.smallest).json
        for (place, yaml) in changes {
            let value = try JSONValue(parsingYAML: yaml)
            json = json.setting(
                ["spec"] + place.split(separator: ".").map(String.init),
                to: value.isNull ? .none : value
            )
        }
        object = KubernetesObject(json)
    }
}

extension JSONValue {
    /// The value with another one at a place below it, whose objects are made where they are missing.
    func setting(_ place: [String], to value: JSONValue?) -> JSONValue {
        guard let name = place.first else { return value ?? .null }
        var object = objectValue ?? [:]
        let rest = Array(place.dropFirst())
        object[name] = rest.isEmpty ? value : (object[name] ?? [:]).setting(rest, to: value)
        return .object(object)
    }
}

extension RuleSample {
    static let secret = "{secretKeyRef: {name: s, key: k}}"
    static let scram = "{mechanism: SCRAM-SHA-256, username: {value: u}, password: \(secret)}"

    /// Samples of what each rule allows and refuses.
    static let all: [RuleSample] = {
        do { return try kafka + sasl + tls + kusto + records + errors + running + confinement } catch {
            Issue.record("a sample is no YAML: \(error)")
            return []
        }
    }()

    private static var kusto: [RuleSample] {
        get throws {
            func sample(_ title: String, refusedAt path: String? = nil, _ auth: String) throws -> RuleSample {
                try RuleSample(title, refusedAt: path.map { "spec.kusto.auth" + $0 }, [("kusto.auth", auth)])
            }
            let identity = "tenantId: {value: t}, clientId: {value: c}"
            return [
                try sample("an application with a secret", "{\(identity), clientSecret: \(secret)}"),
                try sample(
                    "an application with a certificate",
                    "{strategy: application, \(identity), clientCertificate: \(secret), "
                        + "clientCertificatePassword: \(secret)}"
                ),
                try sample("an application without anything", refusedAt: "", "{}"),
                try sample("an application without a secret", refusedAt: "", "{strategy: application, \(identity)}"),
                try sample(
                    "an application with both",
                    refusedAt: ".clientCertificate",
                    "{\(identity), clientSecret: \(secret), clientCertificate: \(secret)}"
                ),
                try sample(
                    "a password for no certificate",
                    refusedAt: ".clientCertificatePassword",
                    "{\(identity), clientSecret: \(secret), clientCertificatePassword: \(secret)}"
                ),
                try sample("a workload identity", "{strategy: workload_identity}"),
                try sample(
                    "a managed identity with a secret",
                    refusedAt: ".strategy",
                    "{strategy: managed_identity, clientSecret: \(secret)}"
                ),
                try sample("a workload identity by its id", "{strategy: workload_identity, \(identity)}"),
                try sample(
                    "a workload identity whose id is in a Secret",
                    refusedAt: ".clientId",
                    "{strategy: workload_identity, clientId: \(secret)}"
                ),
                try sample(
                    "a workload identity whose tenant is in a Secret",
                    refusedAt: ".tenantId",
                    "{strategy: workload_identity, clientId: {value: c}, tenantId: \(secret)}"
                ),
                try sample("a token", "{strategy: az_dev_token, accessToken: \(secret)}"),
                try sample("no token", refusedAt: ".accessToken", "{strategy: az_dev_token}"),
                try sample(
                    "a token for nothing",
                    refusedAt: ".accessToken",
                    "{strategy: managed_identity, accessToken: \(secret)}"
                ),
                try RuleSample(
                    "a proxy with a user",
                    [("kusto.proxy", "{host: p, port: 1, username: {value: u}, password: \(secret), noProxy: [h]}")]
                ),
                try RuleSample(
                    "what no proxy is asked for",
                    [
                        (
                            "kusto.proxy",
                            "{host: p, port: 1, protocol: https, noProxy: ['*', .a.b, '[::1]:80', 10.0.0.0/8]}"
                        )
                    ]
                ),
                try RuleSample(
                    "an exception with a scheme and a user",
                    refusedAt: "spec.kusto.proxy.noProxy[0]",
                    [("kusto.proxy", "{host: p, port: 1, noProxy: ['https://u@h']}")]
                ),
                try RuleSample(
                    "authorities of two kinds",
                    refusedAt: "spec.kusto.tls.trustStore",
                    [("kusto.tls", "{ca: \(secret), trustStore: {type: JKS, file: \(secret)}}")]
                ),
                try RuleSample(
                    "a proxy with a user alone",
                    refusedAt: "spec.kusto.proxy.username",
                    [("kusto.proxy", "{host: p, port: 1, username: {value: u}}")]
                ),
                try RuleSample(
                    "a password in a URL",
                    refusedAt: "spec.kusto.queryUrl",
                    [("kusto.queryUrl", "'https://user:password@c.kusto.windows.net'")]
                ),
            ]
        }
    }

    private static var records: [RuleSample] {
        get throws {
            func topics(_ title: String, refusedAt path: String? = nil, _ names: String...) throws -> RuleSample {
                let list = names.map { "{topic: '\($0)', database: d, table: t}" }.joined(separator: ", ")
                return try RuleSample(title, refusedAt: path, [("topics", "[\(list)]")])
            }
            func value(_ title: String, refusedAt path: String? = nil, _ converter: String) throws -> RuleSample {
                let place = path.map { "spec.converters.value" + $0 }
                return try RuleSample(title, refusedAt: place, [("converters", "{value: \(converter)}")])
            }
            let registry = "url: ['https://r:8081']"
            return [
                try topics("a topic, a pattern and the rest", "orders", "^shop-.*", "*"),
                try topics("no topics", refusedAt: "spec.topics"),
                try topics("the rest of nothing", refusedAt: "spec.topics", "*"),
                try topics("two patterns", refusedAt: "spec.topics", "^a", "^b"),
                try topics("a topic twice", refusedAt: "spec.topics[1]", "orders", "orders"),
                try value("Avro", "{type: Avro, schemaRegistry: {\(registry)}}"),
                try value("Avro without a registry", refusedAt: ".schemaRegistry", "{type: Avro}"),
                try value(
                    "JSON with a registry",
                    refusedAt: ".schemaRegistry",
                    "{type: Json, schemaRegistry: {\(registry)}}"
                ),
                try value("plain JSON", "{type: Json, schemasEnable: false}"),
                try value("schemas of text", refusedAt: ".schemasEnable", "{type: String, schemasEnable: false}"),
                try value("a charset", "{type: String, encoding: US-ASCII}"),
                try value("a charset of bytes", refusedAt: ".encoding", "{type: ByteArray, encoding: UTF-8}"),
                try value(
                    "a registry with a password",
                    "{type: Avro, schemaRegistry: {\(registry), username: {value: u}, password: \(secret)}}"
                ),
                try value(
                    "a registry with a password alone",
                    refusedAt: ".schemaRegistry.username",
                    "{type: Avro, schemaRegistry: {\(registry), password: \(secret)}}"
                ),
                try value(
                    "a registry with two credentials",
                    refusedAt: ".schemaRegistry",
                    "{type: Avro, schemaRegistry: {\(registry), username: {value: u}, password: \(secret), "
                        + "bearerToken: \(secret)}}"
                ),
                try value("an option", "{type: Json, options: {decimal.format: NUMERIC}}"),
                try value(
                    "an option with a credential",
                    refusedAt: ".options[basic.auth.user.info]",
                    "{type: Json, options: {basic.auth.user.info: 'u:p'}}"
                ),
                try value("an option without a name", refusedAt: ".options[a b]", "{type: Json, options: {'a b': c}}"),
            ]
        }
    }

    private static var errors: [RuleSample] {
        get throws {
            func config(_ title: String, refusedAt path: String? = nil, _ name: String) throws -> RuleSample {
                try RuleSample(title, refusedAt: path.map { "\($0)[\(name)]" }, [("config", "{'\(name)': x}")])
            }
            return [
                try RuleSample(
                    "topics for what fails",
                    [("errors", "{deadLetterQueue: {topic: bad}, miscDeadLetterQueue: {topic: bad}}")]
                ),
                try RuleSample(
                    "a dead letter that comes back",
                    refusedAt: "spec.errors.deadLetterQueue.topic",
                    [("errors.deadLetterQueue", "{topic: orders}")]
                ),
                try RuleSample(
                    "a failed batch that comes back",
                    refusedAt: "spec.errors.miscDeadLetterQueue.topic",
                    [("errors.miscDeadLetterQueue", "{topic: orders}")]
                ),
                try RuleSample("a level of isal", [("buffers", "{compressionLevel: 0}")]),
                try RuleSample(
                    "a level above isal",
                    refusedAt: "spec.buffers.compressionLevel",
                    [("buffers", "{compressionType: isal, compressionLevel: 4}")]
                ),
                try RuleSample("a level of zlib", [("buffers", "{compressionType: zlib, compressionLevel: 9}")]),
                try RuleSample(
                    "a level below zlib",
                    refusedAt: "spec.buffers.compressionLevel",
                    [("buffers", "{compressionType: zlib, compressionLevel: 0}")]
                ),
                try config("a property of the consumer", "consumer.override.fetch.min.bytes"),
                try config("a property of Connect's consumers", "consumer.fetch.min.bytes"),
                try config("a session in the connector's words", refusedAt: "spec.config", "session.timeout.ms"),
                try config("a heartbeat in the worker's words", refusedAt: "spec.config", "heartbeat.interval.ms"),
                try config("a poll of Connect's consumers", refusedAt: "spec.config", "consumer.max.poll.interval.ms"),
                try config("a property of a field", refusedAt: "spec.config", "flush.size.bytes"),
                try config("brokers", refusedAt: "spec.config", "consumer.override.bootstrap.servers"),
                try config("a group", refusedAt: "spec.config", "consumer.override.group.id"),
                try config("a group instance", "consumer.override.group.instance.id"),
                try config("a converter", refusedAt: "spec.config", "value.converter.x"),
                try config("an identity", refusedAt: "spec.config", "aad.auth.authority"),
                try config("a password", refusedAt: "spec.config", "consumer.override.sasl.password"),
                try config("a file with a key", refusedAt: "spec.config", "producer.ssl.key.location"),
                try config("a name with a space", refusedAt: "spec.config", "a b"),
            ]
        }
    }

    private static var running: [RuleSample] {
        get throws {
            [
                try RuleSample("equal bounds", [("scaling", "{mode: Lag, minReplicas: 12, maxReplicas: 12}")]),
                try RuleSample(
                    "bounds the wrong way round",
                    refusedAt: "spec.scaling.minReplicas",
                    [("scaling", "{minReplicas: 3, maxReplicas: 2}")]
                ),
                try RuleSample(
                    "more than the most by default",
                    refusedAt: "spec.scaling.minReplicas",
                    [("scaling", "{minReplicas: 11}")]
                ),
                try RuleSample("a label", [("template.labels", "{team: shop, example.com/x: ''}")]),
                try RuleSample(
                    "a label of the operator's",
                    refusedAt: "spec.template.labels[app.kubernetes.io/name]",
                    [("template.labels", "{app.kubernetes.io/name: x}")]
                ),
                try RuleSample(
                    "a label with a strange key",
                    refusedAt: "spec.template.labels[a b]",
                    [("template.labels", "{'a b': x}")]
                ),
                try RuleSample("an annotation", [("template.annotations", "{prometheus.io/scrape: 'true'}")]),
                try RuleSample(
                    "an annotation of the operator's",
                    refusedAt: "spec.template.annotations[kustosink.dev/config-hash]",
                    [("template.annotations", "{kustosink.dev/config-hash: x}")]
                ),
                try RuleSample(
                    "a profile of AppArmor",
                    refusedAt:
                        "spec.template.annotations[container.apparmor.security.beta.kubernetes.io/worker]",
                    [("template.annotations", "{container.apparmor.security.beta.kubernetes.io/worker: unconfined}")]
                ),
                try RuleSample(
                    "an account with annotations",
                    refusedAt: "spec.template.serviceAccountAnnotations",
                    [("template", "{serviceAccountName: a, serviceAccountAnnotations: {x: y}}")]
                ),
                try RuleSample("a variable", [("template.env", "[{name: TZ, value: UTC}]")]),
                try RuleSample(
                    "a property as a variable",
                    refusedAt: "spec.template.env",
                    [("template.env", "[{name: CONNECT_TOPICS, value: x}]")]
                ),
            ]
        }
    }
}
