/// The commands that an executable understands, each with its options and operands.
///
/// `--help` and `--version` go with every command, and so do the commands of ``CommandLineHelper`` with every program.
package struct CommandLineInterface: Sendable {
    /// What a command line asks for.
    package enum Invocation: Sendable, Equatable {
        /// Print this, such as the help or the version, and end.
        case text(String)
        /// Run the program with these arguments.
        case run(Arguments)
    }

    /// The program's name, as in its messages.
    package let name: String
    /// What `--version` says after the name.
    package let version: String
    /// One sentence: what the program does.
    package let summary: String
    /// What its manual says beyond that, in paragraphs.
    package let details: [String]
    /// All commands, those of ``CommandLineHelper`` last.
    package let commands: [CommandLineCommand]
    /// What is done when no command is given; nil when one must be.
    package let implied: CommandLineCommand?
    /// What the exit codes mean.
    package let exits: [CommandLineExit]
    /// What environment variables mean, by their names.
    package let environment: [CommandLineVariable]

    /// Words that other programs have for commands, and the commands, for those who try them.
    let synonyms: [String: String]
    /// Returns what is to be said about an unknown option, given by its name without dashes; nil for nothing.
    let remark: (@Sendable (_ option: String) -> String?)?

    /// Creates the interface of a program with commands.
    /// - Parameters:
    ///   - summary: One sentence that says what the program does.
    ///   - implied: The name of the command that is meant when none is given; nil when one must be given.
    ///   - synonyms: Words that other programs have for commands, and the commands.
    ///   - remark: Returns what is to be said about an unknown option, given by its name without dashes; nil for nothing.
    package init(
        name: String,
        version: String,
        summary: String,
        details: [String] = [],
        commands: [CommandLineCommand],
        implied: String? = nil,
        exits: [CommandLineExit] = [],
        environment: [CommandLineVariable] = [],
        synonyms: [String: String] = [:],
        remark: (@Sendable (_ option: String) -> String?)? = nil
    ) {
        self.name = name
        self.version = version
        self.summary = summary
        self.details = details
        self.synonyms = synonyms
        self.remark = remark
        self.commands = commands + CommandLineHelper.commands(beside: commands)
        self.implied = implied.map { name in
            guard let command = commands.first(where: { $0.name == name }) else {
                preconditionFailure("there is no command \(name)")
            }
            return command
        }
        self.exits = exits
        self.environment = environment
    }

    /// Creates the interface of a program that does one thing.
    package init(
        name: String,
        version: String,
        summary: String,
        details: [String] = [],
        options: [CommandLineOption],
        operands: [CommandLineOperand] = [],
        exits: [CommandLineExit] = [],
        environment: [CommandLineVariable] = []
    ) {
        self.name = name
        self.version = version
        self.summary = summary
        self.details = details
        synonyms = [:]
        remark = nil
        commands = CommandLineHelper.commands(beside: [])
        implied = CommandLineCommand("", help: summary, options: options, operands: operands)
        self.exits = exits
        self.environment = environment
    }

    /// Reads a command line, which begins with the program's own name.
    /// - Parameter width: How many columns the help may be wide; nil where it is not for a terminal.
    /// - Throws: ``ExitError`` with `usage` when it is not understood.
    package func parse(_ arguments: [String], width: Int? = nil) throws(ExitError) -> Invocation {
        let words = Array(arguments.dropFirst())
        let first = OptionScanner.scan(words, options: unitedOptions)
        let word = first.operands.first
        let named = commands.first { $0.name == word }
        let command = named ?? implied
        let options = command?.allOptions ?? CommandLineCommand.commonOptions
        var scan = OptionScanner.scan(words, options: options)

        var result = Arguments()
        result.command = command.flatMap { $0.name.isEmpty ? nil : $0.name }
        for item in scan.items {
            // Help is given even if the rest of the line is wrong.
            guard case .option(let index, let value) = item else { continue }
            result.given[options[index].name, default: []].append(value ?? "")
        }
        if result.has("help") { return .text(help(of: named, width: width)) }
        if result.has("version") { return .text("\(name) \(version)\n") }

        if let message = longWithOneDash(words, among: unitedOptions) { throw usage(message, of: named) }
        guard let command, named != nil || word == nil || !command.operands.isEmpty else {
            throw unplaced(word, first.items)
        }
        for item in scan.items {
            if let message = message(for: item, of: command) { throw usage(message, of: named) }
        }
        if let named, let place = scan.operands.firstIndex(of: named.name) { scan.operands.remove(at: place) }
        result.operands = scan.operands
        if let message = message(for: result, of: command) { throw usage(message, of: named) }
        if let text = CommandLineHelper.answer(result, of: self, width: width) { return .text(text) }
        return .run(result)
    }

    /// Whether a command line, right or wrong, asks for a command that is a probe.
    func isProbe(_ arguments: [String]) -> Bool {
        let word = OptionScanner.scan(Array(arguments.dropFirst()), options: unitedOptions).operands.first
        return commands.contains { $0.isProbe && $0.name == word }
    }

    /// The options of all commands, each once, by which the command of a line is found.
    var unitedOptions: [CommandLineOption] {
        var names: Set<String> = []
        let all = (implied?.options ?? []) + commands.flatMap(\.options) + CommandLineCommand.commonOptions
        return all.filter { names.insert($0.name).inserted }
    }

    /// What is wrong with a line on which no command stands.
    private func unplaced(_ word: String?, _ items: [OptionScanner.Item]) -> ExitError {
        let all = CommandLineCommand("", help: "", options: unitedOptions, fileOption: implied?.fileOption)
        for item in items {
            guard case .option = item else {
                return usage(message(for: item, among: unitedOptions, of: all) ?? "", of: nil)
            }
        }
        return usage(word.map(unknownCommand) ?? noCommand, of: nil)
    }
}
