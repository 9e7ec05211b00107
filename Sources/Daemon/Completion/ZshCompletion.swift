/// The completion for zsh, by its function `_arguments` (zshcompsys(1)).
enum ZshCompletion {
    /// Returns the script.
    static func script(for interface: CommandLineInterface) -> String {
        let function = "_\(interface.shellName)"
        let commands = interface.commands
        let plain = (interface.implied?.allOptions ?? CommandLineCommand.commonOptions).map {
            "        \(spec(of: $0)) \\\n"
        }
        let described = commands.map { "            \(CompletionShell.quoted("\(escaped($0.name)):\($0.help)"))\n" }
        return """
            #compdef \(interface.name)
            # Completion of \(interface.name) for zsh, made by: \(interface.name) completion zsh
            \(function)() {
                local curcontext=$curcontext state line
                local -a commands
                typeset -A opt_args
                _arguments -C \\
            \(plain.joined())        '1:command:->command' \\
                    '*::argument:->argument'
                case $state in
                    command)
                        commands=(
            \(described.joined())            )
                        _describe -t commands command commands
                        ;;
                    argument)
                        case $line[1] in
            \(commands.map(arguments).joined())            esac
                        ;;
                esac
            }
            if [[ $funcstack[1] == \(function) ]]; then
                \(function) "$@"
            else
                compdef \(function) \(interface.name)
            fi

            """
    }

    private static func arguments(of command: CommandLineCommand) -> String {
        let operands = command.operands.enumerated().map { index, operand in
            let place = operand.isRepeatable ? "*" : "\(index + 1)"
            return CompletionShell.quoted("\(place):\(operand.name):\(action(operand.values))")
        }
        let specs = command.allOptions.map(spec) + operands
        return """
                            \(command.name))
                                _arguments \\
                                    \(specs.joined(separator: " \\\n                        "))
                                ;;

            """
    }

    private static func spec(of option: CommandLineOption) -> String {
        let help =
            "[\(option.help.replacing("\\", with: "\\\\").replacing("]", with: "\\]").replacing("[", with: "\\["))]"
        let value = option.valueName.map { ":\(escaped($0)):\(action(option.values))" } ?? ""
        let names = ["--\(option.name)"] + (option.short.map { ["-\($0)"] } ?? [])
        let mark = option.isRepeatable && option.valueName != nil ? "*" : ""
        let text = "\(help)\(value)"
        guard names.count > 1 else { return CompletionShell.quoted("\(mark)\(names[0])\(text)") }
        let excluded = mark.isEmpty ? "(\(names.joined(separator: " ")))" : mark
        return "\(CompletionShell.quoted(excluded)){\(names.joined(separator: ","))}\(CompletionShell.quoted(text))"
    }

    private static func action(_ values: CommandLineValues) -> String {
        switch values {
        case .text: " "
        case .file: "_files"
        case .directory: "_files -/"
        case .oneOf(let words), .offered(let words): "(\(words.filter { !$0.hasSuffix("*") }.joined(separator: " ")))"
        }
    }

    private static func escaped(_ text: String) -> String { text.replacing(":", with: "\\:") }
}
