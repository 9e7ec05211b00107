import Daemon
import Kafka
import Observability

/// The command line of `kusto-sink-worker`.
enum WorkerArguments {
    /// The versions of loaded libraries that matter to whoever looks for a cause.
    static let libraries = ["librdkafka": KafkaLibrary.version]

    /// The port of the endpoint when `metrics.address` names none.
    static let port = 9404

    /// The commands and options.
    static let interface = CommandLineInterface(
        name: "kusto-sink-worker",
        version: Release.text(libraries: libraries),
        summary: "Brings records from Apache Kafka into Azure Data Explorer.",
        commands: [
            RunCommand.command, CheckCommand.command, SampleCommand.command, HealthCommand.command(port: port),
        ],
        implied: RunCommand.command.name,
        exits: [
            CommandLineExit(.success, "The sink was told to stop and has drained, or the answer was given."),
            CommandLineExit(
                .usage,
                """
                The command line or the configuration is wrong: a property, an unknown topic, table or mapping, an unwritable \
                directory, a taken port. A restart does not help.
                """
            ),
            CommandLineExit(
                .unavailable,
                "Kafka, a schema registry or Azure Data Explorer cannot be reached, or refuses the sink."
            ),
            CommandLineExit(.software, "A fault of kusto-sink-worker."),
            CommandLineExit(
                .temporaryFailure,
                """
                A batch or a record failed and the configuration says to stop then, or Kafka's copy of a batch is damaged. A \
                restart tries again.
                """
            ),
        ],
        environment: [
            CommandLineVariable(
                "CONNECT_…",
                "Properties below those of all files, as Kafka Connect's images have them: CONNECT_BOOTSTRAP_SERVERS is bootstrap.servers."
            ),
            CommandLineVariable("KAFKA_OPTS", "Java's options for the files of JAAS and Kerberos are taken from it."),
            CommandLineVariable(
                "HTTPS_PROXY, NO_PROXY",
                "The proxy on the way to Azure, unless the properties name one."
            ),
            CommandLineVariable(
                "SSL_CERT_FILE, SSL_CERT_DIR",
                "The authorities that are trusted in place of the system's."
            ),
            CommandLineVariable("TMPDIR", "Where batches wait on disk, unless tempdir.path says."),
            CommandLineVariable(
                "KUSTO_SINK_DEBUGGING",
                "With 1, debuggers may look into the process and it may write core files."
            ),
        ]
    )
}
