/// The full name of a record, an enum or a fixed.
struct AvroName: Sendable, Hashable {
    /// The name without its namespace.
    let short: String
    /// The namespace; `nil` is the one without a name.
    let namespace: String?

    /// The namespace and the name with a dot between, or the name alone.
    var full: String { namespace.map { "\($0).\(short)" } ?? short }

    /// Reads a name as the specification does: one with a dot is a full name, any other is in `namespace`.
    ///
    /// Which characters a name consists of is not checked, as Confluent's clients don't when they read.
    /// - Returns: `nil` when the name is empty or ends in a dot.
    init?(_ text: String, in namespace: String?) {
        guard let dot = text.lastIndex(of: ".") else {
            guard !text.isEmpty else { return nil }
            short = text
            self.namespace = namespace.flatMap { $0.isEmpty ? nil : $0 }
            return
        }
        let name = text[text.index(after: dot)...]
        guard !name.isEmpty else { return nil }
        short = String(name)
        self.namespace = dot == text.startIndex ? nil : String(text[..<dot])
    }
}
