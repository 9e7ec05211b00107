internal import JSON
internal import Kubernetes
internal import SinkConfiguration
internal import Text

/// Turns one connector into the spec of a KustoSink: the inverse of ``SinkProperties``.
///
/// Which field a property belongs to, ``PropertyOwnership`` says, and what that field takes, the resource's table: both
/// are what rendering goes by. A property that is neither in the spec nor in a note at the end would be a mistake here.
struct SinkMigration {
    /// The connector.
    let source: ConnectorSource
    /// The name of the KustoSink.
    let name: String
    /// The namespace of the KustoSink; empty when none is known.
    let namespace: String
    /// What references stand for.
    let resolver: ReferenceResolver
    /// The properties that nobody has cared for yet.
    var settings: ConnectorSettings
    /// The spec.
    var draft = SpecDraft()
    /// The topics, as many at a time as one sink takes: mostly there is one part, which is in the spec.
    var parts: [JSONValue] = []
    /// The Secret to fill in.
    var secret: SecretDraft
    /// How the consumer signs in, by names without prefix: dead-letter queues do the same unless told otherwise.
    var consumerSecurity: [String: MigrationSetting] = [:]
    /// The consumer's brokers as they are written.
    var consumerBrokers: MigrationSetting?
    /// What the Connect worker's own clients speak to brokers with.
    var connect = ConnectClient()
    /// What a person should know.
    private(set) var notes: [MigrationNote] = []
    /// The namespaces of Secrets that the spec refers to, as far as they are named.
    private(set) var namespacesOfSecrets: Set<String> = []

    /// Turns a connector into a spec.
    init(_ source: ConnectorSource, _ worker: WorkerSource?, name: String, namespace: String) {
        self.source = source
        self.name = name
        self.namespace = namespace
        resolver = ReferenceResolver(worker)
        settings = ConnectorSettings(source, worker)
        secret = SecretDraft(name: Self.secretName(of: name))
        addHead()
        addTopics()
        addKafka()
        addKusto()
        addConverters()
        addDeadLetterQueues()
        addRest()
        settleByParts()
        tellNamespaces()
        secret.keep(onlyUsedBy: draft.spec)
        for entry in secret.entries where entry.text == nil {
            note(.fillIn, [], "the key \(entry.key) of the Secret \(secret.name): \(entry.meaning)")
        }
    }

    private static func secretName(of name: String) -> String { name + "-credentials" }

    /// The KustoSink with the first of ``parts``.
    var object: KubernetesObject { Self.object(name: name, namespace: namespace, spec: draft.spec) }

    /// A KustoSink of a spec, whose fields come in the order of the resource's table.
    static func object(name: String, namespace: String, spec: JSONValue) -> KubernetesObject {
        var metadata: JSONObject = ["name": .string(name)]
        if !namespace.isEmpty { metadata["namespace"] = .string(namespace) }
        return KubernetesObject(
            [
                "apiVersion": .string(KustoSink.kind.apiVersion), "kind": .string(KustoSink.kind.kind),
                "metadata": .object(metadata), "spec": SinkSchema.spec.ordered(spec),
            ]
        )
    }

    private mutating func addHead() {
        _ = settings.take("connector.class")
        addReplicas(settings.take("tasks.max"))
        if let state = source.restState {
            draft.set(FieldPath("spec.paused"), true)
            note(.warning, [], "the connector is \(state), so the sink is paused; set spec.paused to false to start it")
        }
        if source.mayRest {
            let text = """
                whether the connector is paused or stopped is not known; ask Connect for \
                /connectors?expand=info&expand=status, or set spec.paused to true if it is
                """
            note(.warning, [], text)
        }
        if source.name.isEmpty {
            let text =
                "the connector's name is not known: write metadata.name, and connect-NAME into spec.kafka.groupId"
            note(.fillIn, ["name"], text)
        }
        let list = settings.take("transforms")
        var names = ["transforms.", "predicates."].flatMap { settings.takeBelow($0).values.map(\.name) }
        names += [list, settings.take("predicates")].compactMap { $0?.name }
        guard !names.isEmpty else { return }
        guard list != nil else { return note(.noEffect, names.sorted(), "no transformation is named in transforms") }
        let text = """
            RECORDS WOULD CHANGE: a sink has no single message transforms. Transform before the topic, or in Azure Data \
            Explorer with an ingestion mapping or an update policy
            """
        note(.notCarriedOver, names.sorted(), text)
    }

