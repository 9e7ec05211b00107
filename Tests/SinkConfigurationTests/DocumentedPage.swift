import Foundation

/// A page of the documentation whose examples are tested.
enum DocumentedPage {
    /// The blocks of a page in a language, by the heading above them.
    static func blocks(of name: String, _ language: String) throws -> [(heading: String, text: String)] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: name), encoding: .utf8)
        var (heading, lines, found) = ("", [Substring]?.none, [(heading: String, text: String)]())
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            if line == "```", let block = lines {
                found.append((heading, block.joined(separator: "\n")))
                lines = nil
            } else if lines != nil {
                lines?.append(line)
            } else if line == "```\(language)" {
                lines = []
            } else if line.hasPrefix("## ") {
                heading = String(line.dropFirst(3))
            }
        }
        return found
    }
}
