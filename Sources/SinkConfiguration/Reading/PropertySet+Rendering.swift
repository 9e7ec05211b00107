internal import Secrets

extension PropertySet {
    /// What stands in the place of a value that nobody may see, as Kafka prints it.
    static let hidden = "[hidden]"

    /// The effective values as a properties file, by source.
    ///
    /// Secrets are hidden, and a reference is printed as it was written, without the value that it refers to.
    package var rendered: String {
        var sections: [(source: String, lines: [String])] = []
        func add(_ line: String, from source: String) {
            if let index = sections.firstIndex(where: { $0.source == source }) {
                sections[index].lines.append(line)
            } else {
                sections.append((source, [line]))
            }
        }
        var shown: Set<String> = []
        var defaults: [String] = []
        for definition in PropertyTable.all where !definition.name.hasSuffix("*") {
            if let (name, entry) = entry(of: definition) {
                add(line(name, printable(name, entry)), from: entry.source)
                shown.insert(name)
            } else if let value = definition.defaultValue, definition.status != .ignored {
                defaults.append(line(definition.name, value))
            }
        }
        for (name, entry) in entries.sorted(by: { $0.key < $1.key }) where !shown.contains(name) {
            add(line(name, printable(name, entry)), from: entry.source)
        }
        sections.append(("defaults", defaults))
        return sections.map { "# \($0.source)\n\($0.lines.joined(separator: "\n"))\n" }.joined(separator: "\n")
    }

    /// The value of the property called `name` as it may be printed.
    func printable(_ name: String, _ entry: Entry) -> String {
        if entry.holdsReference { return entry.isOnlyReference ? entry.written : Self.hidden }
        return PropertyTable.isSecret(name) ? Self.hidden : Self.withoutUserInfo(entry.written)
    }

    private func line(_ name: String, _ value: String) -> String { JavaProperties.line(name, value) }

    /// A user and password inside a URL are no less secret than elsewhere.
    private static func withoutUserInfo(_ text: String) -> String {
        text.replacing(/:\/\/[^\/@,\s]*@/) { _ in "://\(hidden)@" }
    }
}

extension PropertySet.Entry {
    /// Whether nothing stands around the references, so that the value as written gives nothing away.
    fileprivate var isOnlyReference: Bool {
        SecretReference.remainder(of: written).allSatisfy { $0.isWhitespace || $0 == "," || $0 == ":" }
    }
}
