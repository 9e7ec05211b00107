import Converters
import JSON
import Kubernetes
import SinkConfiguration
import Testing
import YAML

@testable import Operator

/// Decides, by rules of its own, whether a property of a connector is in what was made of it.
struct MigrationOracle {
    /// What the sink's workers would be given.
    let rendered: [String: String]
    /// The topics of all sinks, and expressions.
    private let topics: [String]
    private let spec: SinkSpec
    private let config: [String: String]
    private let worker: [String: String]
    /// The properties that a note says more of than that they have no effect.
    private let told: Set<String>
    private let toldIdle: Set<String>
    private let text: String

    /// Takes a migration of one connector, the connector's properties, and those of its worker.
    init(_ migration: Migration, of config: [String: String], worker: [String: String] = [:]) throws {
        self.config = config
        self.worker = worker
        let sink = KustoSink(decoding: try #require(migration.sinks.first))
        spec = try sink.spec.get()
        rendered = SinkProperties(spec, name: sink.key.name, strimzi: nil).values
        topics = migration.sinks.flatMap { sink in
            (sink.json["spec"]?["topics"]?.arrayValue ?? []).compactMap { $0["topic"]?.stringValue }
        }
        told = Set(migration.notes.filter { $0.kind != .noEffect }.flatMap(\.properties))
        toldIdle = Set(migration.notes.filter { $0.kind == .noEffect }.flatMap(\.properties))
        text = migration.notes.filter { $0.kind == .fillIn }.map(\.text).joined(separator: "\n")
    }

    /// Whether the property is there with the same meaning, or somebody is told about it; that it has no effect is only
    /// believed of what Connect passes over, and of what a sink has no need of.
    func accounts(for name: String, _ value: String, isOfWorker: Bool) -> Bool {
        let idle = MigrationIdleness(config: config, worker: worker)
        if isOfWorker ? idle.passesOverWorkers(name) : idle.passesOver(name) {
            // What Connect does not heed must not be heeded here, and must be told.
            return value.isEmpty || toldIdle.contains(name) || told.contains(name)
        }
        return value.isEmpty || told.contains(name) || isReproduced(name, value)
            || toldIdle.contains(name) && idle.needsNot(name)
            || text.split(whereSeparator: \.isNewline).contains { line in
                line.split(whereSeparator: { $0 == " " || $0 == "," || $0 == ":" }).contains { $0 == name }
            }
    }

    private func isReproduced(_ name: String, _ value: String) -> Bool {
        let value = String(value.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        switch name {
        case "name":
            let group = rendered["consumer.override.group.id"] ?? "connect-\(rendered["name"] ?? "")"
            return group == config["consumer.override.group.id"] ?? "connect-\(value)"
        case "connector.class":
            return rendered["connector.class"]?.hasSuffix(value) == true
                || value == "KustoSink" || value == "KustoSinkConnector"
        case "tasks.max": return "\(spec.replicas)" == value
        case "kusto.url": return isSame("kusto.ingestion.url", value)
        case "bootstrap.servers":
            return isSame(name, value) || isSame("errors.deadletterqueue.bootstrap.servers", value)
        case "consumer.override.bootstrap.servers": return isSame("bootstrap.servers", value)
        case "topics":
            return Set(topics)
                == Set(value.split(separator: ",").map { String($0).filter { $0 != " " } })
        case "key.converter", "value.converter":
            return ConverterKind(className: value)?.rawValue == rendered[name]
        case "kusto.tables.topics.mapping": return isMapping(value)
        case "topics.regex": return isExpression(value)
        case "dlq.topic.name": return isSame("misc.deadletterqueue.topic.name", value)
        case "kusto.sink.flush_size": return isSame("flush.size.bytes", value)
        case "consumer.override.partition.assignment.strategy":
            return value.lowercased().contains("\(rendered[name] ?? "none")assignor")
        case "consumer.override.group.id":
            return (rendered[name] ?? "connect-\(rendered["name"] ?? "")") == value
        default: break
        }
        if name.hasSuffix("sasl.jaas.config") {
            let prefix = String(name.dropLast("sasl.jaas.config".count))
            // The whole entry stays where it is, in a Secret.
            if isSame(name, value) || isSame("consumer.override.sasl.jaas.config", value) { return true }
            // A queue that signs in as the consumer does says nothing of its own.
            let user = rendered[prefix + "sasl.username"] ?? rendered["consumer.override.sasl.username"]
            return user.map { value.contains("\"\($0)\"") } ?? false
        }
        // Values that are the default need not be written.
        if name.hasSuffix("ssl.endpoint.identification.algorithm"), value == "https" { return rendered[name] == nil }
        if name.hasSuffix("basic.auth.credentials.source"), value == "URL" { return rendered[name] == nil }
        if name == "producer.override.bootstrap.servers" {
            return isSame("errors.deadletterqueue.bootstrap.servers", value)
        }
        for prefix in ["errors.deadletterqueue.", "misc.deadletterqueue."] where name.hasPrefix(prefix) {
            let inner = String(name.dropFirst(prefix.count))
            let isSecurity = inner.hasPrefix("sasl.") || inner.hasPrefix("ssl.") || inner == "security.protocol"
            // What is the consumer's too is inherited, also when it is of no use to either.
            let twin = "consumer.override." + inner
            if isSecurity, rendered[name] == nil {
                return isSame(twin, value) || config[twin] == value && told.contains(twin)
            }
        }
        let registry = "value.converter.schema.registry."
        switch name {
        // A user in an address becomes a user and a password of their own.
        case registry + "url": return isSame(name, value.replacing(/\/\/[^@\/]*@/, with: "//"))
        case registry + "ssl.truststore.location" where value.hasSuffix(".pem"):
            return rendered[name]?.hasPrefix("/etc/kusto-sink/secrets/") == true
        case _ where name.hasPrefix(registry) && !name.hasPrefix(registry + "ssl."):
            return isSame("value.converter." + name.dropFirst(registry.count), value)
        default: break
        }
        for prefix in ["consumer.", "producer."] where name.hasPrefix(prefix) && !name.hasPrefix(prefix + "override.") {
            return isSame(prefix + "override." + name.dropFirst(prefix.count), value)
        }
        return isSame(name, value)
    }

    private func isSame(_ name: String, _ value: String) -> Bool {
        guard let rendered = rendered[name] else { return false }
        if let secret = value.wholeMatch(of: /\$\{secrets:(?:[^\/]*\/)?([^:]*):([^}]*)\}/) {
            return rendered == "${directory:/etc/kusto-sink/secrets/\(secret.output.1):\(secret.output.2)}"
        }
        func parts(_ text: String) -> [String] {
            text.lowercased().split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
        }
        let places = ["https://", "plaintext://"]
        func plain(_ text: String) -> String {
            places.reduce(text) { $0.replacing($1, with: "") }.replacing(/\/+$/, with: "")
        }
        return parts(rendered).map(plain) == parts(value).map(plain)
    }

    /// The same names match as in Java, whose words for classes of characters are written out here.
    private func isExpression(_ value: String) -> Bool {
        guard let text = rendered["topics.regex"], let pattern = try? TopicPattern(text) else { return false }
        let names: [String: Set<String>] = [
            "shop\\.\\w+": ["shop.items", "shop.x"], "^(orders|returns)$": ["orders", "returns"],
            ".*": ["orders", "returns", "shop.items", "shop.x", "o1rders", "x"], "o\\d*rders": ["orders", "o1rders"],
        ]
        let all: Set<String> = ["orders", "returns", "shop.items", "shop.x", "o1rders", "x"]
        // The topics that have entries of their own are read besides.
        let own = Set(spec.topics.map(\.topic).filter { !$0.hasPrefix("^") })
        return names[value].map { pattern.members(of: all) == $0.union(own.intersection(all)) } ?? false
    }

    /// Every entry of a topic that is read leads to the same table.
    private func isMapping(_ value: String) -> Bool {
        guard let entries = try? JSONValue(parsing: SingleQuotedJSON.normalized(value)).arrayValue else { return false }
        for topic in spec.topics where !topic.topic.hasPrefix("^") {
            let entry =
                entries.last { $0["topic"]?.stringValue == topic.topic }
                ?? entries.last { $0["topic"]?.stringValue == "*" }
            guard let entry else { continue }
            guard entry["db"]?.stringValue == topic.database, entry["table"]?.stringValue == topic.table,
                (entry["format"]?.stringValue ?? "csv").lowercased() == topic.format ?? "csv",
                entry["mapping"]?.stringValue == topic.mapping
            else { return false }
        }
        return true
    }

    /// Expects of every sink that the operator takes it, but for what this release does not do yet and for what has to
    /// be filled in; and that its Secret is one that the API server takes.
    static func expectInOrder(_ migration: Migration, sourceLocation: SourceLocation = #_sourceLocation) {
        for sink in migration.sinks {
            do throws(SpecProblems) {
                let spec = try KustoSink(decoding: sink).spec.get()
                let settings = WorkerSettings(image: "worker")
                _ = try SinkRenderer.render(RenderInput(object: sink, spec: spec, settings: settings))
            } catch {
                // What a person has to decide stays in the spec, and is told.
                let open = migration.notes.filter { $0.kind == .fillIn }.map(\.text)
                let real = error.problems.filter { problem in
                    problem.reason != .notSupportedYet && problem.message != Placeholder.message
                        && !open.contains { $0.contains(problem.path) }
                }
                #expect(real == [], "\(sink.name)", sourceLocation: sourceLocation)
            }
            let isLabel = sink.name.wholeMatch(of: /[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?/) != nil
            #expect(isLabel, "\(sink.name)", sourceLocation: sourceLocation)
        }
        let documents = (try? JSONValue.yamlDocuments(in: migration.text)) ?? []
        for secret in documents where secret["kind"] == "Secret" {
            for member in ["stringData", "data"] {
                for (key, value) in secret[member]?.objectValue ?? [:] {
                    #expect(SchemaPattern.secretKey.matches(key), sourceLocation: sourceLocation)
                    #expect(value.stringValue?.isEmpty == false, sourceLocation: sourceLocation)
                }
            }
        }
    }
}
