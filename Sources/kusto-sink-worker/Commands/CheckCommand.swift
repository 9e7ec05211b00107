import Daemon
import Glibc
import Logging
import Metrics
import Observability
import Sink
import SinkConfiguration

/// Looks at all that a start needs, and ends as a start would.
struct CheckCommand {
    /// How it is called.
    static let command = CommandLineCommand(
        "check",
        help: "Check all that a start needs, print it as a table, exit as a start would.",
        options: LoadedConfiguration.options + [
            .flag("offline", help: "Look at the configuration only."),
            .flag("json", help: "Print what was found as one JSON object."),
        ],
        fileOption: "config"
    )

    private let arguments: Arguments

    init(_ arguments: Arguments) { self.arguments = arguments }

    /// Checks, and prints what was found.
    /// - Throws: `ExitError` with the code of a start.
    func run() async throws {
        let settings: SinkSettings
        do {
            settings = try LoadedConfiguration(arguments).settings()
        } catch let error as ConfigurationError {
            return try show(CheckReport(error))
        }
        SinkWorker.useKerberosFiles(of: settings)
        if arguments.has("offline") {
            return try show(
                SinkWorker.checkSettings(settings),
                verdict: "the configuration is in order; Kafka and Azure Data Explorer were not asked (--offline)"
            )
        }
        let worker = SinkWorker(
            settings: settings,
            registry: MetricsRegistry(),
            observer: HealthObserver(health: HealthState(limit: .seconds(60))),
            logger: Self.silence
        )
        // Who waits for the table is told why it takes long.
        let progress = Logger(
            label: "check",
            level: .warning,
            sink: StreamLogSink(format: settings.process.logFormat ?? .text)
        )
        let port = await EndpointPort.check(settings.process)
        try show(
            await worker.check([port], progress: progress),
            verdict: "configuration, Kafka and Azure Data Explorer are in order"
        )
    }

    /// What matters to a check stands in its table; the clients' own lines would come between.
    private static let silence = Logger(label: "check", level: .error, sink: MemoryLogSink(capacity: 10))

    /// Prints what was found, and ends as a start would.
    /// - Parameter verdict: What is said when nothing is wrong.
    private func show(_ report: CheckReport, verdict: String = "") throws {
        print(arguments.has("json") ? report.json + "\n" : report.table(width: Terminal.output.width), terminator: "")
        guard let error = report.exitError else {
            if !arguments.has("json") { print(verdict) }
            return
        }
        // The verdict stands last, whatever the two streams lead to.
        fflush(nil)
        // In one line, since the table has a line for each.
        throw ExitError(error.code, error.message)
    }
}
