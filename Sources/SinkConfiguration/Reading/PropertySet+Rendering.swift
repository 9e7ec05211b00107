internal import Secrets
internal import Text

extension PropertySet {
    /// The effective values as a properties file, by source.
    ///
    /// Values are shown of known properties that hold no secret, and of these only what can be none. A reference is printed as
    /// it was written, without the value that it refers to.
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
            add(line(HarmlessText.shown(name: name), printable(name, entry)), from: entry.source)
        }
        sections.append(("defaults", defaults))
        return sections.map { "# \($0.source)\n\($0.lines.joined(separator: "\n"))\n" }.joined(separator: "\n")
    }

    /// The value of the property called `name` as it may be printed.
    func printable(_ name: String, _ entry: Entry) -> String {
        if entry.holdsReference { return entry.isOnlyReference ? entry.written : HarmlessText.hidden }
        guard !entry.written.isEmpty else { return "" }
        return PropertyTable.isHarmless(name) ? HarmlessText.shown(entry.written) : HarmlessText.hidden
    }

    private func line(_ name: String, _ value: String) -> String { JavaProperties.line(name, value) }
}

extension PropertySet.Entry {
    /// Whether nothing stands around the references, so that the value as written gives nothing away.
    fileprivate var isOnlyReference: Bool {
        SecretReference.remainder(of: written).allSatisfy { $0.isWhitespace || $0 == "," || $0 == ":" }
    }
}
