/// What stands on a command line without dashes: a subcommand or a positional argument.
package struct CommandLineOperand: Sendable {
    /// The subcommand's word, or what the positional argument is called in the help.
    package let name: String
    /// The operand's line of the help.
    package let help: String
    /// The subcommand that a positional argument belongs to, or `nil` when it belongs to all of them.
    package let subcommand: String?
    /// Whether a positional argument, which is then the last one, may be given more than once.
    package let isRepeatable: Bool
    /// Whether the subcommand only asks a process that runs beside this one, whose end is told by that process alone.
    let isProbe: Bool

    /// Creates an operand.
    package init(
        _ name: String,
        of subcommand: String? = nil,
        isRepeatable: Bool = false,
        help: String,
        isProbe: Bool = false
    ) {
        self.name = name
        self.subcommand = subcommand
        self.isRepeatable = isRepeatable
        self.help = help
        self.isProbe = isProbe
    }

    /// What the positional argument is called in the line of usage.
    var placeholder: String { isRepeatable ? "\(name)..." : name }
}
