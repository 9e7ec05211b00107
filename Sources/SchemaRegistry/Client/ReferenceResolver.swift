/// Follows the references of a schema, in the order in which a compiler needs them.
struct ReferenceResolver {
    /// Fetches a version of a subject.
    typealias Fetch = @Sendable (_ subject: String, _ version: Int) async throws(SchemaRegistryError) -> SchemaAnswer

    private let key: SchemaKey
    private let limits: SchemaRegistryConfiguration.Limits
    private let fetch: Fetch
    private var names: Set<String> = []
    private var bytes = 0
    /// The schemas that were found: each behind those that it refers to.
    private(set) var found: [SchemaContent.Reference] = []

    /// - Parameters:
    ///   - key: The schema whose references are followed, for messages.
    ///   - limits: How many references there may be, and how deep; their texts together may have four times the bytes of
    ///     an answer.
    ///   - fetch: Fetches a version of a subject.
    init(_ key: SchemaKey, limits: SchemaRegistryConfiguration.Limits, fetch: @escaping Fetch) {
        self.key = key
        self.limits = limits
        self.fetch = fetch
    }

    /// Follows references, depth first; one whose name was met before is not followed again.
    /// - Parameters:
    ///   - references: The references.
    ///   - parent: The subject of the schema that has them, which says in which context they are.
    ///   - path: The names of the references that led here.
    /// - Throws: ``SchemaRegistryError``, with `unusable` when they go round in a circle or are too many.
    mutating func follow(
        _ references: [SchemaAnswer.Reference],
        of parent: String,
        path: [String] = []
    ) async throws(SchemaRegistryError) {
        for reference in references {
            guard !path.contains(reference.name) else {
                let circle = (path + [reference.name]).map(PeerText.line).joined(separator: " → ")
                throw unusable("its references go round in a circle: \(circle)")
            }
            guard names.insert(reference.name).inserted else { continue }
            guard names.count <= limits.references else {
                throw unusable("it refers to more than \(limits.references) schemas")
            }
            guard path.count < limits.referenceDepth else {
                throw unusable("its references are nested more than \(limits.referenceDepth) deep")
            }
            let subject = SubjectContext.qualified(reference.subject, like: parent)
            let answer = try await fetch(subject, reference.version)
            bytes += answer.text.utf8.count
            guard bytes <= 4 * limits.answerBytes else {
                throw unusable("the schemas it refers to have more than \(4 * limits.answerBytes) bytes")
            }
            try await follow(answer.references, of: answer.subject ?? subject, path: path + [reference.name])
            found.append(SchemaContent.Reference(name: reference.name, text: answer.text))
        }
    }

    private func unusable(_ why: String) -> SchemaRegistryError {
        SchemaRegistryError(.unusable, "\(key) cannot be used: \(why); register one without that")
    }
}
