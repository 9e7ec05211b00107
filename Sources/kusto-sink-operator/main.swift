import Daemon

await Executable.main(OperatorArguments.interface, isService: { _ in false }) { arguments in
    switch arguments.subcommand {
    case "render", "check": try RenderCommand(arguments).run()
    default: throw ExitError(.usage, "no command; see --help")
    }
}
