import Daemon

await Executable.main(OperatorArguments.interface, isService: { _ in false }) { _ in }
