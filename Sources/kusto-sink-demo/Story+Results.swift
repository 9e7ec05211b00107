import Daemon
import Foundation
import Glibc
import KustoEmulator
import Threads

/// What has come of it.
extension Story {
    /// - Throws: ``ExitError`` when a row is missing.
    func showRows() async throws {
        let workload = flow.workload
        screen.heading("Every row is there")
        screen.say("  " + screen.styled("table       produced     rows  missing  twice", .bold))
        var repeated = 0
        for stream in DemoWorkload.streams {
            let wanted = workload.rows(of: stream)
            let counts = try peers.occurrences(in: stream.table, below: wanted)
            let missing = counts.count { $0 == 0 }
            let twice = counts.reduce(0) { $0 + max(0, Int($1) - 1) }
            let rows = try peers.adx.rowCount(stream.table)
            repeated += twice
            let figures = [(wanted, 9), (rows, 9), (missing, 9), (twice, 7)]
            let name = stream.table + String(repeating: " ", count: 11 - stream.table.count)
            screen.say("  " + name + figures.map { Figures.padded(Figures.count($0), $1) }.joined())
            guard missing == 0, rows == wanted + twice else {
                throw ExitError(
                    .software,
                    "table \(stream.table) has \(rows) rows for \(wanted) records, \(missing) are missing; please report this, "
                        + "with \(worker?.log ?? "the worker's log")"
                )
            }
        }
        if repeated == 0 {
            screen.good(
                "No record is lost and none is there twice."
                    + (kills ? " After a crash that is luck: delivery is at least once." : "")
            )
        } else {
            screen.good(
                "No record is lost. \(Figures.noun(repeated, "row")) came twice: ADX had them, and their offsets were not yet "
                    + "committed. That is at-least-once delivery."
            )
        }
        try await showDeadLetters(workload.damagedCount)
    }

    private func showDeadLetters(_ damaged: Int) async throws {
        let letters = try await peers.deadLetters()
        guard letters.count == damaged else {
            throw ExitError(
                .software,
                "topic \(DemoWorkload.deadLetters) has \(letters.count) of \(damaged) damaged records; please report this"
            )
        }
        screen.good(
            "One bad record costs one record. Topic \(DemoWorkload.deadLetters) has the \(damaged) damaged ones, each with its "
                + "reason:"
        )
        for letter in letters { screen.excerpt("\(letter.place)  \(letter.reason)", as: .yellow) }
    }

    /// - Throws: ``ExitError`` when the worker does not tell its metrics.
    func showMetrics() async throws {
        guard let worker, let url = worker.metricsURL, let page = await worker.metrics(client) else {
            throw ExitError(.software, "the worker does not answer with its metrics; see \(worker?.log ?? "its log")")
        }
        screen.heading("A look at the metrics")
        screen.say("  $ curl -s \(url)     " + screen.styled("# some of \(page.lines.count) lines", .dim))
        for name in [
            "kusto_sink_recordswritten_total", "kusto_sink_lag_records", "kusto_sink_buffer_memory_bytes",
            "kusto_sink_rebalances_total", "kusto_sink_kafka_up", "process_resident_memory_bytes",
        ] {
            for line in page.lines(of: name) { screen.say("  " + line) }
        }
    }

    /// Produces what the larger run reads, as soon as its worker could; that one is stopped until then.
    /// - Throws: ``ExitError`` when the worker ends.
    func prepareBacklog() async throws {
        guard let loader else { return }
        try await watch("the worker of the larger run has joined its group") {
            _ = loader.newLines()
            guard loader.isRunning else {
                throw ExitError(
                    .software,
                    "the worker of the larger run ended with \(loader.outcome); see \(loader.log)"
                )
            }
            return await (loader.metrics(client)?.sum("kusto_sink_assigned_partitions") ?? 0) > 0
        }
        loader.signal(SIGSTOP)
        try backlog.start()
    }

    /// - Throws: ``ExitError`` when the rows of the larger run do not arrive.
    func showThroughput() async throws {
        guard let loader else { return }
        screen.heading(
            "How fast? \(Figures.count(backlog.count)) records of 1 KiB more, in \(Backlog.partitions) partitions"
        )
        try await watch("the records of the larger run are in Kafka") { try backlog.produced() == backlog.count }
        let start = ContinuousClock.now
        loader.signal(SIGCONT)
        var rows = 0
        while rows < backlog.count {
            guard loader.isRunning, ContinuousClock.now - start < .seconds(120) else {
                throw ExitError(
                    .software,
                    "\(rows) of \(backlog.count) rows are in ADX; \(loader.log) says why not more"
                )
            }
            try await Task.sleep(for: .milliseconds(10))
            rows = try peers.adx.rowCount(Backlog.stream.table)
            screen.live("in Kafka \(Figures.count(backlog.count))   in ADX \(Figures.padded(Figures.count(rows), 7))")
        }
        screen.keepLive()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let megabytes = Double(backlog.bytes) / 1e6
        screen.good(
            "\(Figures.count(rows)) rows (\(Int(megabytes)) MB) in \(Figures.seconds(seconds)) s: "
                + "\(Figures.count(Int(Double(rows) / seconds))) records/s, \(Int(megabytes / seconds)) MB/s, "
                + "and the worker needed at most \(Figures.bytes(loader.peakMemory)) of memory."
        )
        screen.say(
            "    Broker, emulator and worker share this machine, so this is a demo's figure; 'make bench' has the honest one."
        )
    }

    func showNextSteps() {
        screen.heading("Next")
        screen.say(
            "  1. Your own Kafka and ADX: 'kusto-sink-worker init' writes a file to begin with, README.md says the rest."
        )
        screen.say("  2. On Kubernetes: README.md, 'On Kubernetes'; 'make demo-cluster' shows it on a cluster.")
        screen.say(
            "  3. docs/delivery.md says what is promised when things go wrong, docs/operations.md how to run it."
        )
        screen.say("\n  The properties and the log of this run are in \(folder.relativePath).")
        screen.say(screen.styled("  Took \(Figures.seconds(screen.seconds)) s.", .dim))
    }
}
