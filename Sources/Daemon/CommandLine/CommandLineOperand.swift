/// What stands on a command line without dashes: a subcommand or a positional argument.
package struct CommandLineOperand: Sendable {
    /// The subcommand's word, or what the positional argument is called in the help.
    package let name: String
    /// The operand's line of the help.
    package let help: String

    /// Creates an operand.
    package init(_ name: String, help: String) {
        self.name = name
        self.help = help
    }
}
