import Daemon
import SinkConfiguration

/// Prints what is in effect, with secrets hidden: the option `--print-config`.
struct PrintConfigurationCommand {
    private let arguments: Arguments

    init(_ arguments: Arguments) { self.arguments = arguments }

    /// Prints it.
    /// - Throws: `ExitError` with `usage` when the configuration is wrong.
    func run() throws {
        do {
            let configuration = try LoadedConfiguration(arguments)
            let settings = try configuration.settings()
            print(configuration.properties.rendered(settings), terminator: "")
        } catch let error as ConfigurationError {
            throw ToldProblems.refusal(error, isService: false)
        }
    }
}
