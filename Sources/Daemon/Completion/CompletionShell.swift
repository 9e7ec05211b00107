/// A shell for which there is a completion.
enum CompletionShell: String, CaseIterable {
    case bash, zsh, fish

    /// Returns the script that completes a program's command lines.
    func script(for interface: CommandLineInterface) -> String {
        switch self {
        case .bash: BashCompletion.script(for: interface)
        case .zsh: ZshCompletion.script(for: interface)
        case .fish: FishCompletion.script(for: interface)
        }
    }

    /// Returns a text in single quotes, which mean the same in bash and zsh.
    static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: #"'\''"#))'" }
}

extension CommandLineInterface {
    /// The program's name as a part of a shell function's.
    var shellName: String { name.replacing("-", with: "_") }
}
