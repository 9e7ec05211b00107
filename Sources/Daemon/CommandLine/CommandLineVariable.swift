/// An environment variable that a program looks at, for those who read about it.
package struct CommandLineVariable: Sendable {
    /// The variable's name, or how its name begins.
    package let name: String
    /// One sentence: what it does.
    package let help: String

    /// Creates the line of a table.
    package init(_ name: String, _ help: String) {
        self.name = name
        self.help = help
    }
}
