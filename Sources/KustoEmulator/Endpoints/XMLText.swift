/// The little XML that storage services speak.
enum XMLText {
    /// Replaces what may not stand in text.
    static func escape(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    /// Puts back what ``escape(_:)`` replaced.
    static func unescape(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
        return text.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
            .replacing("&apos;", with: "'").replacing("&amp;", with: "&")
    }

    /// All elements of these names with their texts, in order; in the subset they have no attributes and do not nest.
    static func elements(_ names: [String], in text: String) -> [(name: String, text: String)] {
        var found: [(name: String, text: String)] = []
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "<") {
            rest = rest[rest.index(after: open)...]
            guard let name = names.first(where: { rest.hasPrefix("\($0)>") }) else { continue }
            let content = rest.dropFirst(name.count + 1)
            guard let close = content.firstRange(of: "</\(name)>") else { break }
            found.append((name, unescape(String(content[..<close.lowerBound]))))
            rest = content[close.upperBound...]
        }
        return found
    }
}
