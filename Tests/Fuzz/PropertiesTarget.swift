import Secrets

extension FuzzTarget {
    /// A file of Java properties.
    static let properties = FuzzTarget(name: "properties") { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        let lines = text.unicodeScalars.reduce(1) { $1 == "\n" || $1 == "\r" ? $0 + 1 : $0 }
        do throws(JavaProperties.Malformed) {
            let entries = try JavaProperties.parse(text)
            require(entries.count <= lines, "\(entries.count) entries on \(lines) lines")
            compare(entries, entries.map { JavaProperties.line($0.name, $0.value) }.joined(separator: "\n"))
            compare(entries, entries.map { JavaProperties.line($0.name, $0.value) + "\r\n# x\n\n" }.joined())
            guard !text.unicodeScalars.contains("\r") else { return }
            for newline in ["\r", "\r\n"] {
                let scalars = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
                compare(entries, scalars.map { String($0) }.joined(separator: newline))
            }
        } catch {
            require((1...lines).contains(error.line), "line \(error.line) of \(lines)")
        }
    }
}

/// The same entries come of another text.
private func compare(_ entries: [JavaProperties.Entry], _ text: String) {
    guard let again = try? JavaProperties.parse(text) else { fatalError("written again, entries are malformed") }
    let isSameAgain = again.elementsEqual(entries) { isSame($0.name, $1.name) && isSame($0.value, $1.value) }
    require(isSameAgain, "written again, entries are others")
}

/// Whether texts have the same characters in the same form.
private func isSame(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }
