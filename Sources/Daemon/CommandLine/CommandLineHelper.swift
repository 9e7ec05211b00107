/// The commands that every program has: they answer from the tables of its command line alone.
enum CommandLineHelper {
    /// The names of these commands.
    static let names: Set<String> = ["help"]

    /// Returns the commands, for a program that has others.
    static func commands(beside others: [CommandLineCommand]) -> [CommandLineCommand] {
        let words = others.map(\.name)
        return [
            CommandLineCommand(
                "help",
                help: "Show the help of a command, or this one, and exit.",
                operands: [CommandLineOperand("COMMAND", .oneOf(words), help: "The command.")],
                isProbe: true
            )
        ]
    }

    /// Returns what is printed for one of these commands; nil for any other.
    static func answer(
        _ arguments: Arguments,
        of interface: CommandLineInterface,
        width: Int?
    ) -> String? {
        switch arguments.command {
        case "help":
            let word = arguments.operands.first
            return interface.help(of: interface.commands.first { $0.name == word }, width: width)
        default: return nil
        }
    }
}
