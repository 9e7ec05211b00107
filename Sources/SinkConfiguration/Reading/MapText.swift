/// The text of a map in YAML or JSON, in which the lines of names are looked up.
struct MapText {
    let path: String
    /// The line of each name that stands in one place only.
    private var lines: [String: Int] = [:]

    /// Finds the names at the beginnings of lines, and in JSON also behind braces and commas.
    init(_ text: String, path: String, isJSON: Bool) {
        self.path = path
        var ambiguous: Set<String> = []
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            for name in isJSON ? Self.jsonNames(in: line) : Self.yamlName(in: line).map({ [$0] }) ?? [] {
                if self.lines.updateValue(index + 1, forKey: name) != nil { ambiguous.insert(name) }
            }
        }
        for name in ambiguous { self.lines[name] = nil }
    }

    /// Where a property is written.
    func origin(of name: String) -> PropertyOrigin { PropertyOrigin(source: path, line: lines[name], isFile: true) }

    private static func jsonNames(in line: Substring) -> [String] {
        line.matches(of: /"([^"\\]+)"\s*:/).map { String($0.output.1) }
    }

    private static func yamlName(in line: Substring) -> String? {
        guard let match = line.prefixMatch(of: /\s*["']?([^\s"'#:][^"'#:]*?)["']?\s*:(?:\s|$)/) else { return nil }
        return String(match.output.1)
    }
}
