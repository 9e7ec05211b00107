import Daemon

await Executable.main(WorkerArguments.interface, isService: WorkerCommand.isService) { arguments in
    HeapSettings.apply()
    try await WorkerCommand(arguments: arguments).run()
}
