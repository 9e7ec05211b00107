internal import JSON
internal import Kubernetes

/// Checks what was made as the operator will, and takes out what it would refuse.
extension SinkMigration {
    /// How many rounds of taking out there are at most: each takes out a property.
    private static let rounds = 1_000

    /// The most topics of one sink.
    static let topicsOfSink = 256

    /// Settles the sink with as many topics at a time as one takes.
    mutating func settleByParts() {
        let path = FieldPath("spec.topics")
        var rest = (draft[path]?.arrayValue ?? [])[...]
        repeat {
            draft.set(path, .array(Array(rest.prefix(Self.topicsOfSink))))
            rest = rest.dropFirst(Self.topicsOfSink)
            settle()
            parts.append(draft[path] ?? [])
        } while !rest.isEmpty
        draft.set(path, parts[0])
    }

    /// Takes out, with a note for each, what the resource's rules or the worker's would refuse; what this release does
    /// not do yet stays, with a warning, and what a person has to decide stays with a note to fill it in.
    mutating func settle() {
        var left: Set<String> = []
        for _ in 0..<Self.rounds {
            let (problems, warnings) = check()
            let real = problems.filter { problem in
                problem.reason != .notSupportedYet && problem.reason != .dependencyMissing
                    && problem.message != Placeholder.message
                    && !left.contains(problem.path)
            }
            guard let first = real.first else {
                tellUnsupported(problems.filter { $0.reason == .notSupportedYet })
                for warning in warnings { note(.warning, [], warning) }
                return
            }
            // Problems with entries of their own do not lead to one another, so all of them go at once.
            let ofTopics = real.filter { FieldPath($0.path).isOfTopic }
            if !ofTopics.isEmpty {
                left.formUnion(takeOut(ofTopics: ofTopics))
            } else if !takeOut(first) {
                left.insert(first.path)
                let properties = Set(draft.culprits(at: FieldPath(first.path)).flatMap(\.properties)).sorted()
                note(.fillIn, properties, "\(first.path) \(first.message)")
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

    /// Tells where the Secrets are that the spec refers to, when it is not known where the sink will be.
    mutating func tellNamespaces() {
        let named = namespacesOfSecrets.sorted()
        guard namespace.isEmpty, !named.isEmpty else { return }
        let list = named.joined(separator: ", ")
        note(.warning, [], "it refers to Secrets of the namespace \(list): give --namespace, so that it is made there")
    }
}
