/// One command of a program, such as `check`: the options and operands that go with it and with no other.
package struct CommandLineCommand: Sendable {
    /// The word that asks for it; empty for what a program without commands does.
    package let name: String
    /// One sentence: what it does.
    package let help: String
    /// More paragraphs for whoever asks for its help.
    package let details: [String]
    /// Its options, without those that every command has.
    package let options: [CommandLineOption]
    /// Its operands, in their order.
    package let operands: [CommandLineOperand]
    /// The name of the option with which a file is given, for those who leave its name out; nil if there is none.
    package let fileOption: String?
    /// What its exit codes mean, where that differs from the program's; empty where it does not.
    package let exits: [CommandLineExit]
    /// Whether it only answers a question, so that how it ends is no reason for the end of a container in which another
    /// process runs.
    package let isProbe: Bool

    /// Creates a command.
    package init(
        _ name: String,
        help: String,
        details: [String] = [],
        options: [CommandLineOption] = [],
        operands: [CommandLineOperand] = [],
        fileOption: String? = nil,
        exits: [CommandLineExit] = [],
        isProbe: Bool = false
    ) {
        self.name = name
        self.help = help
        self.details = details
        self.options = options
        self.operands = operands
        self.fileOption = fileOption
        self.exits = exits
        self.isProbe = isProbe
    }

    /// Its options, then those that every command has.
    var allOptions: [CommandLineOption] { options + Self.commonOptions }

    /// The options that every command has.
    static let commonOptions: [CommandLineOption] = [
        .flag("help", short: "h", help: "Show this help and exit."),
        .flag("version", help: "Show the version and exit."),
    ]
}
