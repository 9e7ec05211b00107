/// The completion for fish, by its builtin `complete`.
enum FishCompletion {
    /// Returns the script.
    static func script(for interface: CommandLineInterface) -> String {
        let name = interface.name
        let words = interface.commands.map(\.name)
        let none = "not __fish_seen_subcommand_from \(words.joined(separator: " "))"
        var lines = [
            "# Completion of \(name) for fish, made by: \(name) completion fish",
            "complete -c \(name) -f",
        ]
        for command in interface.commands {
            lines.append("complete -c \(name) -n \(quoted(none)) -a \(command.name) -d \(quoted(command.help))")
        }
        for option in interface.implied?.options ?? [] { lines.append(line(name, none, option)) }
        for command in interface.commands {
            let condition = "__fish_seen_subcommand_from \(command.name)"
            for option in command.options { lines.append(line(name, condition, option)) }
            for operand in command.operands.prefix(1) {
                lines.append("complete -c \(name) -n \(quoted(condition)) \(operandWords(operand.values))")
            }
        }
        for option in CommandLineCommand.commonOptions { lines.append(line(name, nil, option)) }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func line(_ name: String, _ condition: String?, _ option: CommandLineOption) -> String {
        var words = ["complete -c \(name)"]
        if let condition { words.append("-n \(quoted(condition))") }
        if let short = option.short { words.append("-s \(short)") }
        words.append("-l \(option.name)")
        if option.valueName != nil { words.append(value(option.values)) }
        words.append("-d \(quoted(option.help))")
        return words.joined(separator: " ")
    }

    private static func value(_ values: CommandLineValues) -> String {
        switch values {
        case .text: "-x"
        case .file: "-r -F"
        case .directory: "-x -a '(__fish_complete_directories)'"
        case .oneOf, .offered: "-x -a \(quoted(listed(values)))"
        }
    }

    private static func operandWords(_ values: CommandLineValues) -> String {
        switch values {
        case .text: "-f"
        case .file: "-F"
        case .directory: "-a '(__fish_complete_directories)'"
        case .oneOf, .offered: "-a \(quoted(listed(values)))"
        }
    }

    private static func listed(_ values: CommandLineValues) -> String {
        values.words.filter { !$0.hasSuffix("*") }.joined(separator: " ")
    }

    /// Returns a text in fish's single quotes, in which a backslash hides a quote and itself.
    private static func quoted(_ text: String) -> String {
        "'\(text.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'"
    }
}
