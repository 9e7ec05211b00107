internal import JSON

/// A schema as an answer has it, before its references are followed.
struct SchemaAnswer: Sendable {
    /// A schema that this one refers to.
    struct Reference: Sendable, Hashable {
        let name: String
        let subject: String
        /// A version of the subject; -1 means the latest.
        let version: Int
    }

    /// The schema's text.
    let text: String
    /// The name of its language; absent means Avro.
    let type: String
    /// The schemas that it refers to, directly.
    let references: [Reference]
    /// The subject under which it was found, if the answer says so.
    let subject: String?
    /// The rules that readers must apply, as `NAME (TYPE)`.
    let readRules: [String]

    /// Reads an answer.
    /// - Returns: `nil` when it is not a schema.
    init?(_ value: JSONValue) {
        guard let text = value["schema"]?.stringValue else { return nil }
        self.text = text
        switch value["schemaType"] {
        case nil, .null?: type = SchemaKind.avro.rawValue
        case .string(let name)?: type = name
        default: return nil
        }
        switch value["references"] {
        case nil, .null?: references = []
        case .array(let elements)?:
            let read = elements.compactMap(Self.reference)
            guard read.count == elements.count else { return nil }
            references = read
        default: return nil
        }
        subject = value["subject"]?.stringValue
        readRules = Self.readRules(value["ruleSet"])
    }

    private static func reference(_ value: JSONValue) -> Reference? {
        guard let name = value["name"]?.stringValue, let subject = value["subject"]?.stringValue, !subject.isEmpty,
            let version = value["version"]?.intValue
        else { return nil }
        return Reference(name: name, subject: subject, version: version)
    }

    /// The rules that Confluent's deserializers run on what was written: those of the mode READ or WRITEREAD.
    private static func readRules(_ ruleSet: JSONValue?) -> [String] {
        ["domainRules", "encodingRules"].flatMap { ruleSet?[$0]?.arrayValue ?? [] }.compactMap { rule in
            guard ["READ", "WRITEREAD"].contains(rule["mode"]?.stringValue), rule["disabled"]?.boolValue != true else {
                return nil
            }
            let name = PeerText.line(rule["name"]?.stringValue ?? "?")
            return "\(name) (\(PeerText.line(rule["type"]?.stringValue ?? "?")))"
        }
    }
}
