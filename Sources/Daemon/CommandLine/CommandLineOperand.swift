/// What stands on a command line without dashes: a subcommand or a positional argument.
package struct CommandLineOperand: Sendable {
    /// The subcommand's word, or what the positional argument is called in the help.
    package let name: String
    /// The operand's line of the help.
    package let help: String
    /// Whether the subcommand only asks a process that runs beside this one, whose end is told by that process alone.
    let isProbe: Bool

    /// Creates an operand.
    package init(_ name: String, help: String, isProbe: Bool = false) {
        self.name = name
        self.help = help
        self.isProbe = isProbe
    }
}
