import Foundation
import JSON
import YAML

/// A page of the documentation as its tests see it: blocks of code, and tables below their headings.
struct DocumentationPage: Sendable {
    /// A fenced block of code.
    struct Block: Sendable, CustomStringConvertible {
        /// Page and line, for messages.
        let place: String
        /// The word after the fence, such as `yaml`.
        let language: String
        /// What stands between the fences, without their indentation.
        let text: String

        var description: String { place }

        /// The block's documents of YAML.
        var documents: [JSONValue] { get throws { try JSONValue.yamlDocuments(in: text) } }
    }

    /// The folder of the whole repository.
    static let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The path below the repository's folder.
    let path: String
    /// The whole text.
    let text: String

    /// Reads a page.
    init(_ path: String) throws {
        self.path = path
        text = try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
    }

    /// Every page that people read first: those at the top, and those of `docs`.
    static func all() throws -> [DocumentationPage] {
        let docs = try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "docs").path())
        let pages = docs.filter { $0.hasSuffix(".md") }.sorted().map { "docs/\($0)" }
        return try (["README.md", "CONTRIBUTING.md"] + pages).map(DocumentationPage.init)
    }

    /// The fenced blocks in order.
    var blocks: [Block] {
        var blocks: [Block] = []
        var open: (indent: Int, language: String, line: Int)?
        var body: [Substring] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let content = line.drop { $0 == " " }
            let indent = line.count - content.count
            if let fence = open {
                guard content != "```" else {
                    let text = body.map { $0 + "\n" }.joined()
                    blocks.append(Block(place: "\(path):\(fence.line)", language: fence.language, text: text))
                    open = nil
                    continue
                }
                body.append(line.dropFirst(min(indent, fence.indent)))
            } else if content.hasPrefix("```") {
                open = (indent, String(content.dropFirst(3)), index + 1)
                body = []
            }
        }
        return blocks
    }

    /// The cells of the tables' rows in the section with this heading, down to the next one of the same level or above.
    func rows(of heading: String) -> [[String]] {
        section(heading).split(separator: "\n").filter { $0.hasPrefix("| ") }.map { row in
            row.dropFirst(1).dropLast(row.hasSuffix("|") ? 1 : 0).split(separator: "|")
                .map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    /// The text below a heading, which is given with its marks, such as `## Metrics`.
    func section(_ heading: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let start = lines.firstIndex(where: { $0 == heading }) else { return "" }
        let level = heading.prefix { $0 == "#" }.count
        let end = lines[(start + 1)...].firstIndex { line in
            let marks = line.prefix { $0 == "#" }.count
            return marks > 0 && marks <= level && line.dropFirst(marks).hasPrefix(" ")
        }
        return lines[(start + 1)..<(end ?? lines.endIndex)].joined(separator: "\n")
    }

    /// The words between backquotes in a text.
    static func quoted(_ text: String) -> [String] { text.matches(of: /`([^`]+)`/).map { String($0.output.1) } }
}
