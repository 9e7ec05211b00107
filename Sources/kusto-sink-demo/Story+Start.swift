import Daemon
import Foundation
import Kafka
import KustoEmulator

/// How it begins: what is there, what the worker is told, and that records flow.
extension Story {
    func showPeers() {
        screen.say(
            screen.styled("kusto-sink", .bold)
                + ": records go from Kafka to Azure Data Explorer (ADX), which is away for a while"
        )
        screen.heading("Kafka and Azure Data Explorer, both in this process")
        let topics = DemoWorkload.streams.map(\.topic).joined(separator: " and ")
        let tables = DemoWorkload.streams.map(\.table).joined(separator: " and ")
        screen.good(
            "Kafka is librdkafka's mock broker at \(peers.broker.bootstrapServers), topics \(topics), "
                + "\(DemoWorkload.partitions) partitions each"
        )
        screen.good("ADX is the emulator at \(peers.adx.engineURL), tables \(tables)")
    }

    /// Shows the file, starts the worker, and shows what `check` says while its group forms.
    /// - Throws: ``ExitError``.
    func showConfiguration() async throws {
        let file = SinkFile(peers: peers, isKilled: kills)
        let path = try write(file)
        screen.heading("The worker is given the connector's own properties, \(path)")
        for line in file.lines { screen.say("  " + screen.styled(line, .dim)) }
        screen.say("\n  $ kusto-sink-worker check --config \(path)")
        try flow.start()
        let worker = try start(["--config", path], log: "worker")
        self.worker = worker
        // The group of the larger run forms meanwhile, too.
        loader = try start(["--config", write(SinkFile(backlogOn: peers))], log: "load")
        let check = try start(["check", "--config", path], log: "check")
        defer { check.end() }
        try await watch("check has ended") { !check.isRunning }
        let lines = check.newLines()
        for line in lines {
            let marks: [Character: Screen.Style] = ["✓": .green, "✗": .red]
            let mark = line.text.first.flatMap { marks[$0] }
            screen.say(
                "  "
                    + (mark.map { screen.styled(String(line.text.prefix(1)), $0) + line.text.dropFirst() } ?? line.text)
            )
        }
        guard check.outcome == 0 else {
            throw ExitError(
                .software,
                "check ended with \(check.outcome); \(worker.log) says what the worker did meanwhile"
            )
        }
        screen.say("\n  $ kusto-sink-worker --config \(path) &     " + screen.styled("# process \(worker.id)", .dim))
        screen.say("  Kafka lets a new consumer group wait 3 s for more members; then records flow.")
    }

    /// Lets records flow for a moment, some damaged ones among them.
    /// - Throws: ``ExitError``.
    func showFlow() async throws {
        screen.heading("Records flow, three damaged ones among them")
        flow.addDamaged()
        try await watch("the first rows are in ADX") { peers.rows > 0 }
        try await watch(for: .milliseconds(1000))
    }
}
