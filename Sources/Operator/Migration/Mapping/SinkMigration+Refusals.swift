internal import JSON

/// What becomes of a field that the resource's rules or the worker's refuse.
extension SinkMigration {
    /// Fields that a sink is never without, and what stands there until a person fills them in.
    private static let kept: [(path: FieldPath, value: JSONValue)] = [
        (FieldPath("spec.kafka.bootstrapServers"), unknownBrokers),
        (FieldPath("spec.kafka.groupId"), .string(SecretDraft.placeholder)),
        (FieldPath("spec.kusto.ingestionUrl"), unknownURL),
    ]

    /// Removes what a problem is about, or puts a placeholder there; returns whether anything was changed.
    ///
    /// The whole spec and the list of topics are nobody's to remove, and nor is how a client signs in: a sink without
    /// it would start and do something else.
    mutating func takeOut(_ problem: SpecProblem) -> Bool {
        let path = FieldPath(problem.path)
        guard path.parts.first != "topics", !path.parts.isEmpty else { return false }
        // Without a field of its own to blame, what stands beside it is.
        var blamed = path
        while draft.culprits(at: blamed).isEmpty, blamed.parts.count > 2 { blamed = blamed.parent }
        guard var place = draft.culprits(at: blamed).first?.path, draft[place] != nil, place.parts != ["topics"] else {
            return false
        }
        if let (kept, value) = Self.kept.first(where: { place.isWithin($0.path) }) {
            return replace(kept, by: value, problem)
        }
        if place.isOfSignIn {
            // What is said of several fields together does not tell which of them is wrong.
            guard path.isWithin(place), let value = standIn(for: place) else { return false }
            return replace(place.parts.last == "value" ? place.parent : place, by: value, problem)
        }
        // What its parent cannot be without goes with the parent.
        while place.field?.isRequired == true, place.parent.field?.isRequired == false, place.parts.count > 2 {
            place = place.parent
        }
        let properties = Set(draft.culprits(within: place)).sorted()
        draft.remove(place)
        note(.notCarriedOver, properties, "\(problem.path) \(problem.message)")
        return true
    }

    /// Puts a placeholder in the place of what is refused; returns whether it was not there already.
    private mutating func replace(_ place: FieldPath, by value: JSONValue, _ problem: SpecProblem) -> Bool {
        guard draft[place] != value else { return false }
        let properties = Set(draft.culprits(within: place)).sorted()
        draft.remove(place)
        draft.set(place, value, from: properties)
        note(.notCarriedOver, properties, "\(problem.path) \(problem.message)")
        note(.fillIn, properties, "set \(place)")
        return true
    }

    /// What stands in the place of a refused part of signing in, or `nil` when nothing can.
    private mutating func standIn(for place: FieldPath) -> JSONValue? {
        let place = place.parts.last == "value" ? place.parent : place
        guard let field = place.field else { return nil }
        if field.takesSecret {
            let reference = SecretKeyReference(name: secret.name, key: Self.key(for: place))
            // A key that is there already was not what was refused.
            guard !secret.entries.contains(where: { $0.key == reference.key }) else { return nil }
            return Self.json(secret.add(reference.key, "what belongs into \(place)"))
        }
        switch field.shape {
        case .text(let limits) where limits.values.isEmpty:
            let isURL = field.name.lowercased().hasSuffix("url")
            return .string(isURL ? "https://\(SecretDraft.placeholder)/token" : SecretDraft.placeholder)
        case .list where field.name == "url": return [.string("https://\(SecretDraft.placeholder)")]
        default: return nil
        }
    }

    /// Removes what problems with topics are about: of a topic one member goes, not all topics.
    /// - Returns: The paths of problems about which nothing could be done.
    mutating func takeOut(ofTopics problems: [SpecProblem]) -> Set<String> {
        var left: Set<String> = []
        var known: Set<String> = []
        var removed: [(message: String, topic: String)] = []
        var told: [(kind: MigrationNote.Kind, properties: [String], text: String)] = []
        // The numbers of those in front stay as they are when the last goes first.
        let firsts = problems.filter { known.insert(FieldPath($0.path).parts[1]).inserted }
        for problem in firsts.sorted(by: { Self.number(of: $0) > Self.number(of: $1) }) {
            let path = FieldPath(problem.path)
            let properties = draft.culprits(at: path).flatMap(\.properties)
            let isFilledIn = draft[path] != .string(SecretDraft.placeholder)
            switch path.parts.count > 2 ? path.parts[2] : "topic" {
            case "database" where isFilledIn, "table" where isFilledIn:
                draft.set(path, .string(SecretDraft.placeholder))
                told.append((.fillIn, properties, "\(problem.path) \(problem.message)"))
            case "topic", "database", "table":
                let entry = FieldPath(Array(path.parts.prefix(2)))
                removed.append((problem.message, draft[entry]?["topic"]?.stringValue ?? ""))
                draft.remove(entry)
                addTopicIfNone()
            default:
                guard draft[path] != nil else {
                    left.insert(problem.path)
                    told.append((.fillIn, properties, "\(problem.path) \(problem.message)"))
                    continue
                }
                draft.remove(path)
                told.append((.notCarriedOver, properties, "\(problem.path) \(problem.message)"))
            }
        }
        for each in told.reversed() { note(each.kind, each.properties, each.text) }
        tell(removed)
        return left
    }

    private static func number(of problem: SpecProblem) -> Int { Int(FieldPath(problem.path).parts[1]) ?? 0 }

    /// Tells, once for each reason, which entries of topics were removed.
    private mutating func tell(_ removed: [(message: String, topic: String)]) {
        let properties = draft.culprits(at: FieldPath("spec.topics")).flatMap(\.properties)
        for message in Set(removed.map(\.message)).sorted() {
            let topics = removed.filter { $0.message == message }.map { "'\($0.topic)'" }.reversed()
            note(.notCarriedOver, properties, "the entry of the topic \(topics.joined(separator: ", ")): \(message)")
        }
    }

    private mutating func addTopicIfNone() {
        let path = FieldPath("spec.topics")
        guard draft[path] == nil else { return }
        let unknown = JSONValue.string(SecretDraft.placeholder)
        draft.set(path, [["topic": unknown, "database": unknown, "table": unknown]])
    }
}
