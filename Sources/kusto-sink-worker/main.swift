import Daemon
import Observability

await Executable.main(WorkerArguments.interface, isService: WorkerCommand.isService) { arguments in
    if arguments.subcommand == "health" { return try HealthCommand(arguments, port: WorkerArguments.port).run() }
    HeapSettings.apply()
    try await WorkerCommand(arguments: arguments).run()
}
