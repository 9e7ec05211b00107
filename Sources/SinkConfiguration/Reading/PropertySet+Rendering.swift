extension PropertySet {
    /// What stands in the place of a value that nobody may see, as Kafka prints it.
    static let hidden = "[hidden]"

    /// The effective values in the form of a properties file, each with where it comes from.
    ///
    /// Secrets are hidden, and a value that a reference names stays the reference.
    package var rendered: String {
        var lines: [String] = []
        var shown: Set<String> = []
        for group in PropertyGroup.allCases {
            var section: [String] = []
            for definition in PropertyTable.all where definition.group == group && !definition.name.hasSuffix("*") {
                if let (name, entry) = entry(of: definition) {
                    section.append(line(name, entry))
                    shown.insert(name)
                } else if let value = definition.defaultValue, definition.status != .ignored {
                    section.append("\(definition.name)=\(Self.escape(value))  # default")
                }
            }
            if !section.isEmpty { lines += ["# \(group.rawValue)"] + section + [""] }
        }
        let others = entries.filter { !shown.contains($0.key) }.sorted { $0.key < $1.key }
        if !others.isEmpty { lines += ["# Other properties"] + others.map { line($0.key, $0.value) } + [""] }
        return lines.dropLast().joined(separator: "\n") + "\n"
    }

    /// The value of the property called `name` as it may be printed.
    func printable(_ name: String, _ entry: Entry) -> String {
        if entry.holdsReference { return entry.isOnlyReference ? entry.written : Self.hidden }
        return PropertyTable.isSecret(name) ? Self.hidden : Self.withoutUserInfo(entry.written)
    }

    private func line(_ name: String, _ entry: Entry) -> String {
        "\(Self.escape(name))=\(Self.escape(printable(name, entry)))  # \(entry.source)"
    }

    /// A user and password inside a URL are no less secret than elsewhere.
    private static func withoutUserInfo(_ text: String) -> String {
        text.replacing(/:\/\/[^\/@,\s]*@/) { _ in "://\(hidden)@" }
    }

    private static func escape(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n").replacing("\r", with: "\\r").replacing("\t", with: "\\t")
    }
}

extension PropertySet.Entry {
    /// Whether nothing stands around the references, so that the value as written gives nothing away.
    fileprivate var isOnlyReference: Bool {
        written.replacing(/\$\{(file|directory|env):[^}]*\}/, with: "").allSatisfy { $0.isWhitespace || $0 == "," || $0 == ":" }
    }
}
