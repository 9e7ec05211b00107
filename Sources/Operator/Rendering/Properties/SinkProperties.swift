internal import Secrets
internal import SinkConfiguration
internal import Text

/// The worker's properties, built from a spec field by field, and which field each of them comes from.
struct SinkProperties {
    /// The properties; credentials are references to mounted files.
    private(set) var values: [String: String] = [:]
    /// The path of the field that each property comes from.
    private(set) var origins: [String: String] = [:]
    /// The properties that users name themselves, in which references may stand.
    var freeNames: [String] = []
    /// The keys of Secrets in use, by the Secret's name.
    private(set) var secrets: [String: Set<String>] = [:]
    /// Variables of the worker's environment that stand for what no property takes.
    var environment: [String: String] = [:]
    /// What is wrong with the spec.
    var problems: [SpecProblem] = []
    /// What a person should know, one sentence each.
    var warnings: [String] = []

    /// Builds the properties of the sink called `name`.
    init(_ spec: SinkSpec, name: String, strimzi: StrimziConnection?) {
        set("name", name, "metadata.name")
        set("connector.class", "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector", "spec")
        set("tasks.max", 1, "spec.replicas")
        set("metrics.address", "0.0.0.0:\(WorkerPod.metricsPort)", "spec")
        set("tempdir.path", WorkerPod.bufferDirectory, "spec.buffers")
        addTopics(spec.topics)
        addKafka(spec.kafka, name: name, strimzi: strimzi)
        addKusto(spec.kusto)
        addConverters(spec.converters)
        addBehavior(spec)
        addErrors(spec.errors)
        addConfig(spec.config)
        if spec.scaling.mode == .lag, spec.replicas != 1 {
            // Such as an autoscaler's, which would wonder why nothing happens.
            warnings.append("spec.replicas is \(spec.replicas), which does not count: spec.scaling.mode is Lag")
        }
    }

    /// The properties as a file, in the order of their names: the same properties are always the same bytes.
    var text: String {
        values.sorted { $0.key < $1.key }.map { JavaProperties.line($0.key, $0.value) + "\n" }.joined()
    }

    /// Sets a property to a text of the user's, which may be `nil`, but not a reference.
    mutating func set(_ name: String, _ value: String?, _ path: String) {
        guard let value else { return }
        refuseReference(in: value, path)
        put(name, value, path)
    }

    /// Sets a property to a number.
    mutating func set(_ name: String, _ value: Int?, _ path: String) { set(name, value.map { "\($0)" }, path) }

    /// Sets a property to a Boolean.
    mutating func set(_ name: String, _ value: Bool?, _ path: String) { set(name, value.map { "\($0)" }, path) }

    /// Sets a property to a time in milliseconds; a fraction counts as a whole one, so that no time becomes none.
    mutating func set(_ name: String, _ value: Duration?, _ path: String) {
        set(name, value.map { "\($0.wholeMilliseconds)" }, path)
    }

    /// Sets a property to a list.
    mutating func set(_ name: String, _ values: [String], _ path: String) {
        set(name, values.isEmpty ? nil : values.joined(separator: ","), path)
    }

    /// Sets a property to a value of the spec or of a Secret.
    mutating func set(_ name: String, _ source: ValueSource?, _ path: String) {
        switch source {
        case .value(let text): set(name, text, path + ".value")
        case .secret(let key): set(name, secret: key, path)
        case nil: break
        }
    }

    /// Sets a property to the value of a Secret's key.
    mutating func set(_ name: String, secret key: SecretKeyReference?, _ path: String) {
        guard let key else { return }
        put(name, reference(to: key, path), path)
    }

    /// Sets a property to the path of the file that holds a Secret's key.
    mutating func set(_ name: String, file key: SecretKeyReference?, _ path: String) {
        guard let key else { return }
        put(name, file(of: key, path), path)
    }

    /// Takes a key into use, and returns the reference to its value.
    mutating func reference(to key: SecretKeyReference, _ path: String) -> String {
        use(key, path)
        return SecretMount.reference(to: key)
    }

    /// Takes a key into use, and returns the path of the file that holds it.
    mutating func file(of key: SecretKeyReference, _ path: String) -> String {
        use(key, path)
        return SecretMount.path(of: key)
    }

    /// Sets a property to a text that may hold references which were allowed.
    mutating func put(_ name: String, _ value: String, _ path: String) {
        values[name] = value
        origins[name] = path
    }

    /// Notes a problem.
    mutating func refuse(_ reason: SpecProblem.Reason, _ path: String, _ message: String) {
        problems.append(SpecProblem(reason, path, message))
    }

    /// Whether a key is in use.
    func uses(_ key: SecretKeyReference) -> Bool { secrets[key.name]?.contains(key.key) ?? false }

    private mutating func use(_ key: SecretKeyReference, _ path: String) {
        guard SecretMount.isValid(key) else {
            let message = "must name a Secret and one of its keys; a key holds letters, digits, '-', '_' and '.'"
            return refuse(.invalidSpec, path, message)
        }
        secrets[key.name, default: []].insert(key.key)
    }
}

extension Duration {
    /// The time in milliseconds, a fraction counting as a whole one.
    var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }

    /// The time in seconds, a fraction counting as a whole one.
    var wholeSeconds: Int64 { components.seconds + (components.attoseconds > 0 ? 1 : 0) }
}
