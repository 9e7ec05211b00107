import Daemon
import Observability

await Executable.main(OperatorArguments.interface, isService: { $0.subcommand == "run" }) { arguments in
    switch arguments.subcommand {
    case "run":
        HeapSettings.apply()
        try await RunCommand(arguments).run()
    case "health": try HealthCommand(arguments, port: OperatorArguments.port).run()
    case "render", "check": try RenderCommand(arguments).run()
    default: throw ExitError(.usage, "no command: say run, render, check or health; see --help")
    }
}
