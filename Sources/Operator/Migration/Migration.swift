internal import JSON
package import Kubernetes

/// Turns the configuration of Azure's connector for Kafka Connect into KustoSinks and the Secrets to fill in; pure.
package struct Migration: Sendable {
    /// The KustoSinks in the order of their connectors.
    package private(set) var sinks: [KubernetesObject] = []
    /// What a person should know, in the order of the connectors.
    package private(set) var notes: [MigrationNote] = []
    /// The objects as YAML documents, with comments that say what to do.
    package private(set) var text = ""

    private var names = SinkNames()
    private var documents: [MigrationDocument] = []
    /// What each worker has that none of its connectors uses, by the worker's place and name.
    private var unused: [String: Set<String>] = [:]

    /// Reads inputs and makes objects of them.
    /// - Parameter namespace: The namespace of all objects; `nil` for that of each Strimzi resource, else none.
    /// - Throws: ``MigrationError`` when an input cannot be read, or none holds a connector of ours.
    package init(_ inputs: [MigrationInput], namespace: String? = nil) throws(MigrationError) {
        let sources = try MigrationSources(inputs)
        notes = sources.notes
        var known: Set<ConnectorSource> = []
        for connector in sources.connectors {
            guard connector.isKustoSink else {
                let text = "its class is not the sink into Azure Data Explorer"
                notes.append(MigrationNote(.skipped, connector.name, ["connector.class"], text))
                continue
            }
            var unplaced = connector
            unplaced.place = ""
            unplaced.mayRest = false
            guard known.insert(unplaced).inserted else { continue }
            migrate(connector, sources.workers, namespace)
        }
        for worker in sources.workers { tell(worker) }
        guard !sinks.isEmpty else {
            let places = inputs.map(\.name).joined(separator: ", ")
            throw MigrationError(message: "\(places): no connector into Azure Data Explorer is there; \(Self.remedy)")
        }
        tellSharedGroups()
        text = MigrationDocument.text(of: documents)
    }

    private static let remedy = "give its .properties, JSON of Connect's REST API, or its KafkaConnector"

    private mutating func migrate(_ connector: ConnectorSource, _ workers: [WorkerSource], _ namespace: String?) {
        let place = namespace ?? connector.namespace
        let worker = Self.worker(of: connector, among: workers)
        let name = names.take(for: connector.name, in: place)
        let migration = SinkMigration(connector, worker, name: name, namespace: place)
        if worker == nil, workers.count > 1 {
            let text = "it is not known which of the Connect workers runs it; give one of them at a time"
            notes.append(MigrationNote(.warning, connector.name, [], text))
        }
        notes += MigrationNote.sorted(migration.notes)
        if let worker {
            let names = Set(migration.settings.ofWorkerAlone)
            unused[Self.title(worker)] = unused[Self.title(worker)]?.intersection(names) ?? names
        }
        let parts = split(migration, name, place)
        sinks += parts
        documents.append(MigrationDocument(connector: connector, sinks: parts, secret: migration.secret))
    }

    private static func title(_ worker: WorkerSource) -> String {
        worker.name.map { "KafkaConnect \($0) of \(worker.place)" } ?? worker.place
    }

    /// Tells, once for each worker, what of it has no counterpart.
    private mutating func tell(_ worker: WorkerSource) {
        let title = Self.title(worker)
        guard let unused = unused[title] else {
            return notes.append(MigrationNote(.skipped, title, [], "it runs none of the connectors that are here"))
        }
        var told: Set<String> = []
        for (field, reason) in worker.leftOut where told.insert(reason).inserted {
            let fields = worker.leftOut.filter { $0.reason == reason }.map(\.field)
            let isLost = worker.isLost(field)
            notes.append(MigrationNote(isLost ? .notCarriedOver : .noEffect, title, fields, reason))
        }
        let own = "config.providers.\(ReferenceResolver.ownProvider).class"
        let names = unused.filter { $0 != own }.sorted()
        guard !names.isEmpty else { return }
        notes.append(MigrationNote(.noEffect, title, names, "settings of the Connect worker that no sink needs"))
    }

    /// The worker that runs a connector: the one that its label names, else the only one.
    private static func worker(of connector: ConnectorSource, among workers: [WorkerSource]) -> WorkerSource? {
        let named = workers.filter { $0.name != nil && $0.name == connector.cluster }
        if let same = named.first(where: { $0.namespace == connector.namespace }) { return same }
        // In a repository one of the two often leaves out the namespace.
        let open = named.filter { $0.namespace.isEmpty || connector.namespace.isEmpty }
        if open.count == 1 { return open[0] }
        let candidates = workers.filter { $0.name == nil || connector.cluster == nil }
        return candidates.count == 1 ? candidates[0] : nil
    }

    /// A sink for each 256 topics.
    ///
    /// Only the first takes over the group, and all rest until the offsets of the others' topics have been copied: that
    /// can only be done while nobody is in the group.
    private mutating func split(_ migration: SinkMigration, _ name: String, _ place: String) -> [KubernetesObject] {
        guard migration.parts.count > 1 else { return [migration.object] }
        var objects: [KubernetesObject] = []
        for part in migration.parts {
            var draft = migration.draft
            draft.set(FieldPath("spec.topics"), part)
            draft.set(FieldPath("spec.paused"), true)
            var own = name
            if !objects.isEmpty {
                own = names.take(for: name, in: place)
                draft.remove(FieldPath("spec.kafka.groupId"))
            }
            objects.append(SinkMigration.object(name: own, namespace: place, spec: draft.spec))
        }
        let others = objects.dropFirst().map(\.name).joined(separator: ", ")
        let text = """
            there are more than the \(SinkMigration.topicsOfSink) of one sink, so there are \(objects.count) sinks, all of \
            them paused: copy the offsets of their topics to the groups of \(others), then set spec.paused of all to false
            """
        notes.append(MigrationNote(.warning, migration.source.name, ["topics"], text))
        return objects
    }

    private mutating func tellSharedGroups() {
        var groups: [String: [String]] = [:]
        for sink in sinks {
            let kafka = sink.json["spec"]?["kafka"]
            let group = kafka?["groupId"]?.stringValue ?? "connect-\(sink.name)"
            let brokers = kafka?["bootstrapServers"]?.arrayValue?.compactMap(\.stringValue).sorted() ?? []
            groups["\(group) at \(brokers.joined(separator: ","))", default: []].append(sink.name)
        }
        for (group, names) in groups.sorted(by: { $0.key < $1.key }) where names.count > 1 {
            let text = "they share the consumer group \(group): two sinks must not; give one of them another group"
            notes.append(MigrationNote(.warning, names.joined(separator: ", "), [], text))
        }
    }
}
