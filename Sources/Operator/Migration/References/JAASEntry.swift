/// One entry of a `sasl.jaas.config`: the module that signs in, and its options.
struct JAASEntry: Hashable {
    /// The module's class, without package.
    let module: String
    /// Its options.
    let options: [String: String]

    /// Reads `CLASS FLAG NAME=VALUE… ;`, as Java's own parser does; `nil` when it is something else.
    init?(_ text: String) {
        var scanner = JAASScanner(text)
        guard let module = scanner.word(), let flag = scanner.word(),
            ["required", "requisite", "sufficient", "optional"].contains(flag.lowercased())
        else { return nil }
        var options: [String: String] = [:]
        while !scanner.take(";") {
            guard let name = scanner.word(), scanner.take("="), let value = scanner.word() else { return nil }
            options[name] = value
        }
        // A second entry would be another way to sign in.
        guard scanner.isAtEnd else { return nil }
        self.module = module.split(separator: ".").last.map(String.init) ?? module
        self.options = options
    }
}

/// Splits a JAAS configuration into words and marks.
private struct JAASScanner {
    private var rest: Substring.UnicodeScalarView

    init(_ text: String) { rest = text[...].unicodeScalars }

    var isAtEnd: Bool {
        mutating get {
            skipBlanks()
            return rest.isEmpty
        }
    }

    /// Passes over a mark, and returns whether it was there.
    mutating func take(_ mark: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard rest.first == mark else { return false }
        rest.removeFirst()
        return true
    }

    /// Returns the next word, in quotes or not; `nil` when there is none, or its quotes are not closed.
    mutating func word() -> String? {
        skipBlanks()
        if let quote = rest.first, quote == "\"" || quote == "'" { return quoted(quote) }
        let word = rest.prefix { !$0.properties.isWhitespace && !"=;\"'".unicodeScalars.contains($0) }
        rest = rest[word.endIndex...]
        return word.isEmpty ? nil : String(word)
    }

    private mutating func quoted(_ quote: Unicode.Scalar) -> String? {
        rest.removeFirst()
        var text = String.UnicodeScalarView()
        while let next = rest.popFirst() {
            if next == quote { return String(text) }
            guard next == "\\" else {
                text.append(next)
                continue
            }
            guard let escaped = rest.popFirst() else { return nil }
            switch escaped {
            case "n": text.append("\n")
            case "t": text.append("\t")
            case "r": text.append("\r")
            default: text.append(escaped)
            }
        }
        return nil
    }

    private mutating func skipBlanks() { rest = rest.drop { $0.properties.isWhitespace } }
}
