/// The completion for bash, by its programmable completion (bash(1), "Programmable Completion").
enum BashCompletion {
    /// Returns the script.
    static func script(for interface: CommandLineInterface) -> String {
        let function = "_\(interface.shellName)"
        let commands = interface.commands
        let all = commands + (interface.implied.map { $0.name.isEmpty ? [$0] : [] } ?? [])
        let valued = Set(all.flatMap { $0.options.filter { $0.valueName != nil }.flatMap(Self.words) }).sorted()
        let implied = interface.implied?.name ?? ""
        return """
            # Completion of \(interface.name) for bash, made by: \(interface.name) completion bash
            \(function)() {
                local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
                local command='' index=1
                # bash takes --option=value for three words.
                if [[ $current == = ]]; then
                    current=''
                elif [[ $previous == = ]]; then
                    previous=${COMP_WORDS[COMP_CWORD - 2]}
                fi
                while ((index < COMP_CWORD)); do
                    case ${COMP_WORDS[index]} in
                        \(valued.isEmpty ? "''" : valued.joined(separator: " | ")))
                            [[ ${COMP_WORDS[index + 1]} == = ]] && ((index += 2)) || ((index += 1))
                            ;;
                        \(commands.map(\.name).joined(separator: " | ")))
                            command=${COMP_WORDS[index]}
                            break
                            ;;
                    esac
                    ((index += 1))
                done
                COMPREPLY=()
                case ${command:-\(implied)}:$previous in
            \(all.flatMap { command in command.options.compactMap { value(of: $0, of: command) } }.joined())    esac
                if [[ $current == -* ]]; then
                    case ${command:-\(implied)} in
            \(all.map(options).joined())            *) \(reply("W", CommandLineCommand.commonOptions.flatMap(Self.words))) ;;
                    esac
                elif [[ -z $command ]]; then
                    \(reply("W", commands.map(\.name)))
                else
                    case $command in
            \(commands.compactMap(operands).joined())            *) ;;
                    esac
                fi
            }
            complete -F \(function) \(interface.name)

            """
    }

    private static func words(_ option: CommandLineOption) -> [String] {
        ["--\(option.name)"] + (option.short.map { ["-\($0)"] } ?? [])
    }

    /// Fills in the answer, a word a line, so that words may hold every sign.
    private static func reply(_ kind: String, _ words: [String] = []) -> String {
        let list = kind == "W" ? "W \(CompletionShell.quoted(words.joined(separator: " ")))" : kind
        let names = kind == "W" ? "" : "compopt -o filenames 2> /dev/null; "
        return "\(names)mapfile -t COMPREPLY < <(compgen -\(list) -- \"$current\")"
    }

    private static func reply(_ values: CommandLineValues) -> String {
        switch values {
        case .text: ":"
        case .file: reply("f")
        case .directory: reply("d")
        case .oneOf(let words), .offered(let words): reply("W", words.filter { !$0.hasSuffix("*") })
        }
    }

    private static func value(of option: CommandLineOption, of command: CommandLineCommand) -> String? {
        guard option.valueName != nil else { return nil }
        let pattern = words(option).map { "\(command.name):\($0)" }.joined(separator: " | ")
        return """
                    \(pattern))
                        \(reply(option.values))
                        return
                        ;;

            """
    }

    private static func options(of command: CommandLineCommand) -> String {
        let pattern = command.name.isEmpty ? "''" : command.name
        return "            \(pattern)) \(reply("W", command.allOptions.flatMap(words))) ;;\n"
    }

    private static func operands(of command: CommandLineCommand) -> String? {
        command.operands.first.map { "            \(command.name)) \(reply($0.values)) ;;\n" }
    }
}
