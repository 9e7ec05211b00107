import Daemon
import Logging
import Observability

await Executable.main(
    OperatorArguments.interface,
    isService: { $0.command == "run" },
    logFormat: { $0.value("log-format").flatMap(LogFormat.init) }
) { arguments in
    switch arguments.command {
    case "run":
        HeapSettings.apply()
        try await RunCommand(arguments).run()
    case "health": try HealthCommand(arguments, port: OperatorArguments.port).run()
    case "render", "check": try RenderCommand(arguments).run()
    case "migrate": try MigrateCommand(arguments).run()
    default: preconditionFailure("the command has no case")
    }
}
