internal import Text

/// What is looked at before a value's meaning: whether anybody has put one there at all.
extension SettingsBuilder {
    /// Notes values that still hold placeholders, and values in quotes.
    mutating func checkWrittenForms() {
        for (name, entry) in properties.entries.sorted(by: { $0.key < $1.key })
        where !entry.holdsReference && PropertyTable.effect(of: name) == .effective {
            if let sentence = UnfilledValue.sentence(for: name, entry.written) {
                settle(name, "\(name) \(sentence)")
            } else if let quote = Self.quote(around: entry.written), !Self.hasOwnAdvice(name) {
                let sentence = "\(name): the quotes (\(quote)) around the value are part of it; remove them"
                if PropertyTable.isSecret(name) {
                    warnings.append("\(sentence), unless they belong to the secret")
                } else {
                    settle(name, sentence)
                }
            }
        }
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
