/// What an exit code means, for those who read about a program.
package struct CommandLineExit: Sendable {
    /// The code.
    package let code: ExitCode
    /// When the program ends with it.
    package let meaning: String

    /// Creates the line of a table.
    package init(_ code: ExitCode, _ meaning: String) {
        self.code = code
        self.meaning = meaning
    }
}
