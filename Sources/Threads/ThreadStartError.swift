/// The system has no thread left for this process.
package struct ThreadStartError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One sentence for whoever runs the program: which thread, why not, and what to raise.
    package let message: String

    init(name: String, code: Int32) {
        message =
            "cannot start thread \(name): \(Errno.text(code)); allow the process more threads (ulimit -u, or the pids "
            + "limit of its container)"
    }

    /// The sentence.
    package var description: String { message }
}
