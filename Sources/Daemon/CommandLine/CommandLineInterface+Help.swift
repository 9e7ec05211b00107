internal import Text

/// The texts of `--help`.
extension CommandLineInterface {
    /// Returns the help of a command, or of the program.
    /// - Parameter width: How many columns it may be wide; nil for any.
    package func help(of command: CommandLineCommand?, width: Int? = nil) -> String {
        command.map { commandHelp($0, width) } ?? programHelp(width)
    }

    /// How the program is called, in a line for each way.
    var usageLines: [String] {
        guard let implied else { return ["\(name) COMMAND [options]"] }
        let word = implied.name.isEmpty ? "" : "[\(implied.name)]"
        let command = CommandLineCommand(word, help: "", options: implied.options, operands: implied.operands)
        return [usageLine(of: command), "\(name) COMMAND [options]"]
    }

    /// How a command is called, such as `program check [options]`; with an empty name, how the program is.
    func usageLine(of command: CommandLineCommand) -> String {
        var words = [name]
        if !command.name.isEmpty { words.append(command.name) }
        words += command.options.filter(\.isRequired).map(\.written)
        if command.options.contains(where: { !$0.isRequired }) { words.append("[options]") }
        words += command.operands.map(\.usage)
        return words.joined(separator: " ")
    }

    private func programHelp(_ width: Int?) -> String {
        var text = WrappedText.paragraph(summary, width: width) + "\n"
        let own = commands.filter { !CommandLineHelper.names.contains($0.name) }
        text += usageLines.enumerated().map { ($0 == 0 ? "Usage: " : "       ") + $1 + "\n" }.joined()
        let listed = commands.map { [$0.name, $0.help] }
        let operands = (implied?.operands ?? []).map { [$0.name, $0.help] }
        let options = (implied?.allOptions ?? CommandLineCommand.commonOptions).map { [$0.label, $0.description] }
        let title = own.isEmpty || implied == nil ? "Options" : "Options of '\(implied?.name ?? "")'"
        text += sections([("Commands", listed), ("Arguments", operands), (title, options)], width)
        guard !own.isEmpty else { return text }
        return text + "\n"
            + WrappedText.paragraph("See '\(name) COMMAND --help' for the options of a command.", width: width)
    }

    private func commandHelp(_ command: CommandLineCommand, _ width: Int?) -> String {
        var text = WrappedText.paragraph(command.help, width: width) + "\nUsage: \(usageLine(of: command))\n"
        for paragraph in command.details { text += "\n" + WrappedText.paragraph(paragraph, width: width) }
        let operands = command.operands.map { [$0.name, $0.help] }
        let options = command.allOptions.map { [$0.label, $0.description] }
        let exits = command.exits.map { [String($0.code.rawValue), $0.meaning] }
        return text + sections([("Arguments", operands), ("Options", options), ("Exit codes", exits)], width)
    }

    /// The longest label beside which its text stands; that of a longer one stands below it.
    private static let longestLabel = 34

    private func sections(_ sections: [(title: String, rows: [[String]])], _ width: Int?) -> String {
        sections.filter { !$0.rows.isEmpty }.map { section in
            "\n\(section.title):\n"
                + ColumnText.text(section.rows, indent: 2, longest: Self.longestLabel, width: width)
        }.joined()
    }
}
