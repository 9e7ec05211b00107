import Daemon
import KustoEmulator
import Logging

await Executable.main(EmulatorArguments.interface, logFormat: { _ in .text }) { arguments in
    let configuration = try EmulatorArguments.configuration(arguments)
    let logger = ProcessLog.standard.logger("emulator")
    let service = EmulatorService(
        configuration: configuration,
        readyFile: arguments.value("ready-file"),
        logger: logger
    )
    let group = ServiceGroup(
        configuration: ServiceGroupConfiguration(services: [.init(service: service)]),
        logger: logger
    )
    try await group.run()
}
