package import Daemon

/// The command `health`, by which a program asks the process beside it how that is.
///
/// It is the probe where there is no kubelet that asks the endpoint itself: a container engine's health check, a script.
package struct HealthCommand {
    /// Returns the command.
    /// - Parameters:
    ///   - port: The port on which the program's endpoint is by default.
    ///   - options: More options than those of every program.
    package static func command(port: Int, options: [CommandLineOption] = []) -> CommandLineCommand {
        CommandLineCommand(
            "health",
            help: "Ask the process that runs here whether it is healthy, and exit with 0 if it is, else with 1.",
            options: [
                .value(
                    "address",
                    "HOST:PORT",
                    help:
                        "Where its endpoint is, by default 127.0.0.1:\(port)\(options.isEmpty ? "" : " or as configured")."
                ),
                .flag("ready", help: "Ask whether it is ready, and not only alive."),
            ] + options,
            exits: [
                CommandLineExit(.success, "The process is healthy."),
                CommandLineExit(.unhealthy, "It is not, or nothing answers within three seconds."),
                CommandLineExit(.usage, "The command line is wrong."),
            ],
            isProbe: true
        )
    }

    private let probe: HealthProbe

    /// Reads the options.
    /// - Parameters:
    ///   - port: The port on which the program's endpoint is by default.
    ///   - configured: The endpoint's address in the program's configuration, if that is known.
    /// - Throws: `ExitError` with `usage`.
    package init(_ arguments: Arguments, port: Int, configured: String? = nil) throws(ExitError) {
        let text = arguments.value("address") ?? configured ?? "127.0.0.1:\(port)"
        let source = arguments.has("address") ? "--address" : "metrics.address"
        guard let address = HealthProbe.Address(text) else {
            throw ExitError(
                .usage,
                "\(source) \(text): give an IP address and a port, such as 127.0.0.1:\(port) or [::1]:\(port)"
            )
        }
        probe = HealthProbe(address: address, asksReadiness: arguments.has("ready"))
    }

    /// Asks, and prints what is answered.
    ///
    /// Blocks at most three seconds.
    /// - Throws: `ExitError` with `unhealthy`, also when nothing answers.
    package func run() throws(ExitError) {
        switch probe.ask() {
        case .healthy(let text): print(text, terminator: text.hasSuffix("\n") ? "" : "\n")
        case .unhealthy(let status, let text):
            print(text, terminator: text.isEmpty || text.hasSuffix("\n") ? "" : "\n")
            throw ExitError(.unhealthy, "\(probe.url) answers with status \(status)")
        case .silent(let reason): throw ExitError(.unhealthy, "\(probe.url) does not answer: \(reason)")
        }
    }
}
