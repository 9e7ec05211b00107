import Daemon
import Kafka
import Observability
import SinkConfiguration

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
        details: [
            """
            A sink is configured by properties, under the names of the Kafka Connect sink for Azure Data Explorer where that \
            has them. `properties` shows them all, `init` writes a file to start from, and `check` says whether a start \
            would succeed.
            """,
            """
            SIGTERM and SIGINT stop the sink: what it has read is ingested, within `shutdown.drain.ms`, and its offsets \
            are committed.
            """,
        ],
        commands: [
            RunCommand.command, CheckCommand.command, SampleCommand.command, InitCommand.command,
            PropertiesCommand.command,
            HealthCommand.command(port: port, options: LoadedConfiguration.options),
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
        ],
        synonyms: [
            "start": "run", "validate": "check", "test": "check", "config": "properties", "new": "init",
            "create": "init", "status": "health",
        ],
        remark: remark
    )

    /// Properties stand in files; many try them as options, as with other programs.
    private static let remark: @Sendable (String) -> String? = { option in
        if option == "D" { return "properties are no options: write them into a file and name it with --config FILE" }
        let name = option.replacing("-", with: ".")
        guard PropertyListing.names.contains(name) else { return nil }
        return "\(name) is a property: write \(name)=… into a file and name it with --config FILE"
    }
}
