internal import Secrets
internal import Text

extension PropertySet {
    /// The effective values as a properties file, by source.
    package var rendered: String { rendered(nil) }

    /// The effective values as a properties file, by source, each with its line or variable, then what follows from them, and
    /// the defaults that are left.
    ///
    /// Values are shown of known properties that hold no secret, and of these only what can be none. A reference is printed as
    /// it was written, without the value that it refers to. Of a name that nobody reads no value is shown.
    /// - Parameter settings: What came of the properties; without it nothing that follows from them is shown.
    package func rendered(_ settings: SinkSettings?) -> String {
        var sections = RenderedSections()
        var shown: Set<String> = []
        for definition in PropertyTable.all where !definition.name.hasSuffix("*") {
            guard let (name, entry) = entry(of: definition), PropertyTable.effect(of: name) == .effective else {
                continue
            }
            sections.add(name, printable(name, entry), from: entry.origin)
            shown.insert(name)
        }
        let others = entries.sorted { $0.key < $1.key }.filter { !shown.contains($0.key) }
        for (name, entry) in others where PropertyTable.effect(of: name) == .effective {
            sections.add(HarmlessText.shown(name: name), printable(name, entry), from: entry.origin)
        }
        for (name, entry) in others where PropertyTable.effect(of: name) != .effective {
            let value = entry.written.isEmpty ? "" : HarmlessText.hidden
            sections.add(HarmlessText.shown(name: name), value, from: entry.origin, under: "ignored")
        }
        var derived: Set<String> = []
        if let settings {
            for (source, name, value) in following(settings) {
                sections.add(name, value, under: source)
                derived.insert(name)
            }
        }
        for definition in PropertyTable.all where !definition.name.hasSuffix("*") && definition.status != .ignored {
            guard let value = definition.defaultValue, entry(of: definition) == nil, !derived.contains(definition.name),
                isInEffect(definition.name)
            else { continue }
            sections.add(definition.name, value, under: "defaults")
        }
        return sections.text
    }

    /// Whether nothing that the user set takes the place of a client's default.
    private func isInEffect(_ name: String) -> Bool {
        let prefix = "consumer.override."
        guard name.hasPrefix(prefix) else { return true }
        let inner = String(name.dropFirst(prefix.count))
        let names = inner == "sasl.mechanism" ? [inner, "sasl.mechanisms"] : [inner]
        let isSet = names.contains { name in
            ["", "consumer.", prefix].contains { entries[$0 + name] != nil }
        }
        guard inner == "sasl.mechanism" else { return !isSet }
        // Without SASL there is no mechanism at all.
        let written = [prefix, "consumer.", ""].lazy.compactMap { self.entries[$0 + "security.protocol"]?.value }.first
        return !isSet && written?.uppercased().hasPrefix("SASL") == true
    }

    /// What follows from the properties, from the environment, and from what this program needs of its clients.
    private func following(_ settings: SinkSettings) -> [(source: String, name: String, value: String)] {
        var found: [(source: String, name: String, value: String)] = []
        if entries["kusto.query.url"] == nil, !settings.kusto.queryURL.isEmpty {
            found.append(("from kusto.ingestion.url", "kusto.query.url", settings.kusto.queryURL))
        }
        if entries["tempdir.path"] == nil {
            found.append(
                ("from TMPDIR in the environment, or /tmp", "tempdir.path", settings.buffers.temporaryDirectory)
            )
        }
        if entries["compression.level"] == nil {
            found.append(("from compression.type", "compression.level", "\(settings.compression.level)"))
        }
        let named = ["group.id", "client.id"]
        for name in named where settings.consumer.origins[name] == nil {
            if let value = settings.consumer[name] { found.append(("from name", "consumer.override.\(name)", value)) }
        }
        let own = ClientDefaults.consumer(name: settings.name, tasks: settings.tasksMax)
        for name in own.keys.sorted() where !named.contains(name) && settings.consumer.origins[name] == nil {
            guard let value = settings.consumer[name], PropertyTable["consumer.override.\(name)"] == nil else {
                continue
            }
            found.append(("what the consumer is given besides", "consumer.override.\(name)", value))
        }
        return found
    }

    /// The value of the property called `name` as it may be printed.
    func printable(_ name: String, _ entry: Entry) -> String {
        if entry.holdsReference { return entry.isOnlyReference ? entry.written : HarmlessText.hidden }
        guard !entry.written.isEmpty else { return "" }
        return PropertyTable.isHarmless(name) ? HarmlessText.shown(entry.written) : HarmlessText.hidden
    }
}

/// Lines of a properties file, gathered by where they come from.
private struct RenderedSections {
    private var sections: [(title: String, lines: [String])] = []

    var text: String {
        sections.map { "# \($0.title)\n\($0.lines.joined(separator: "\n"))\n" }.joined(separator: "\n")
    }

    /// Adds a property as it is written, with its place above it.
    mutating func add(_ name: String, _ value: String, from origin: PropertyOrigin, under title: String? = nil) {
        let isElsewhere = title != nil && origin.isFile
        if let variable = origin.variable {
            add("# \(variable)", under: title ?? origin.source)
        } else if let line = origin.line {
            add("# \(isElsewhere ? "\(origin.source):\(line)" : "line \(line)")", under: title ?? origin.source)
        }
        add(name, value, under: title ?? origin.source)
    }

    mutating func add(_ name: String, _ value: String, under title: String) {
        add(JavaProperties.line(name, value), under: title)
    }

    private mutating func add(_ line: String, under title: String) {
        if let index = sections.firstIndex(where: { $0.title == title }) {
            sections[index].lines.append(line)
        } else {
            sections.append((title, [line]))
        }
    }
}

extension PropertySet.Entry {
    /// Whether nothing stands around the references, so that the value as written gives nothing away.
    fileprivate var isOnlyReference: Bool {
        SecretReference.remainder(of: written).allSatisfy { $0.isWhitespace || $0 == "," || $0 == ":" }
    }
}
