internal import Text

/// What is said about a command line that is not understood.
extension CommandLineInterface {
    /// A refusal, with where to read on.
    func usage(_ message: String, of command: CommandLineCommand?) -> ExitError {
        let word = command.map { " \($0.name)" } ?? ""
        return ExitError(.usage, "\(message) (see '\(name)\(word) --help')")
    }

    /// What is said when there is no command and there must be one.
    var noCommand: String {
        "no command: give one of \(ownCommands ?? "")"
    }

    /// The names of the commands that not every program has; nil when there are none.
    private var ownCommands: String? {
        let names = commands.map(\.name).filter { !CommandLineHelper.names.contains($0) }
        return names.isEmpty ? nil : names.joined(separator: ", ")
    }

    /// What is said about a word where a command is expected.
    func unknownCommand(_ word: String) -> String {
        let shown = HarmlessText.shown(word)
        if let option = implied?.fileOption, Self.isPath(word) {
            return "'\(shown)' is no command; give a file with --\(option) \(shown)"
        }
        if let near = synonyms[word] ?? Self.near(word, commands.map(\.name)) {
            return "unknown command '\(shown)', did you mean '\(near)'?"
        }
        guard let words = ownCommands else { return "unexpected argument '\(shown)'" }
        return "unknown command '\(shown)'; the commands are \(words)"
    }

    /// What is wrong with an item of the line of `command`; nil if nothing is.
    func message(for item: OptionScanner.Item, of command: CommandLineCommand) -> String? {
        message(for: item, among: command.allOptions, of: command)
    }

    /// What is wrong with an item that was found among `options`; nil if nothing is.
    func message(
        for item: OptionScanner.Item,
        among options: [CommandLineOption],
        of command: CommandLineCommand
    ) -> String? {
        switch item {
        case .option(let index, let value):
            guard let value, let refusal = options[index].values.refusal(of: value) else { return nil }
            return "--\(options[index].name) \(HarmlessText.shown(value)): \(refusal)"
        case .unknown(let text): return unknownOption(text, options, of: command)
        case .ambiguous(let text): return "option '\(text)' is ambiguous: write it out"
        case .missingValue(let index):
            return "option --\(options[index].name) needs a value: \(options[index].written)"
        case .unexpectedValue(let index): return "option --\(options[index].name) takes no value"
        }
    }

    /// What is wrong with how often options and operands are given; nil if nothing is.
    func message(for arguments: Arguments, of command: CommandLineCommand) -> String? {
        for option in command.options {
            let count = arguments.values(option.name).count
            if count > 1, !option.isRepeatable { return "option --\(option.name) is given more than once" }
        }
        let (operands, known) = (arguments.operands, command.operands)
        if operands.count > known.count, known.last?.isRepeatable != true {
            let word = HarmlessText.shown(operands[known.count])
            guard let option = command.fileOption, Self.isPath(operands[known.count]) else {
                return "unexpected argument '\(word)'"
            }
            return "unexpected argument '\(word)': give a file with --\(option) \(word)"
        }
        for (index, word) in operands.enumerated() {
            let operand = known[min(index, known.count - 1)]
            guard let refusal = operand.values.refusal(of: word) else { continue }
            let near = Self.near(word, operand.values.words).map { ", did you mean '\($0)'?" } ?? ": \(refusal)"
            return "unknown \(operand.name.lowercased()) '\(HarmlessText.shown(word))'\(near)"
        }
        if let missing = known.dropFirst(operands.count).first(where: \.isRequired) {
            return "\(missing.name) is missing: \(usageLine(of: command))"
        }
        if let missing = command.options.first(where: { $0.isRequired && !arguments.has($0.name) }) {
            return "option --\(missing.name) is missing: \(missing.written)"
        }
        return nil
    }

    /// The option may be one of another command, or mistyped.
    private func unknownOption(_ text: String, _ options: [CommandLineOption], of command: CommandLineCommand) -> String
    {
        let others = (commands + (implied.map { [$0] } ?? [])).filter { $0.name != command.name }
        let isLong = text.hasPrefix("--")
        let word = String(text.drop { $0 == "-" })
        var owners: [(command: String, option: String)] = []
        for other in others where !owners.contains(where: { $0.command == other.name }) {
            let option = other.options.first { option in
                guard isLong else { return option.short.map(String.init) == word }
                return option.name == word || (word.count > 2 && option.name.hasPrefix(word))
            }
            if let option { owners.append((other.name, option.name)) }
        }
        if let first = owners.first {
            let shown = isLong ? "--\(first.option)" : text
            let names = owners.map(\.command)
            if names == [""] { return "option \(shown) goes without a command" }
            let last = names.count > 1 ? " and \(names[names.count - 1])" : ""
            let list = (names.count > 1 ? names.dropLast() : names[...]).joined(separator: ", ")
            return "option \(shown) goes with the command\(names.count > 1 ? "s" : "") \(list)\(last)"
        }
        if let remark = remark?(word) { return remark }
        if let file = command.fileOption, ["f", "file", "filename", "configuration"].contains(word) {
            return "unknown option '\(text)', did you mean '--\(file)'?"
        }
        guard isLong else { return "unknown option '\(text)'" }
        if let near = Self.near(word, options.map(\.name)) {
            return "unknown option '\(text)', did you mean '--\(near)'?"
        }
        for other in others {
            guard let near = Self.near(word, other.options.map(\.name)) else { continue }
            return "unknown option '\(text)', did you mean '--\(near)' of the command \(other.name)?"
        }
        return "unknown option '\(text)'"
    }

    /// What is said about `-config`, which would be read as `-c onfig`; nil when there is nothing of the kind.
    func longWithOneDash(_ words: [String], among options: [CommandLineOption]) -> String? {
        for word in words.prefix(while: { $0 != "--" }) where word.hasPrefix("-") && !word.hasPrefix("--") {
            let name = word.dropFirst().prefix { $0 != "=" }
            guard name.count > 2, options.contains(where: { $0.name == name }) else { continue }
            return "unknown option '-\(name)', did you mean '--\(name)'?"
        }
        return nil
    }

    private static func near(_ word: String, _ known: [String]) -> String? {
        NearestWord.find(word, among: known, within: max(1, word.count / 3))
    }

    /// Whether a word looks like the path of a file.
    private static func isPath(_ word: String) -> Bool { word.contains("/") || word.contains(".") }
}
