import Daemon

HeapSettings.apply()
await Executable.main(WorkerArguments.interface) { arguments in
    try await WorkerCommand(arguments: arguments).run()
}
