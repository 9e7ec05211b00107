import Daemon
import Kafka
import Logging

let interface = CommandLineInterface(
    name: "kusto-sink-demo",
    version: Release.text(libraries: ["librdkafka": KafkaLibrary.version]),
    summary: "Shows the main job: records from an embedded Kafka land in an embedded Azure Data Explorer.",
    options: [
        .value("records", "COUNT", help: "How many telemetry records to produce, 100 to 20000. Default 6000."),
        .flag("verbose", help: "Show the worker's log."),
    ]
)

await Executable.main(interface) { arguments in
    let text = arguments.value("records") ?? "6000"
    guard let count = Int(text), (100...20_000).contains(count) else {
        throw ExitError(.usage, "--records \(text) is not a number from 100 to 20000")
    }
    let logger = Logger(
        label: "demo",
        level: arguments.has("verbose") ? .debug : .error,
        sink: StreamLogSink(format: .text)
    )
    let demo = Demo(workload: DemoWorkload(telemetryCount: count), logger: logger)
    let group = ServiceGroup(
        configuration: ServiceGroupConfiguration(services: [
            .init(service: demo, successTerminationBehavior: .gracefullyShutdownGroup)
        ]),
        logger: logger
    )
    try await group.run()
}
