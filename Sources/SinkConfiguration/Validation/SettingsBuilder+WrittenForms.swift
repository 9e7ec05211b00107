internal import Text

/// What is looked at before a value's meaning: whether anybody has put one there at all.
extension SettingsBuilder {
    /// Notes values that still hold placeholders, values in quotes, and references that are written as text.
    ///
    /// A value that nothing reads may be left from another configuration, so it gets only a warning.
    mutating func checkWrittenForms() {
        for (name, entry) in properties.entries.sorted(by: { $0.key < $1.key })
        where PropertyTable.effect(of: name) == .effective {
            if let escaped = entry.written.firstMatch(of: /\$\$\{(file|directory|env):/) {
                let provider = escaped.output.1
                warnings.append("\(name): $${\(provider):…} stands for that text; for the value write ${\(provider):…}")
            }
            guard !entry.holdsReference else { continue }
            if let sentence = UnfilledValue.sentence(for: name, entry.written) {
                note(name, "\(name) \(sentence)")
            } else if let quote = Self.quote(around: entry.written), !Self.hasOwnAdvice(name) {
                noteQuotes(name, "\(name): the quotes (\(quote)) around the value are part of it")
            }
        }
    }

    private mutating func noteQuotes(_ name: String, _ fact: String) {
        if PropertyTable.isSecret(name) {
            warnings.append("\(fact); remove them, unless they belong to the secret")
        } else if name == "name" || name.hasSuffix("group.id") {
            // The connector's group has them too, and its offsets.
            warnings.append("\(fact); without them the consumer group is another one, which has no offsets yet")
        } else if [".client.id", "client.rack", "group.instance.id"].contains(where: name.hasSuffix) {
            warnings.append("\(fact); remove them, unless they are meant")
        } else {
            note(name, "\(fact); remove them")
        }
    }

    /// Notes a problem with a value, or a warning when nothing may read the value.
    private mutating func note(_ name: String, _ message: String) {
        if isSurelyRead(name) { settle(name, message) } else { warnings.append(message) }
    }

    /// Whether the sink, as it is configured, reads a property: some count only when others say so.
    private func isSurelyRead(_ name: String) -> Bool {
        if name.hasPrefix("aad.auth."), name != "aad.auth.strategy" {
            let strategy = properties.entries["aad.auth.strategy"]?.written.lowercased() ?? "application"
            return strategy == "application"
        }
        if name.hasPrefix("proxy.") { return properties.entries["proxy.host"] != nil }
        for side in ["key.converter", "value.converter"] where name.hasPrefix("\(side).") {
            return properties.entries[side]?.written.contains("confluent") == true
        }
        let inner = Self.clientName(name)
        let protocols = ["consumer.override.", "consumer.", ""].compactMap {
            properties.entries["\($0)security.protocol"]?.written.uppercased()
        }
        if inner.hasPrefix("sasl.") { return protocols.first?.hasPrefix("SASL") == true }
        if inner.hasPrefix("ssl.") { return protocols.first?.hasSuffix("SSL") == true }
        return true
    }

    /// The name that a client's property has without its prefix.
    private static func clientName(_ name: String) -> Substring {
        let prefix = PropertyTable.clientPrefixes.first { name.hasPrefix($0.prefix) }
        return name.dropFirst(prefix?.prefix.count ?? 0)
    }

    private static func quote(around value: String) -> Character? {
        guard value.count > 1, let first = value.first, first == value.last, first == "\"" || first == "'",
            !value.dropFirst().dropLast().contains(first)
        else { return nil }
        return first
    }

    /// Whether what is said about the type says it, too.
    private static func hasOwnAdvice(_ name: String) -> Bool {
        switch PropertyTable[name]?.kind {
        case .boolean, .int, .long: true
        default: false
        }
    }
}
