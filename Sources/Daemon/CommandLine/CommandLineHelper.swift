/// The commands that every program has: they answer from the tables of its command line alone.
enum CommandLineHelper {
    /// The names of these commands.
    static let names: Set<String> = ["completion", "man", "help", "version"]

    /// Returns the commands, for a program that has others.
    static func commands(beside others: [CommandLineCommand]) -> [CommandLineCommand] {
        let words = others.map(\.name) + ["completion", "man", "version"]
        return [
            CommandLineCommand(
                "completion",
                help: "Print what completes this program's command lines in a shell, and exit.",
                operands: [
                    CommandLineOperand(
                        "SHELL",
                        .oneOf(CompletionShell.allCases.map(\.rawValue)),
                        isRequired: true,
                        help: "The shell: \(CompletionShell.allCases.map(\.rawValue).joined(separator: ", "))."
                    )
                ],
                isProbe: true
            ),
            CommandLineCommand(
                "man",
                help: "Print the manual page, for man(1), and exit.",
                options: [.flag("markdown", help: "Print it as Markdown.")],
                isProbe: true
            ),
            CommandLineCommand(
                "help",
                help: "Show the help of a command, or this one, and exit.",
                operands: [CommandLineOperand("COMMAND", .oneOf(words), help: "The command.")],
                isProbe: true
            ),
            CommandLineCommand("version", help: "Show the version and exit.", isProbe: true),
        ]
    }

    /// Returns what is printed for one of these commands; nil for any other.
    static func answer(
        _ arguments: Arguments,
        of interface: CommandLineInterface,
        width: Int?
    ) -> String? {
        switch arguments.command {
        case "version": return "\(interface.name) \(interface.version)\n"
        case "help":
            let word = arguments.operands.first
            return interface.help(of: interface.commands.first { $0.name == word }, width: width)
        case "completion":
            return arguments.operands.first.flatMap(CompletionShell.init)?.script(for: interface)
        case "man":
            return arguments.has("markdown") ? MarkdownManual.page(of: interface) : ManualPage.page(of: interface)
        default: return nil
        }
    }
}
