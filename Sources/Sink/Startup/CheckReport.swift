package import Daemon
internal import JSON
package import SinkConfiguration

/// What `check` has found out: the table that it prints, and the exit code that a start would end with.
package struct CheckReport: Sendable, Hashable {
    /// What was looked at, in the order in which it is shown.
    package let items: [CheckedItem]
    /// What a person should know all the same, a sentence each.
    package let warnings: [String]
    /// What a sink would do with this configuration; `nil` when it cannot be used.
    package let plan: RunPlan?

    /// Puts together what was found, by kind; what comes twice is shown once.
    package init(_ items: [CheckedItem], warnings: [String] = [], plan: RunPlan? = nil) {
        self.plan = plan
        var known: Set<CheckedItem> = []
        let distinct = items.filter { known.insert($0).inserted }
        self.items = CheckedItem.Kind.allCases.flatMap { kind in distinct.filter { $0.kind == kind } }
        self.warnings = warnings
    }

    /// Reports a configuration that cannot be used, so that nothing else could be asked.
    package init(_ error: ConfigurationError) {
        self.init(
            error.problems.map { CheckedItem(.configuration, "", .failed(StartupProblem(.configuration, "\($0)"))) },
            warnings: error.warnings
        )
    }

    /// How the process would end that these problems keep from starting; `nil` when there are none.
    package var exitError: ExitError? { items.problems.exitError }

    /// The table: a line each with ✓, ✗ or –, then the warnings and the plan.
    package var table: String { table(width: nil) }

    /// Returns the table for a terminal, where long texts go on below their column.
    /// - Parameter width: How many columns fit into a line; `nil` keeps each line whole.
    package func table(width: Int?) -> String {
        let kinds = Self.width(items.map(\.kind.rawValue))
        let names = Self.width(items.map(\.name))
        var text = ""
        for item in items {
            var line = "\(item.mark) \(Self.padded(item.kind.rawValue, to: kinds))"
            if !item.name.isEmpty { line += "  \(Self.padded(item.name, to: names))" }
            let column = 2 + kinds + 2 + (item.name.isEmpty ? 0 : names + 2)
            if !item.text.isEmpty { line += "  \(Self.wrapped(item.text, after: line.count + 2, at: column, width))" }
            while line.last == " " { line.removeLast() }
            text += "\(line)\n"
        }
        for warning in warnings { text += "warning: \(Self.oneLine(warning))\n" }
        return text + (plan?.text ?? "")
    }

    /// The least columns that a text is wrapped into.
    private static let narrowest = 30

    /// A text with ends of lines between words where it would be too wide.
    /// - Parameters:
    ///   - start: The column where it begins.
    ///   - column: The column where its further lines begin.
    private static func wrapped(_ text: String, after start: Int, at column: Int, _ width: Int?) -> String {
        guard let width, start + text.count > width, column + narrowest <= width else { return text }
        var lines = ""
        var place = start
        for word in text.split(separator: " ") {
            if place > start || !lines.isEmpty, place + word.count + 1 > width {
                lines += "\n" + String(repeating: " ", count: column)
                place = column
            } else if !lines.isEmpty {
                lines += " "
                place += 1
            }
            lines += word
            place += word.count
        }
        return lines
    }

    /// The same for machines: one JSON object in one line.
    package var json: String {
        let exitCode = Int64(exitError?.code.rawValue ?? 0)
        let plan: JSONValue = plan?.json ?? .null
        let report: JSONValue = [
            "exitCode": .integer(exitCode), "passes": .bool(exitCode == 0), "plan": plan,
            "items": .array(
                items.map { item in
                    [
                        "kind": .string(item.kind.rawValue), "name": .string(item.name),
                        "result": .string(item.result), "text": .string(item.text),
                    ]
                }
            ),
            "warnings": .array(warnings.map { .string($0) }),
        ]
        return report.text
    }

    /// The widest name that others are aligned with: one long path must not move everything to the right.
    private static let widestName = 40

    private static func width(_ texts: [String]) -> Int {
        texts.map(\.count).filter { $0 <= widestName }.max() ?? 0
    }

    private static func padded(_ text: String, to width: Int) -> String {
        let text = oneLine(text)
        return text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// The text without the ends of lines and other controls that would break the table.
    fileprivate static func oneLine(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 })
        )
    }
}

extension CheckedItem {
    fileprivate var mark: String {
        switch outcome {
        case .passed: "✓"
        case .failed, .warning: "✗"
        case .unchecked: "–"
        }
    }

    fileprivate var result: String {
        switch outcome {
        case .passed: "passed"
        case .failed: "failed"
        case .warning: "warning"
        case .unchecked: "unchecked"
        }
    }

    fileprivate var text: String {
        switch outcome {
        case .passed(let text), .unchecked(let text), .warning(let text): CheckReport.oneLine(text)
        case .failed(let problem): CheckReport.oneLine(problem.message)
        }
    }
}
