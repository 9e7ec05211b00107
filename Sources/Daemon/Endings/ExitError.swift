/// A failure that ends the process: its exit code, and what is wrong.
package struct ExitError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The most problems that are told: a file with more of them is hardly meant to be a configuration.
    package static let maximumProblems = 100

    /// What the process exits with.
    package let code: ExitCode
    /// What is wrong, each in a sentence for whoever runs the program: what failed, on what, and what to do.
    package let problems: [String]

    /// Creates an error.
    package init(_ code: ExitCode, _ message: String) { self.init(code, problems: [message]) }

    /// Creates an error of several problems, or of one.
    package init(_ code: ExitCode, problems: [String]) {
        self.code = code
        self.problems = problems
    }

    /// What is wrong in one line: of several problems first how many there are.
    package var message: String { line() }

    /// The same as ``message``.
    package var description: String { message }

    /// Returns what is wrong in one line, such as `2 problems: …; …`.
    /// - Parameter maximumBytes: The most bytes of UTF-8; problems that do not fit are counted.
    func line(maximumBytes: Int = .max) -> String {
        let sentences = problems.map { $0.split(whereSeparator: \.isNewline).joined(separator: " ") }
        guard sentences.count > 1 else { return Self.cut(sentences.first ?? "", maximumBytes) }
        return fit(sentences, "\(sentences.count) problems: ", between: "; ", maximumBytes)
    }

    /// Returns what is wrong for people, each of several problems in a line of its own after how many there are.
    /// - Parameter maximumBytes: The most bytes of UTF-8; problems that do not fit are counted.
    func text(maximumBytes: Int = .max) -> String {
        guard problems.count > 1 else { return Self.cut(problems.first ?? "", maximumBytes) }
        let lines = problems.map { "- \($0.split(whereSeparator: \.isNewline).joined(separator: "\n  "))" }
        return fit(lines, "\(lines.count) problems:\n", between: "\n", maximumBytes)
    }

    /// Joins as many texts as fit, and says how many do not.
    private func fit(_ texts: [String], _ head: String, between: String, _ maximumBytes: Int) -> String {
        func tail(_ left: Int) -> String { left == 0 ? "" : "\(between)and \(left) more" }
        var sizes = [head.utf8.count]
        for (index, text) in texts.enumerated() {
            sizes.append(sizes[index] + text.utf8.count + (index == 0 ? 0 : between.utf8.count))
        }
        let fitting = texts.indices.reversed().first { index in
            index < Self.maximumProblems && sizes[index + 1] + tail(texts.count - index - 1).utf8.count <= maximumBytes
        }
        guard let last = fitting else {
            let room = maximumBytes - head.utf8.count - tail(texts.count - 1).utf8.count
            return head + Self.cut(texts[0], room) + tail(texts.count - 1)
        }
        return head + texts[...last].joined(separator: between) + tail(texts.count - last - 1)
    }

    /// Returns the beginning of a text that fits, cut between two characters.
    private static func cut(_ text: String, _ maximumBytes: Int) -> String {
        guard text.utf8.count > maximumBytes else { return text }
        let mark = "…"
        var bytes = 0
        let fitting = text.prefix { character in
            bytes += character.utf8.count
            return bytes <= maximumBytes - mark.utf8.count
        }
        return fitting + mark
    }
}
