internal import JSON
internal import Kubernetes

/// Checks what was made as the operator will, and takes out what it would refuse.
extension SinkMigration {
    /// How many rounds of taking out there are at most: each takes out a property.
    private static let rounds = 1_000

    /// Fields without which there is no sink, and what stands there until a person fills them in.
    private static let required: [(path: FieldPath, value: JSONValue)] = [
        (FieldPath("spec.kafka.bootstrapServers"), unknownBrokers), (FieldPath("spec.kusto.ingestionUrl"), unknownURL),
    ]

    /// The most topics of one sink.
    static let topicsOfSink = 256

    /// Settles the sink with as many topics at a time as one takes.
    mutating func settleByParts() {
        let path = FieldPath("spec.topics")
        let topics = draft[path]?.arrayValue ?? []
        // An expression stays where the group is taken over.
        let patterns = topics.filter { $0["topic"]?.stringValue?.hasPrefix("^") == true }
        var rest = (patterns + topics.filter { !patterns.contains($0) })[...]
        if topics.count <= Self.topicsOfSink { rest = topics[...] }
        repeat {
            draft.set(path, .array(Array(rest.prefix(Self.topicsOfSink))))
            rest = rest.dropFirst(Self.topicsOfSink)
            settle()
            parts.append(draft[path] ?? [])
        } while !rest.isEmpty
        draft.set(path, parts[0])
    }

    /// Takes out, with a note for each, what the resource's rules or the worker's would refuse; what this release does
    /// not do yet stays, with a warning.
    mutating func settle() {
        for _ in 0..<Self.rounds {
            let (problems, warnings) = check()
            let real = problems.filter { $0.reason != .notSupportedYet && $0.reason != .dependencyMissing }
            guard let problem = real.first else {
                tellUnsupported(problems)
                for warning in warnings { note(.warning, [], warning) }
                return
            }
            guard takeOut(problem) else {
                return note(.fillIn, [], "\(problem.path) \(problem.message)")
            }
        }
        note(.fillIn, [], "not all problems could be told: see what kusto-sink-operator check says")
    }

    /// Tells what this release does not do yet, each once, with all fields that ask for it.
    private mutating func tellUnsupported(_ problems: [SpecProblem]) {
        var told: Set<String> = []
        for problem in problems where told.insert(problem.message).inserted {
            let paths = problems.filter { $0.message == problem.message }.map { FieldPath($0.path) }
            let names = Set(paths.flatMap { draft.culprits(at: $0).flatMap(\.properties) })
            let list = paths.map(\.description).joined(separator: ", ")
            note(.warning, names.sorted(), "THIS RELEASE REFUSES \(list): \(problem.message)")
        }
    }

    private func check() -> (problems: [SpecProblem], warnings: [String]) {
        let sink = KustoSink(decoding: object)
        var warnings: [String] = []
        do throws(SpecProblems) {
            let spec = try sink.spec.get()
            // Rendering tells no warning beside a problem, and what this release does not do yet is one.
            let properties = SinkProperties(spec, name: name, strimzi: nil)
            warnings = properties.warnings + PropertyCheck(properties).warnings
            let settings = WorkerSettings(image: "kusto-sink-worker")
            _ = try SinkRenderer.render(RenderInput(object: object, spec: spec, settings: settings))
            return ([], warnings)
        } catch {
            return (error.problems, warnings)
        }
    }

    /// Removes what a problem is about; returns whether there was something.
    private mutating func takeOut(_ problem: SpecProblem) -> Bool {
        let path = FieldPath(problem.path)
        if path.parts.first == "topics", path.parts.count > 2 { return takeOut(problem, ofTopic: path) }
        // Without a field of its own to blame, what stands beside it is.
        var blamed = path
        while draft.culprits(at: blamed).isEmpty, blamed.parts.count > 2 { blamed = blamed.parent }
        guard var place = draft.culprits(at: blamed).first?.path, draft[place] != nil else { return false }
        // What its parent cannot be without goes with the parent.
        while place.field?.isRequired == true, place.parent.field?.isRequired == false { place = place.parent }
        let properties = Set(draft.culprits(within: place)).sorted()
        draft.remove(place)
        note(.notCarriedOver, properties, "\(problem.path) \(problem.message)")
        for (required, value) in Self.required where draft[required] == nil {
            draft.set(required, value)
            note(.fillIn, properties, "set \(required)")
        }
        return true
    }

    /// Removes what a problem with one topic is about: of a topic one member goes, not all topics.
    private mutating func takeOut(_ problem: SpecProblem, ofTopic path: FieldPath) -> Bool {
        let properties = draft.culprits(at: path).flatMap(\.properties)
        let isFilledIn = draft[path] != .string(SecretDraft.placeholder)
        switch path.parts[2] {
        case "database" where isFilledIn, "table" where isFilledIn:
            draft.set(path, .string(SecretDraft.placeholder))
            note(.fillIn, properties, "\(problem.path) \(problem.message)")
        case "topic", "database", "table":
            draft.remove(FieldPath(Array(path.parts.prefix(2))))
            addTopicIfNone()
            note(.notCarriedOver, properties, "the entry of a topic: \(problem.message)")
        default:
            guard draft[path] != nil else { return false }
            draft.remove(path)
            note(.notCarriedOver, properties, "\(problem.path) \(problem.message)")
        }
        return true
    }

    private mutating func addTopicIfNone() {
        let path = FieldPath("spec.topics")
        guard draft[path] == nil else { return }
        let unknown = JSONValue.string(SecretDraft.placeholder)
        draft.set(path, [["topic": unknown, "database": unknown, "table": unknown]])
    }

    /// Tells where the Secrets are that the spec refers to, when it is not known where the sink will be.
    mutating func tellNamespaces() {
        let named = namespacesOfSecrets.sorted()
        guard namespace.isEmpty, !named.isEmpty else { return }
        let list = named.joined(separator: ", ")
        note(.warning, [], "it refers to Secrets of the namespace \(list): give --namespace, so that it is made there")
    }
}
