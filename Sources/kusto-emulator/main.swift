import Daemon
import KustoEmulator
import Logging

await Executable.main(EmulatorArguments.interface) { arguments in
    let logger = Logger(label: "emulator", sink: StreamLogSink(format: .text))
    let service = EmulatorService(
        configuration: try EmulatorArguments.configuration(arguments),
        readyFile: arguments.value("ready-file"),
        logger: logger
    )
    let group = ServiceGroup(
        configuration: ServiceGroupConfiguration(services: [.init(service: service)]),
        logger: logger
    )
    try await group.run()
}
