extension CommandLineInterface {
    /// The text of `--help`.
    package var help: String {
        var usage = name
        if !subcommands.isEmpty { usage += " [\(subcommands.map(\.name).joined(separator: "|"))]" }
        for option in options where option.isRequired { usage += " --\(option.name) \(option.valueName ?? "")" }
        usage += " [options]"
        for positional in positionals { usage += " [\(positional.placeholder)]" }
        var text = "\(summary)\n\nUsage: \(usage)\n"
        let commands = subcommands.map { (label: $0.name, help: $0.help) }
        let arguments = positionals.map { (label: $0.placeholder, help: $0.help) }
        let flags = options.map { (label: Self.label($0), help: Self.describe($0)) }
        let width = (commands + arguments + flags).map(\.label.count).max() ?? 0
        for (title, lines) in [("Commands", commands), ("Arguments", arguments), ("Options", flags)] {
            guard !lines.isEmpty else { continue }
            text += "\n\(title):\n"
            for line in lines {
                text += "  \(line.label)\(String(repeating: " ", count: width - line.label.count))  \(line.help)\n"
            }
        }
        return text
    }

    private static func label(_ option: CommandLineOption) -> String {
        let short = option.short.map { "-\($0), " } ?? "    "
        return "\(short)--\(option.name)\(option.valueName.map { " \($0)" } ?? "")"
    }

    private static func describe(_ option: CommandLineOption) -> String {
        option.isRepeatable && option.valueName != nil ? "\(option.help) May be repeated." : option.help
    }
}
