/// An argument without dashes that a command takes, such as the `FILE` of `migrate FILE`.
package struct CommandLineOperand: Sendable {
    /// What it is called in the help.
    package let name: String
    /// What may stand for it.
    package let values: CommandLineValues
    /// Whether leaving it out is an error.
    package let isRequired: Bool
    /// Whether it, being the last one, may be given more than once.
    package let isRepeatable: Bool
    /// Its line of the help.
    package let help: String

    /// Creates an operand.
    package init(
        _ name: String,
        _ values: CommandLineValues = .text,
        isRequired: Bool = false,
        isRepeatable: Bool = false,
        help: String
    ) {
        self.name = name
        self.values = values
        self.isRequired = isRequired
        self.isRepeatable = isRepeatable
        self.help = help
    }

    /// How it stands in the line of usage.
    var usage: String {
        let placeholder = isRepeatable ? "\(name)..." : name
        return isRequired ? placeholder : "[\(placeholder)]"
    }
}
