import Daemon
import Kafka
import Observability

/// The command line of `kusto-sink-worker`.
enum WorkerArguments {
    /// The versions of loaded libraries that matter to whoever looks for a cause.
    static let libraries = ["librdkafka": KafkaLibrary.version]

    /// The port of the endpoint when `metrics.address` names none.
    static let port = 9404

    static let interface = CommandLineInterface(
        name: "kusto-sink-worker",
        version: Release.text(libraries: libraries),
        summary: "Brings records from Apache Kafka into Azure Data Explorer.",
        subcommands: [
            CommandLineOperand(
                "check",
                help: "Check all that a start needs, print it as a table, exit as a start would."
            ),
            HealthCommand.operand,
        ],
        options: [
            .value(
                "config",
                short: "c",
                "FILE",
                isRepeatable: true,
                help: "A .properties, .yaml or .json file, also a Connect REST body; of several the later wins."
            ),
            .value(
                "references-below",
                "DIRECTORY",
                isRepeatable: true,
                help: "Let references in the configuration name only files below this directory."
            ),
            .flag("print-config", help: "Print the effective properties, secrets hidden, and exit."),
            .flag("offline", help: "With check: look at the configuration only."),
            .flag("json", help: "With check: print what was found as one JSON object."),
        ] + HealthCommand.options(port: port)
    )
}
