import Daemon
import Kafka
import Observability

/// The command line of `kusto-sink-operator`.
enum OperatorArguments {
    /// The versions of loaded libraries that matter to whoever looks for a cause.
    static let libraries = ["librdkafka": KafkaLibrary.version]

    /// The image of workers when none is named: that of the same version.
    static let workerImage = "kusto-sink-worker:\(Release.version)"

    /// The port of the endpoint when `--listen` names none.
    static let port = 8080

    /// The commands and options.
    static let interface = CommandLineInterface(
        name: "kusto-sink-operator",
        version: Release.text(libraries: libraries),
        summary: "Turns KustoSink resources into running workers.",
        subcommands: [
            CommandLineOperand("run", help: "Look after the KustoSinks of a cluster until told to stop."),
            CommandLineOperand("render", help: "Print what would be applied for the KustoSinks of a file, and exit."),
            CommandLineOperand("check", help: "Check the KustoSinks of a file, and exit."),
            CommandLineOperand("migrate", help: "Print KustoSinks made of a Kafka Connect configuration, and exit."),
            HealthCommand.operand,
        ],
        positionals: [
            CommandLineOperand(
                "FILE",
                of: "migrate",
                isRepeatable: true,
                help: "With migrate: connectors and Connect workers (.properties, REST, Strimzi); - is standard input."
            )
        ],
        options: [
            .value(
                "filename",
                short: "f",
                "FILE",
                isRepeatable: true,
                help: "With render and check: a YAML or JSON file of KustoSinks; - is the standard input."
            ),
            .value(
                "kubeconfig",
                "FILE",
                help: "With run: how to reach the cluster; else KUBECONFIG, the pod's ServiceAccount, ~/.kube/config."
            ),
            .value(
                "namespace",
                short: "n",
                "NAMESPACE",
                isRepeatable: true,
                help: "With run: look after this namespace only. With migrate: the namespace of what is made."
            ),
            .value("listen", "HOST:PORT", help: "With run: where probes and metrics are, by default 0.0.0.0:\(port)."),
            .flag(
                "watch-secrets-by-name",
                help: "With run: read Secrets by their names alone, as a role with resourceNames allows."
            ),
            .value(
                "lease-name",
                "NAME",
                help: "With run: the Lease of the leader election, by default kusto-sink-operator."
            ),
            .flag("no-leader-election", help: "With run: write without a lease; for a single process."),
            .value("workers", "NUMBER", help: "With run: how many sinks are reconciled at a time, by default 4."),
            .value("log-level", "LEVEL", help: "With run: trace, debug, info, warning or error; by default info."),
            .value("log-format", "FORMAT", help: "With run: json or text; by default json."),
            .value("worker-image", "IMAGE", help: "The workers' image, by default \(workerImage)."),
            .value(
                "pod-monitor-label",
                "KEY=VALUE",
                isRepeatable: true,
                help: "With run and render: a label of the workers' PodMonitors, such as release=prometheus."
            ),
            .flag("pod-monitors", help: "With render: as on a cluster that has PodMonitor resources."),
        ] + HealthCommand.options(port: port)
    )
}
