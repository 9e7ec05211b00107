import Daemon
import Observability

await Executable.main(
    WorkerArguments.interface,
    isService: RunCommand.isService,
    logFormat: { _ in LoadedConfiguration.environmentsLogFormat }
) { arguments in
    switch arguments.command {
    case "run" where arguments.has("print-config"): try PrintConfigurationCommand(arguments).run()
    case "run":
        HeapSettings.apply()
        try await RunCommand(arguments).run()
    case "check":
        HeapSettings.apply()
        try await CheckCommand(arguments).run()
    case "sample": try await SampleCommand(arguments).run()
    case "init": try InitCommand(arguments).run()
    case "properties": try PropertiesCommand(arguments).run()
    case "health":
        let address = try LoadedConfiguration.metricsAddress(arguments)
        try HealthCommand(arguments, port: WorkerArguments.port, configured: address).run()
    default: preconditionFailure("the command has no case")
    }
}
