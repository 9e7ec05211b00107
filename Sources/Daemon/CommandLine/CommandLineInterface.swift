internal import Text

/// The options and operands that an executable understands; `--help` and `--version` are always among them.
package struct CommandLineInterface: Sendable {
    /// What a command line asks for.
    package enum Invocation: Sendable, Equatable {
        /// Print this, the help or the version, and end.
        case text(String)
        /// Run the program with these arguments.
        case run(Arguments)
    }

    /// The program's name, as in its messages.
    package let name: String
    let version: String
    let summary: String
    let subcommands: [CommandLineOperand]
    let positionals: [CommandLineOperand]
    let options: [CommandLineOption]

    /// Creates an interface.
    /// - Parameters:
    ///   - summary: One sentence that says what the program does.
    ///   - subcommands: Words of which one may come first; a program with subcommands also runs without one.
    ///   - positionals: The most arguments without dashes, in their order; each may be left out. With positional
    ///     arguments of subcommands alone, the first argument must be a subcommand.
    package init(
        name: String,
        version: String,
        summary: String,
        subcommands: [CommandLineOperand] = [],
        positionals: [CommandLineOperand] = [],
        options: [CommandLineOption]
    ) {
        self.name = name
        self.version = version
        self.summary = summary
        self.subcommands = subcommands
        self.positionals = positionals
        self.options =
            options + [
                .flag("help", short: "h", help: "Show this help and exit."),
                .flag("version", help: "Show the version and exit."),
            ]
    }

    /// Reads a command line, which begins with the program's own name.
    /// - Throws: ``ExitError`` with `usage` when it is not understood.
    package func parse(_ arguments: [String]) throws(ExitError) -> Invocation {
        let scan = OptionScanner.scan(Array(arguments.dropFirst()), options: options)
        var result = Arguments()
        for item in scan.items {
            switch item {
            case .option(let index, let value): result.given[options[index].name, default: []].append(value ?? "")
            // Help is given even if the rest of the line is wrong.
            case .unknown, .missingValue, .unexpectedValue, .ambiguous: continue
            }
        }
        if result.has("help") { return .text(help) }
        if result.has("version") { return .text("\(name) \(version)\n") }
        for item in scan.items {
            if let message = message(for: item) { throw usage(message) }
        }
        try place(scan.operands, in: &result)
        for option in options {
            let count = result.values(option.name).count
            if count > 1, !option.isRepeatable { throw usage("option --\(option.name) is given more than once") }
            if count == 0, option.isRequired { throw usage("option --\(option.name) is missing") }
        }
        return .run(result)
    }

    /// Whether a command line, right or wrong, asks for a subcommand that is a probe.
    func isProbe(_ arguments: [String]) -> Bool {
        let word = arguments.dropFirst().first { !$0.hasPrefix("-") }
        return subcommands.contains { $0.isProbe && $0.name == word }
    }

    private func place(_ operands: [String], in result: inout Arguments) throws(ExitError) {
        var operands = operands[...]
        if let first = operands.first, !subcommands.isEmpty {
            if subcommands.contains(where: { $0.name == first }) {
                result.subcommand = operands.removeFirst()
            } else if !positionals.contains(where: { $0.subcommand == nil }) {
                throw usage(
                    "unknown command '\(HarmlessText.shown(first))'"
                        + suggestion(first, of: subcommands.map(\.name), prefix: "")
                )
            }
        }
        result.positionals = Array(operands)
        let allowed = positionals.filter { $0.subcommand == nil || $0.subcommand == result.subcommand }
        guard operands.count > allowed.count, allowed.last?.isRepeatable != true else { return }
        throw usage("unexpected argument '\(HarmlessText.shown(result.positionals[allowed.count]))'")
    }

    private func message(for item: OptionScanner.Item) -> String? {
        switch item {
        case .option: nil
        case .unknown(let text):
            "unknown option '\(text)'"
                + (text.hasPrefix("--")
                    ? suggestion(String(text.dropFirst(2)), of: options.map(\.name), prefix: "--") : "")
        case .ambiguous(let text): "option '\(text)' is ambiguous: write it out"
        case .missingValue(let index):
            "option --\(options[index].name) needs a value: --\(options[index].name) \(options[index].valueName ?? "")"
        case .unexpectedValue(let index): "option --\(options[index].name) takes no value"
        }
    }

    private func suggestion(_ word: String, of known: [String], prefix: String) -> String {
        let near = NearestWord.find(word, among: known, within: max(1, word.count / 3))
        return near.map { ", did you mean '\(prefix)\($0)'?" } ?? ""
    }

    private func usage(_ message: String) -> ExitError {
        ExitError(.usage, "\(message) (see '\(name) --help')")
    }
}
