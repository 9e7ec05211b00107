internal import Identity
internal import Secrets
internal import Text

/// Checks a set of properties and gathers everything that is wrong with it.
///
/// Each value is read once, by the property table; what is wrong or missing is noted and read as absent, so that the
/// rest is checked too.
struct SettingsBuilder {
    let properties: PropertySet
    let environment: [String: String]
    private(set) var problems: [ConfigurationError.Problem]
    var warnings: [String] = []
    /// The sink's identity at Azure, once it is read, with which clients of Event Hubs sign in.
    var azureCredential = Credential.workloadIdentity
    private var values: [String: PropertyValue] = [:]
    private var refused: Set<String> = []
    /// Properties of which the first thing to say has been said.
    var settled: Set<String> = []
    /// Names that are no properties, by the one that may be meant.
    var meant: [String: [String]] = [:]

    init(_ properties: PropertySet, environment: [String: String]) {
        self.properties = properties
        self.environment = environment
        problems = properties.problems
        warnings = properties.warnings
        for (name, entry) in properties.entries.sorted(by: { $0.key < $1.key }) where Self.holdsNUL(name, entry) {
            let isName = HarmlessText.shown(name: name.replacing("\0", with: "")) != HarmlessText.hidden
            let printable = isName ? name.replacing("\0", with: "\\0") : HarmlessText.hidden
            add(printable, "\(printable) holds a NUL character, at which C libraries would cut it off; remove it")
        }
        // Of a value that could not be had nothing more can be said.
        settled.formUnion(properties.problems.map(\.subject))
        checkWrittenForms()
        for definition in PropertyTable.all where !definition.name.hasSuffix("*") { read(definition) }
    }

    private static func holdsNUL(_ name: String, _ entry: PropertySet.Entry) -> Bool {
        name.utf8.contains(0) || entry.value.utf8.contains(0)
    }

    private mutating func read(_ definition: PropertyDefinition) {
        guard let (name, entry) = properties.entry(of: definition) else {
            if let text = definition.defaultValue {
                values[definition.name] = try? PropertyValue.parse(text, as: definition.kind)
            }
            return
        }
        for alias in definition.names where alias != name {
            guard let other = properties.entries[alias], other.value != entry.value, !entry.isOpaque else { continue }
            add(alias, "\(name) and \(alias) are the same setting and differ; keep \(definition.name)")
        }
        switch definition.status {
        case .ignored: return
        case .refused where !entry.value.isEmpty:
            add(name, "\(name) is not supported: \(definition.documentation)")
            return
        default: break
        }
        if settled.contains(name) {
            refused.insert(definition.name)
            return
        }
        // A client's properties are read as a whole, by the rules of the client.
        if definition.group == .kafka || isClientProperty(name) { return }
        if entry.isOpaque { return readOpaque(definition, entry) }
        let isBlank = entry.value.isEmpty
        switch definition.kind {
        case .string, .list, .javaClass, .json, .password: if isBlank { return }
        default: break
        }
        do throws(PropertyValue.Mismatch) {
            values[definition.name] = try PropertyValue.parse(
                entry.value,
                as: definition.kind,
                unit: NumberUnit(of: name)
            )
        } catch {
            refused.insert(definition.name)
            add(name, invalid(name, entry, error.reason))
        }
    }

    /// Takes a value that nobody knows here: as it is where any text will do, else as bad, but without a complaint.
    private mutating func readOpaque(_ definition: PropertyDefinition, _ entry: PropertySet.Entry) {
        switch definition.kind {
        case .string, .json, .javaClass, .password:
            values[definition.name] = try? PropertyValue.parse(entry.value, as: definition.kind)
        case .list: values[definition.name] = .list([entry.value])
        case .boolean, .int, .long, .enumeration: refused.insert(definition.name)
        }
    }

    private func isClientProperty(_ name: String) -> Bool {
        for prefix in ["errors.deadletterqueue.", "misc.deadletterqueue."] where name.hasPrefix(prefix) {
            return !ClientRole.queueSettings.contains(String(name.dropFirst(prefix.count)))
        }
        return false
    }

    /// Kafka's sentence for a bad value.
    func invalid(_ name: String, _ entry: PropertySet.Entry, _ reason: String) -> String {
        "Invalid value \(properties.printable(name, entry)) for configuration \(name): \(reason)"
    }

