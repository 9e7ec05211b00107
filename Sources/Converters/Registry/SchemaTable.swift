internal import SchemaRegistry

/// The schemas of one subject, in the form in which a converter uses them.
///
/// One per converter: it is not `Sendable`. Records of one schema mostly follow each other, so the last one is at hand; the
/// registry's store is asked only when the table does not have a schema.
final class SchemaTable<Compiled> {
    /// What the table has for a schema's identifier.
    enum Entry {
        case ready(Compiled)
        /// The schema cannot be used, so no record with it can be converted.
        case refused(ConverterError)
        /// The schema is being fetched.
        case awaited(SchemaKey)
    }

    /// How many schemas are kept; topics have a few, so that is a bound against producers that make one a record.
    private static var capacity: Int { 1000 }

    private let subject: String
    private let kind: SchemaKind
    private let source: any SchemaSource
    private let compile: (RegisteredSchema) throws(ConverterError) -> Compiled
    private var compiled: [SchemaID: Result<Compiled, ConverterError>] = [:]
    private var last: (id: SchemaID, compiled: Compiled)?

    /// - Parameters:
    ///   - subject: The subject that the registry is asked about; empty to ask by the identifier alone.
    ///   - kind: The kind that the schemas must have.
    ///   - source: Where the schemas are.
    ///   - compile: Makes the form in which a schema is used.
    init(
        subject: String,
        kind: SchemaKind,
        source: any SchemaSource,
        compile: @escaping (RegisteredSchema) throws(ConverterError) -> Compiled
    ) {
        self.subject = subject
        self.kind = kind
        self.source = source
        self.compile = compile
    }

    /// Returns the schema with an identifier.
    func find(_ id: SchemaID) -> Entry {
        if let last, last.id == id { return .ready(last.compiled) }
        switch compiled[id] {
        case .success(let compiled)?:
            last = (id, compiled)
            return .ready(compiled)
        case .failure(let error)?: return .refused(error)
        case nil: return ask(id)
        }
    }

    private func ask(_ id: SchemaID) -> Entry {
        let key = SchemaKey(subject: subject, id: id)
        switch source.lookup(key) {
        case .pending: return .awaited(key)
        // Not kept here: the registry may have it a moment later, which its store finds out.
        case .refused(let error): return .refused(Self.refusal(error.message))
        case .ready(let schema):
            if compiled.count >= Self.capacity { compiled.removeAll() }
            let result = prepare(schema)
            compiled[id] = result
            return switch result {
            case .success(let compiled): .ready(compiled)
            case .failure(let error): .refused(error)
            }
        }
    }

    private func prepare(_ schema: RegisteredSchema) -> Result<Compiled, ConverterError> {
        guard schema.kind == kind else {
            return .failure(
                Self.refusal(
                    "\(schema.key) is one of the kind \(schema.kind.rawValue), but the converter reads "
                        + "\(kind.rawValue); set value.converter to the one that the producer writes for"
                )
            )
        }
        guard !schema.hasReadRules else {
            return .failure(
                Self.refusal(
                    "\(schema.key) has rules that a reader must follow (\(schema.content.readRules.joined(separator: ", "))), "
                        + "such as to decrypt fields, which is not supported; without them the rows would be wrong"
                )
            )
        }
        do throws(ConverterError) {
            return .success(try compile(schema))
        } catch {
            return .failure(error)
        }
    }

    private static func refusal(_ message: String) -> ConverterError { ConverterError(.invalidRecord, message) }
}
