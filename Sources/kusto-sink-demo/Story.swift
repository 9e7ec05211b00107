import Daemon
import Foundation
import Glibc
import HTTP
import Logging

/// What the demo shows, part by part, and what it looks at meanwhile.
final class Story {
    let screen = Screen()
    let peers: DemoPeers
    let backlog: Backlog
    /// Whether the worker is killed on the way.
    let kills: Bool
    let flow: RecordFlow
    let client: HTTPClient
    /// Where the files are that are left for whoever watches.
    let folder: URL
    private let program: URL
    /// The worker of the steady records; after its death the next one.
    var worker: WorkerProcess?
    /// The worker of the larger run.
    var loader: WorkerProcess?
    /// The newest metrics of the worker, or `nil` while none runs.
    private(set) var page: MetricsPage?
    /// The committed offsets of all partitions, added up, as far as the worker has told.
    private(set) var committed = 0
    /// What the worker has logged since ``listen()``.
    private(set) var heard: [WorkerLine] = []
    private var lastSample = ContinuousClock.now

    /// - Throws: ``ExitError`` when the worker's program is not beside this one.
    init(peers: DemoPeers, backlog: Backlog, kills: Bool, folder: URL, logger: Logger) throws {
        (self.peers, self.backlog, self.kills, self.folder) = (peers, backlog, kills, folder)
        flow = RecordFlow(peers.producer)
        client = try HTTPClient(logger: logger)
        let own = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        program = own.deletingLastPathComponent().appending(component: "kusto-sink-worker")
        guard FileManager.default.isExecutableFile(atPath: program.path) else {
            throw ExitError(
                .software,
                "\(program.path) is missing; 'make release' builds the worker beside this program"
            )
        }
    }

    /// Tells everything.
    /// - Throws: ``ExitError`` when something has not come out as it must, or `CancellationError`.
    func tell() async throws {
        showPeers()
        try await showConfiguration()
        try await showFlow()
        try await showOutage()
        try await showRecovery()
        if kills { try await showCrash() }
        try await finishFlow()
        try await showRows()
        try await showMetrics()
        try await showThroughput()
        showNextSteps()
    }

    /// Ends what was started.
    func end() {
        flow.stop()
        backlog.stop()
        for process in [worker, loader] { process?.end() }
    }

    /// Starts a worker with a file of properties.
    /// - Throws: ``ExitError``.
    func start(_ arguments: [String], log: String) throws(ExitError) -> WorkerProcess {
        var environment = ["AAD_APPKEY": DemoPeers.secret]
        // What others have set for the shell, above all CONNECT_*, is not for this worker.
        for name in ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH"] {
            environment[name] = ProcessInfo.processInfo.environment[name]
        }
        return try WorkerProcess(
            program,
            arguments,
            environment: environment,
            log: folder.appending(component: "\(log).log")
        )
    }

    /// Writes a sink's file and returns its path as people may give it to the worker.
    /// - Throws: ``ExitError``.
    func write(_ file: SinkFile) throws(ExitError) -> String {
        do {
            return try file.write(into: folder).relativePath
        } catch {
            throw ExitError(.usage, "cannot write into \(folder.relativePath): \(error.localizedDescription)")
        }
    }

    // MARK: Watching

    /// Shows how things go until something has come about.
    /// - Parameters:
    ///   - what: What is waited for, as a sentence for the case that it does not come.
    ///   - limit: The most time for it; machines may be slow.
    ///   - isSo: Whether it has.
    /// - Throws: ``ExitError`` when it does not come, or the worker has ended; what `isSo` throws.
    func watch(
        _ what: String,
        within limit: Duration = .seconds(60),
        until isSo: () async throws -> Bool
    ) async throws {
        let end = ContinuousClock.now + limit
        while true {
            try await look()
            if try await isSo() { return screen.keepLive() }
            guard ContinuousClock.now < end else {
                screen.keepLive()
                throw ExitError(
                    .software,
                    "after \(limit.components.seconds) s still not so: \(what); "
                        + "\(worker.map { "\($0.log) says what the worker does" } ?? "no worker runs")"
                )
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Shows how things go for so long.
    /// - Throws: ``ExitError`` when the worker has ended.
    func watch(for time: Duration) async throws {
        let end = ContinuousClock.now + time
        try await watch("the time passes") { ContinuousClock.now >= end }
    }

    /// Forgets what the worker has logged so far.
    func listen() {
        heard += worker?.newLines() ?? []
        heard = []
    }

    /// Records that Kafka has and that the group has not committed.
    func lag() throws -> Int { max(0, try flow.produced() - committed) }

    /// What waits in the worker's memory, in bytes.
    var held: Int { Int(page?.sum("kusto_sink_buffer_memory_bytes") ?? 0) }

    private func look() async throws {
        if let worker {
            heard += worker.newLines()
            guard worker.isRunning else {
                screen.keepLive()
                throw ExitError(
                    .software,
                    "the worker ended with \(worker.outcome): \(heard.last?.text ?? "it said nothing"); see \(worker.log)"
                )
            }
            if ContinuousClock.now - lastSample >= .milliseconds(200) {
                lastSample = .now
                page = await worker.metrics(client)
                committed = max(committed, Int(page?.sum("kusto_sink_committed_offset") ?? 0))
            }
        } else {
            page = nil
        }
        let produced = Figures.padded(Figures.count(try flow.produced()), 6)
        let rows = Figures.padded(Figures.count(peers.rows), 6)
        let lag = Figures.padded(Figures.count(try lag()), 6)
        screen.live(
            "produced \(produced)   in ADX \(rows)   lag \(lag)   buffers "
                + (page == nil ? "-" : Figures.bytes(held))
        )
    }
}
