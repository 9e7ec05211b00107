/// The manual of a program as a section of a page in Markdown.
enum MarkdownManual {
    /// Returns the section, whose heading is of the second level.
    static func page(of interface: CommandLineInterface) -> String {
        var page = "## `\(interface.name)`\n\n\(interface.summary)\n\n"
        for line in interface.usageLines { page += "- `\(line)`\n" }
        for paragraph in interface.details { page += "\n\(paragraph)\n" }
        if let implied = interface.implied, implied.name.isEmpty { page += options(implied.allOptions) }
        for command in interface.commands { page += section(for: command, of: interface) }
        if !interface.exits.isEmpty { page += "\n### Exit codes of `\(interface.name)`\n" + exits(interface.exits) }
        if !interface.environment.isEmpty {
            page += "\n### Variables of `\(interface.name)`\n"
            page += table("variable", "is", interface.environment.map { ("`\($0.name)`", $0.help) })
        }
        return page
    }

    private static func section(for command: CommandLineCommand, of interface: CommandLineInterface) -> String {
        var section = "\n### `\(interface.usageLine(of: command))`\n\n\(command.help)\n"
        for paragraph in command.details { section += "\n\(paragraph)\n" }
        if !command.operands.isEmpty {
            section += table("argument", "is", command.operands.map { ("`\($0.name)`", $0.help) })
        }
        if !command.options.isEmpty { section += options(command.options) }
        if !command.exits.isEmpty { section += exits(command.exits) }
        return section
    }

    private static func options(_ options: [CommandLineOption]) -> String {
        let rows = options.map { option in
            (option.short.map { "`-\($0)`, " } ?? "") + "`\(option.written)`"
        }
        return table("option", "does", Array(zip(rows, options.map(\.description))))
    }

    private static func exits(_ exits: [CommandLineExit]) -> String {
        table("exit code", "means", exits.map { (String($0.code.rawValue), $0.meaning) })
    }

    private static func table(_ left: String, _ right: String, _ rows: [(String, String)]) -> String {
        let lines = rows.map { "| \(cell($0.0)) | \(cell($0.1)) |\n" }
        return "\n| \(left) | \(right) |\n|---|---|\n\(lines.joined())"
    }

    private static func cell(_ text: String) -> String {
        text.replacing("|", with: "\\|").replacing("<", with: "\\<")
    }
}
