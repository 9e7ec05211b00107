internal import JSON
internal import Kubernetes

/// Checks what was made as the operator will, and takes out what it would refuse.
extension SinkMigration {
    /// How many rounds of taking out there are at most: each takes out a property.
    private static let rounds = 200

    /// Fields without which there is no sink, and what stands there until a person fills them in.
    private static let required: [(path: FieldPath, value: JSONValue)] = [
        (FieldPath("spec.kafka.bootstrapServers"), unknownBrokers), (FieldPath("spec.kusto.ingestionUrl"), unknownURL),
    ]

    /// Takes out, with a note for each, what the resource's rules or the worker's would refuse; what this release does
    /// not do yet stays, with a warning.
    mutating func settle() {
        for _ in 0..<Self.rounds {
            let (problems, warnings) = check()
            let real = problems.filter { $0.reason != .notSupportedYet && $0.reason != .dependencyMissing }
            guard let problem = real.first else {
                for problem in problems {
                    let path = FieldPath(problem.path)
                    let names = draft.culprits(at: path).flatMap(\.properties)
                    let text = "THIS RELEASE REFUSES \(path): \(problem.message)"
                    note(.warning, Array(Set(names)).sorted(), text)
                }
                for warning in warnings { note(.warning, [], warning) }
                return
            }
            guard takeOut(problem) else {
                return note(.fillIn, [], "\(problem.path) \(problem.message)")
            }
        }
    }

    private func check() -> (problems: [SpecProblem], warnings: [String]) {
        let sink = KustoSink(decoding: object)
        do throws(SpecProblems) {
            let spec = try sink.spec.get()
            let settings = WorkerSettings(image: "kusto-sink-worker")
            let rendered = try SinkRenderer.render(RenderInput(object: object, spec: spec, settings: settings))
            return ([], rendered.warnings)
        } catch {
            return (error.problems, [])
        }
    }

    /// Removes what a problem is about; returns whether there was something.
    private mutating func takeOut(_ problem: SpecProblem) -> Bool {
        let path = FieldPath(problem.path)
        guard let culprit = draft.culprits(at: path).first else { return false }
        // Of a topic one member goes, not all topics.
        let isOfTopic = path.parts.first == "topics" && path.parts.count > 2
        let place = isOfTopic ? path : culprit.path
        if isOfTopic, ["topic", "database", "table"].contains(path.parts[2]) {
            guard path.parts[2] != "topic", draft[path] != .string(SecretDraft.placeholder) else {
                draft.remove(FieldPath(Array(path.parts.prefix(2))))
                addTopicIfNone()
                note(.notCarriedOver, culprit.properties, "an entry of a topic: \(problem.message)")
                return true
            }
            draft.set(path, .string(SecretDraft.placeholder))
            note(.fillIn, culprit.properties, "\(problem.path) \(problem.message)")
            return true
        }
        guard draft[place] != nil else { return false }
        draft.remove(place)
        note(.notCarriedOver, culprit.properties, "\(place) \(problem.message)")
        for (required, value) in Self.required where draft[required] == nil {
            draft.set(required, value)
            note(.fillIn, culprit.properties, "set \(required)")
        }
        return true
    }

    private mutating func addTopicIfNone() {
        let path = FieldPath("spec.topics")
        guard draft[path] == nil else { return }
        let unknown = JSONValue.string(SecretDraft.placeholder)
        draft.set(path, [["topic": unknown, "database": unknown, "table": unknown]])
    }

    /// Tells what of the Connect worker has no counterpart, in as few lines as will do.
    mutating func tellWorker(_ worker: WorkerSource?) {
        let names = settings.ofWorkerAlone.filter { $0 != "config.providers.\(ReferenceResolver.ownProvider).class" }
        if !names.isEmpty {
            note(.noEffect, names.sorted(), "settings of the Connect worker that this connector does not use")
        }
        for (field, reason) in worker?.leftOut ?? [] {
            note(
                field.hasPrefix("spec.tls") || field.hasPrefix("spec.authentication") ? .notCarriedOver : .noEffect,
                ["KafkaConnect \(field)"],
                reason
            )
        }
        let named = namespacesOfSecrets.sorted()
        guard namespace.isEmpty, !named.isEmpty else { return }
        let list = named.joined(separator: ", ")
        note(.warning, [], "it refers to Secrets of the namespace \(list): give --namespace, so that it is made there")
    }
}
