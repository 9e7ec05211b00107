import Daemon
import Kafka
import Logging
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
        commands: [
            run, render, check, migrate, HealthCommand.command(port: port),
        ],
        exits: [
            CommandLineExit(.success, "The work is done, or the operator was told to stop."),
            CommandLineExit(
                .usage,
                "The command line, a file or a KustoSink is wrong; a line for each problem says how."
            ),
            CommandLineExit(.unavailable, "The API server cannot be reached, or refuses the operator."),
            CommandLineExit(.software, "A fault of kusto-sink-operator."),
        ],
        environment: [
            CommandLineVariable("KUBECONFIG", "Where run finds the cluster when --kubeconfig is not given."),
            CommandLineVariable("POD_NAMESPACE", "The operator's own namespace."),
        ],
        synonyms: ["start": "run", "validate": "check", "template": "render", "convert": "migrate"]
    )

    private static let run = CommandLineCommand(
        "run",
        help: "Look after the KustoSinks of a cluster until told to stop.",
        options: [
            .value(
                "kubeconfig",
                "FILE",
                .file,
                help: "How to reach the cluster; else KUBECONFIG, the pod's ServiceAccount, ~/.kube/config."
            ),
            .value(
                "namespace",
                short: "n",
                "NAMESPACE",
                isRepeatable: true,
                help: "Look after this namespace only."
            ),
            .value("listen", "HOST:PORT", help: "Where probes and metrics are, by default 0.0.0.0:\(port)."),
            .flag(
                "watch-secrets-by-name",
                help: "Read Secrets by their names alone, as a role with resourceNames allows."
            ),
            .value("lease-name", "NAME", help: "The Lease of the leader election, by default kusto-sink-operator."),
            .flag("no-leader-election", help: "Write without a lease; for a single process."),
            .value("workers", "NUMBER", help: "How many sinks are reconciled at a time, by default 4."),
            .value(
                "log-level",
                "LEVEL",
                .oneOf(LogLevel.allCases.map(\.rawValue)),
                help: "trace, debug, info, warning or error; by default info."
            ),
            .value(
                "log-format",
                "FORMAT",
                .oneOf(LogFormat.allCases.map(\.rawValue)),
                help: "json or text; by default text at a terminal, otherwise json."
            ),
            workerImageOption,
            podMonitorLabelOption,
        ]
    )

    private static let render = CommandLineCommand(
        "render",
        help: "Print what would be applied for the KustoSinks of a file, and exit.",
        options: [
            fileOption, workerImageOption, podMonitorLabelOption,
            .flag("pod-monitors", help: "Render as for a cluster that has PodMonitor resources."),
        ],
        fileOption: "filename"
    )

    private static let check = CommandLineCommand(
        "check",
        help: "Check the KustoSinks of a file, and exit.",
        options: [fileOption, workerImageOption],
        fileOption: "filename"
    )

    private static let migrate = CommandLineCommand(
        "migrate",
        help: "Print KustoSinks made of a Kafka Connect configuration, and exit.",
        options: [.value("namespace", short: "n", "NAMESPACE", help: "The namespace of what is made.")],
        operands: [
            CommandLineOperand(
                "FILE",
                .file,
                isRequired: true,
                isRepeatable: true,
                help: "Connectors and Connect workers (.properties, REST, Strimzi); - is the standard input."
            )
        ]
    )

    private static let fileOption = CommandLineOption.value(
        "filename",
        short: "f",
        "FILE",
        .file,
        isRepeatable: true,
        isRequired: true,
        help: "A YAML or JSON file of KustoSinks; - is the standard input."
    )

    private static let workerImageOption = CommandLineOption.value(
        "worker-image",
        "IMAGE",
        help: "The workers' image, by default \(workerImage)."
    )

    private static let podMonitorLabelOption = CommandLineOption.value(
        "pod-monitor-label",
        "KEY=VALUE",
        isRepeatable: true,
        help: "A label of the workers' PodMonitors, such as release=prometheus."
    )
}
