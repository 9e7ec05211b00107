/// One option of a command, such as `--config FILE`.
package struct CommandLineOption: Sendable {
    /// The long name, without dashes.
    package let name: String
    /// The one-letter name, if there is one.
    package let short: Character?
    /// What the value is called in the help, `FILE`; nil for an option without a value.
    package let valueName: String?
    /// What may stand for the value.
    package let values: CommandLineValues
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
        _ values: CommandLineValues = .text,
        isRepeatable: Bool = false,
        isRequired: Bool = false,
        help: String
    ) -> CommandLineOption {
        CommandLineOption(
            name: name,
            short: short,
            valueName: valueName,
            values: values,
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
            values: .text,
            isRepeatable: true,
            isRequired: false,
            help: help
        )
    }

    /// How it is written, such as `--config FILE`.
    var written: String { "--\(name)\(valueName.map { " \($0)" } ?? "")" }

    /// How it is listed: with its letter, or with room for one.
    var label: String { "\(short.map { "-\($0), " } ?? "    ")\(written)" }

    /// Its line of the help, with whether it repeats.
    var description: String { isRepeatable && valueName != nil ? "\(help) May be repeated." : help }
}
