import Daemon
import Foundation
import Kafka
import Logging

let interface = CommandLineInterface(
    name: "kusto-sink-demo",
    version: Release.text(libraries: ["librdkafka": KafkaLibrary.version]),
    summary: "Runs the worker between an embedded Kafka and an embedded Azure Data Explorer that is away for a while.",
    options: [
        .value(
            "folder",
            "DIR",
            help: "Where the worker's properties and its log are left. Default: a new folder for temporary files."
        ),
        .flag("kill", help: "Also kill the worker on the way, which takes 8 s more: Kafka waits for its heartbeats."),
        .value("records", "COUNT", help: "How many records the larger run has, 1000 to 160000. Default 150000."),
    ]
)

await Executable.main(interface, logFormat: { _ in .text }) { arguments in
    let text = arguments.value("records") ?? "150000"
    guard let count = Int(text), (1000...160_000).contains(count) else {
        throw ExitError(.usage, "--records \(text) is not a number from 1000 to 160000")
    }
    let demo = Demo(
        folder: arguments.value("folder"),
        backlogCount: count,
        kills: arguments.has("kill"),
        logger: Logger(label: "demo", level: .error, sink: StreamLogSink(format: .text, descriptor: STDOUT_FILENO))
    )
    let group = ServiceGroup(
        configuration: ServiceGroupConfiguration(services: [
            .init(service: demo, successTerminationBehavior: .gracefullyShutdownGroup)
        ]),
        logger: demo.logger
    )
    try await group.run()
    // As a program ends that an interrupt has ended.
    if demo.wasInterrupted { _exit(128 + SIGINT) }
}