    /// Notes a bad value of a property that is present.
    mutating func refuse(_ name: String, _ reason: String) {
        let definition = PropertyTable.definition(of: name)
        guard let (written, entry) = properties.entry(of: definition) else { return add(name, "\(name): \(reason)") }
        add(written, invalid(written, entry, reason))
    }

    /// Notes a problem, unless what is said to be wrong is a value that nobody knows here.
    mutating func add(_ name: String, _ message: String) { add([.init(subject: name, message: message)]) }

    /// Notes problems, except those with values that nobody knows here.
    mutating func add(_ more: [ConfigurationError.Problem]) {
        problems += more.filter { !isOpaque($0.subject) && !settled.contains($0.subject) }
    }

    /// Notes the one thing that is to be said about a property.
    mutating func settle(_ name: String, _ message: String) {
        add(name, message)
        settled.insert(name)
    }

    /// The problems, each with the place where its property is written.
    var placedProblems: [ConfigurationError.Problem] {
        problems.map { problem in
            let place = problem.place ?? properties.entries[problem.subject]?.origin.place
            var message = problem.message
            if properties.entries[problem.subject] == nil, let names = meant[problem.subject] {
                message += message.hasSuffix(".") ? " " : "; "
                message += "\(names.joined(separator: ", ")) may be meant"
            }
            return .init(subject: problem.subject, message: message, element: problem.element, place: place)
        }
    }

    /// Notes that a value which nobody knows here has to be known.
    mutating func refuseOpaque(_ name: String) {
        refusePresence(name, "\(name) must be written out, not referred to")
    }

    /// Notes that a property is there, whatever its value is.
    mutating func refusePresence(_ name: String, _ message: String) {
        problems.append(.init(subject: name, message: message))
    }

    /// Whether the property's value is a reference that was kept.
    func isOpaque(_ name: String) -> Bool { properties.entries[name]?.isOpaque ?? false }

    /// Whether a value was written for the property, good or bad.
    func isPresent(_ name: String) -> Bool {
        properties.entry(of: PropertyTable.definition(of: name)).map { !$0.entry.value.isEmpty } ?? false
    }

    /// The text of a property, or `nil`; notes when a required one is missing.
    mutating func text(_ name: String) -> String? {
        if case .text(let text) = value(name) { return text }
        require(name)
        return nil
    }

    /// The secret of a property, or `nil`.
    func secret(_ name: String) -> Secret? {
        if case .secret(let secret) = value(name) { secret } else { nil }
    }

    /// The secret of a property and how to read it again, or `nil`.
    func rotatedSecret(_ name: String) -> RotatedSecret? {
        guard let secret = secret(name) else { return nil }
        let entry = properties.entry(of: PropertyTable.definition(of: name))?.entry
        return entry?.rotated ?? RotatedSecret(secret)
    }

    /// The parts of a list; empty when there is none.
    func list(_ name: String) -> [String] {
        if case .list(let parts) = value(name) { parts } else { [] }
    }

    /// A number; 0 stands in for one that is bad, which has been noted.
    func number(_ name: String) -> Int {
        if case .number(let number) = value(name) { Int(number) } else { 0 }
    }

    /// A number, or `nil` when none is given.
    func optionalNumber(_ name: String) -> Int? {
        if case .number(let number) = value(name) { Int(number) } else { nil }
    }

    /// A time in milliseconds.
    func duration(_ name: String) -> Duration { .milliseconds(number(name)) }

    /// A Boolean.
    func flag(_ name: String) -> Bool { value(name) == .boolean(true) }

    /// One of the words of an enumeration.
    func word<Word: RawRepresentable<String>>(_ name: String, default fallback: Word) -> Word {
        if case .text(let text) = value(name) { Word(rawValue: text) ?? fallback } else { fallback }
    }

    /// Notes that a required property is missing, unless it is there or was bad.
    mutating func require(_ name: String) {
        guard PropertyTable.definition(of: name).isRequired, values[name] == nil, !refused.contains(name) else {
            return
        }
        add(name, Self.missing(name))
    }

    /// Kafka's sentence for a property that is missing.
    static func missing(_ name: String) -> String {
        "Missing required configuration \"\(name)\" which has no default value."
    }

    private func value(_ name: String) -> PropertyValue? { values[PropertyTable.definition(of: name).name] }
}
