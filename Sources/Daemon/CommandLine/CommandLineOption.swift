/// One option of a command line, such as `--config FILE`.
package struct CommandLineOption: Sendable {
    /// The long name, without dashes.
    package let name: String
    /// The one-letter name, if there is one.
    package let short: Character?
    /// What the value is called in the help, `FILE`; nil for an option without a value.
    package let valueName: String?
    /// Whether the option may be given more than once; if not, that is an error.
    package let isRepeatable: Bool
    /// Whether leaving the option out is an error.
    package let isRequired: Bool
    /// The option's line of the help.
    package let help: String

    /// Creates an option that takes a value.
    package static func value(
        _ name: String,
        short: Character? = nil,
        _ valueName: String,
        isRepeatable: Bool = false,
        isRequired: Bool = false,
        help: String
    ) -> CommandLineOption {
        CommandLineOption(
            name: name,
            short: short,
            valueName: valueName,
            isRepeatable: isRepeatable,
            isRequired: isRequired,
            help: help
        )
    }

    /// Creates an option that is given or not.
    package static func flag(_ name: String, short: Character? = nil, help: String) -> CommandLineOption {
        CommandLineOption(
            name: name,
            short: short,
            valueName: nil,
            isRepeatable: true,
            isRequired: false,
            help: help
        )
    }
}