    /// Sets how many workers there are: a task each, and at least one.
    private mutating func addReplicas(_ tasks: MigrationSetting?) {
        guard let tasks, let number = Int64(tasks.value), number < 1 else { return set("spec.replicas", tasks) }
        draft.set(FieldPath("spec.replicas"), 1, from: [tasks.name])
        note(
            .warning,
            [tasks.name],
            "Connect takes no number below 1, and with 0 a sink would never run; it gets 1 worker"
        )
    }

    // What the parts use

    /// Notes something.
    mutating func note(_ kind: MigrationNote.Kind, _ properties: [String], _ text: String) {
        let subject = source.name.isEmpty ? source.place : source.name
        let note = MigrationNote(kind, subject, properties, text)
        if !notes.contains(note) { notes.append(note) }
    }

    /// Sets a field to what a property says, by the field's row of the table.
    mutating func set(_ path: String, _ setting: MigrationSetting?) {
        guard let setting, !setting.value.isEmpty else { return }
        let path = FieldPath(path)
        guard let field = path.field else { return note(.notCarriedOver, [setting.name], "a sink has nothing like it") }
        if field.takesSecret { return setCredential(path, resolver.target(of: setting.value), from: setting.name) }
        guard let text = text(of: setting, for: "\(path)") else { return }
        do throws(FieldValue.Refusal) {
            let value = try FieldValue(text, for: field)
            draft.set(path, value.json, from: [setting.name])
            guard value.isMost || value.isLeast else { return }
            let amount = value.json.stringValue ?? value.json.text
            let text = value.isMost ? "more than a sink takes" : "less than a sink takes"
            note(
                .warning,
                [setting.name],
                "it is \(text), so \(path) is \(amount), the \(value.isMost ? "most" : "least")"
            )
        } catch {
            note(.notCarriedOver, [setting.name], "\(error.reason); see \(path)")
        }
    }

    /// The text of a property for a field that takes no reference; notes when it is one.
    mutating func text(of setting: MigrationSetting, for path: String) -> String? {
        let origin: String
        switch resolver.target(of: setting.value) {
        case .text(let text): return text
        case .secret(_, let key): origin = "the key \(key.key) of the Secret \(key.name)"
        case .elsewhere(let what): origin = what
        }
        note(.fillIn, [setting.name], "its value comes from \(origin), which is not known here: set \(path)")
        return nil
    }

    /// Sets a field that takes a key of a Secret, and perhaps a plain value.
    /// - Parameters:
    ///   - property: Where the value comes from.
    ///   - part: What of the property is meant, such as `the password in`.
    ///   - isBinary: Whether the value is a file of bytes.
    mutating func setCredential(
        _ path: FieldPath,
        _ target: ReferenceTarget,
        from property: String,
        part: String = "the value of",
        isBinary: Bool = false
    ) {
        let reference: SecretKeyReference
        switch target {
        case .text(let text) where path.field?.takesValueOrSecret == true:
            return draft.set(path.below("value"), .string(text), from: [property])
        case .text: reference = secret.add(Self.key(for: path), "\(part) \(property)")
        case .secret(let place, let key) where place.isEmpty || namespace.isEmpty || place == namespace:
            if !place.isEmpty { namespacesOfSecrets.insert(place) }
            reference = key
        case .secret(let place, let key):
            let location = "key \(key.key) of the Secret \(key.name) in the namespace \(place)"
            let meaning = "\(part) \(property): copy it from \(location), to which a sink in \(namespace) cannot refer"
            reference = secret.add(Self.key(for: path), meaning)
        case .elsewhere(let what):
            reference = secret.add(Self.key(for: path), "\(part) \(property), from \(what)", isBinary: isBinary)
        }
        draft.set(path, Self.json(reference), from: [property])
    }

    /// What stands in a field for a key of a Secret.
    static func json(_ reference: SecretKeyReference) -> JSONValue {
        ["secretKeyRef": ["name": .string(reference.name), "key": .string(reference.key)]]
    }

    /// The key of the Secret to fill in for a field: its path in hyphens, less what goes without saying.
    static func key(for path: FieldPath) -> String {
        let plain = path.parts.filter { !["security", "sasl", "tls", "auth", "errors", "converters"].contains($0) }
        return plain.map { part in
            part.reduce(into: "") { $0 += $1.isUppercase ? "-\($1.lowercased())" : "\($1)" }
        }.joined(separator: "-")
    }
}
