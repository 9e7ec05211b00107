import Daemon

/// The command line of `kusto-sink-operator`.
enum OperatorArguments {
    /// The version, which is also that of the workers.
    static let version = "0.1.0"

    /// The image of workers when none is named: that of the same version.
    static let workerImage = "kusto-sink-worker:\(version)"

    /// The commands and options.
    static let interface = CommandLineInterface(
        name: "kusto-sink-operator",
        version: version,
        summary: "Turns KustoSink resources into running workers.",
        subcommands: [
            CommandLineOperand("render", help: "Print what would be applied for the KustoSinks of a file, and exit."),
            CommandLineOperand("check", help: "Check the KustoSinks of a file, and exit."),
        ],
        options: [
            .value(
                "filename",
                short: "f",
                "FILE",
                isRepeatable: true,
                help: "With render and check: a YAML or JSON file of KustoSinks; - is the standard input."
            ),
            .value("worker-image", "IMAGE", help: "The workers' image, by default \(workerImage)."),
            .flag("pod-monitors", help: "With render: as on a cluster that has PodMonitor resources."),
        ]
    )
}
