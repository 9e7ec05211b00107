/// A failure that ends the process: its exit code and the sentence that says why.
package struct ExitError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What the process exits with.
    package let code: ExitCode
    /// One sentence for whoever runs the program: what failed, on what, and what to do.
    package let message: String

    /// Creates an error.
    package init(_ code: ExitCode, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The sentence.
    package var description: String { message }
}
