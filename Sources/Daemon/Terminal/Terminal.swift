internal import CGlibc
internal import Glibc

/// What a program may expect of the place to which it writes: how wide it is, and whether it shows colours.
package struct Terminal: Sendable, Equatable {
    /// How many columns fit into a line; nil when the output is no terminal, whose lines are never wrapped.
    package let width: Int?
    /// Whether it shows colours and bold letters.
    package let hasColours: Bool

    /// Creates a description.
    package init(width: Int?, hasColours: Bool) {
        self.width = width
        self.hasColours = hasColours
    }

    /// What standard output is.
    package static var output: Terminal { Terminal(file: STDOUT_FILENO) }

    /// What standard error is.
    package static var error: Terminal { Terminal(file: STDERR_FILENO) }

    /// Looks at an open file.
    ///
    /// A terminal of unknown width counts as one of 80 columns. No colours are used where `NO_COLOR` (no-color.org) is set
    /// to anything, and on a terminal of the kind `dumb`.
    init(file: Int32) {
        guard isatty(file) == 1 else {
            self.init(width: nil, hasColours: false)
            return
        }
        let columns = Int(cglibc_terminal_columns(file))
        let hasColours = Self.variable("NO_COLOR").isEmpty && Self.variable("TERM") != "dumb"
        self.init(width: max(40, columns > 0 ? columns : 80), hasColours: hasColours)
    }

    private static func variable(_ name: String) -> String {
        unsafe getenv(name).map { unsafe String(cString: $0) } ?? ""
    }
}
