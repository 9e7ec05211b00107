/// What a process tells its parent on the way out; the numbers of `sysexits.h`.
package struct ExitCode: Sendable, Hashable, CustomStringConvertible {
    /// The number given to `exit`.
    package let rawValue: Int32
    /// The code's name, as in logs.
    package let description: String

    private init(_ rawValue: Int32, _ description: String) {
        self.rawValue = rawValue
        self.description = description
    }

    /// The work was done, or was stopped and drained.
    package static let success = ExitCode(0, "success")
    /// The process that a probe asked is not healthy, or does not answer.
    package static let unhealthy = ExitCode(1, "unhealthy")
    /// The command line, the configuration or the place to run in is wrong; a restart does not help.
    package static let usage = ExitCode(64, "usage")
    /// A service that is needed stays unreachable or refuses us.
    package static let unavailable = ExitCode(69, "unavailable")
    /// A mistake of the program itself.
    package static let software = ExitCode(70, "software")
    /// The work failed and the configuration says to stop then; a restart may help.
    package static let temporaryFailure = ExitCode(75, "temporaryFailure")
}
