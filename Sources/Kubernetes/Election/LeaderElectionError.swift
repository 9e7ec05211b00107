/// Why a process leads no longer.
package struct LeaderElectionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        package let description: String

        /// The lease was not renewed in time.
        ///
        /// The process must end: a start from nothing is the safest way on.
        package static let lost = Code(description: "lost")
    }

    /// What kind of failure it is.
    package let code: Code
    /// What failed, on which lease, and why.
    package let message: String

    /// Creates an error.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
