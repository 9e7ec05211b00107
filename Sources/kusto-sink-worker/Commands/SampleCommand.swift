import Daemon
import Glibc
import Logging
import Sink
import SinkConfiguration
import Synchronization

/// Shows the rows that a run would ingest, without ingesting any.
struct SampleCommand {
    /// How it is called.
    static let command = CommandLineCommand(
        "sample",
        help: "Show what a run would make of a few records; ingest, commit and create nothing.",
        details: [
            """
            Reads records of each topic outside of the consumer group and converts them as a run would. Prints their rows, what \
            would be skipped and why, what cannot be converted and what would become of it, and which columns of the table the \
            rows fill.
            """
        ],
        options: LoadedConfiguration.options + [
            .value("records", "N", help: "Read at most so many records of each topic, by default 10."),
            .value("topic", "NAME", help: "Read this topic only."),
            .value("partition", "N", help: "Read this partition only."),
            .value(
                "from",
                "PLACE",
                .offered(["earliest", "latest", "committed"]),
                help: "Begin at \(SampleStart.forms); by default earliest."
            ),
            .value("timeout", "SECONDS", help: "Give up after so many seconds, by default 30."),
            .flag("full", help: "Show rows whole, where a terminal would cut them to its width."),
            .flag("json", help: "Print a JSON object in a line for each record, and one for all."),
        ],
        fileOption: "config",
        exits: [
            CommandLineExit(.temporaryFailure, "A run would stop on one of the records.")
        ],
        isProbe: true
    )

    private let arguments: Arguments

    init(_ arguments: Arguments) { self.arguments = arguments }

    /// Reads, converts and prints.
    /// - Throws: `ExitError` with the code of a start, or of a run that stops on a record.
    func run() async throws {
        let request = try request()
        let settings: SinkSettings
        do {
            settings = try LoadedConfiguration(arguments).settings()
        } catch let error as ConfigurationError {
            throw ToldProblems.refusal(error, isService: false)
        }
        SinkWorker.useKerberosFiles(of: settings)
        let sampler = SinkSampler(settings: settings, logger: Self.silence)
        let isJSON = arguments.has("json")
        let json = Mutex(SampleJSON())
        let text = Mutex(SampleText(width: arguments.has("full") ? nil : Terminal.output.width))
        try await sampler.run(request) { event in
            let words: String? = isJSON ? json.withLock { $0.text(of: event) } : text.withLock { $0.text(of: event) }
            guard let words else { return }
            print(words, terminator: "")
            fflush(nil)
        }
    }

    /// What matters stands among the records, or in the last line; the clients' own lines would come between.
    private static let silence = Logger(label: "sample", level: .error, sink: MemoryLogSink(capacity: 10))

    private func request() throws(ExitError) -> SampleRequest {
        var request = SampleRequest(topic: arguments.value("topic"))
        if let records = try number("records", 1...10_000) { request.records = records }
        if let partition = try number("partition", 0...Int(Int32.max)) { request.partition = Int32(partition) }
        if let seconds = try number("timeout", 1...86_400) { request.timeout = .seconds(seconds) }
        if let place = arguments.value("from") {
            guard let start = SampleStart(place) else {
                throw ExitError(.usage, "--from: give \(SampleStart.forms)")
            }
            request.start = start
        }
        return request
    }

    private func number(_ option: String, _ range: ClosedRange<Int>) throws(ExitError) -> Int? {
        guard let text = arguments.value(option) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw ExitError(.usage, "--\(option): give a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
