import Daemon
import Glibc
import KustoEmulator

/// What goes wrong, and that it does no harm.
extension Story {
    /// - Throws: ``ExitError``.
    func showOutage() async throws {
        screen.heading("ADX is cut off: every connection to it and its storage breaks")
        listen()
        peers.cutOff()
        try await watch("the worker complains") { complaint != nil }
        if let complaint {
            screen.say("  The worker's log:")
            screen.quote(complaint.text, as: .yellow)
        }
        // There is time now to make what the larger run reads.
        try await prepareBacklog()
        // What was accepted before the cut is committed a little later.
        var (before, since) = (committed, ContinuousClock.now)
        try await watch("no more offsets are committed") {
            if committed != before { (before, since) = (committed, .now) }
            return ContinuousClock.now - since >= .milliseconds(1500)
        }
        screen.good(
            "The committed offsets stay at \(Figures.count(before)) records; \(Figures.bytes(held)) compressed wait in the "
                + "worker's buffers."
        )
    }

    /// - Throws: ``ExitError``.
    func showRecovery() async throws {
        screen.heading("ADX is back")
        listen()
        let (produced, rows) = (try flow.produced(), peers.rows)
        peers.restore()
        try await watch("rows arrive and the worker says so") { peers.rows > rows && relief != nil }
        if let relief {
            screen.say("  The worker's log:")
            screen.quote(relief.text, as: .green)
        }
        try await watch("everything from the outage is in ADX") { peers.rows >= produced && committed >= produced }
        screen.good("Everything that was produced during the outage is in its table.")
    }

    /// - Throws: ``ExitError``.
    func showCrash() async throws {
        guard let dead = worker else { return }
        screen.heading("The worker is killed in the middle of its work")
        try await watch("the worker holds rows") { held > 0 }
        dead.end()
        worker = nil
        let (before, produced, lag) = (peers.rows, try flow.produced(), try lag())
        screen.say("  $ kill -9 \(dead.id)")
        let path = try write(SinkFile(peers: peers, isKilled: kills))
        let next = try start(["--config", path], log: "worker")
        worker = next
        screen.say("  $ kusto-sink-worker --config \(path) &     " + screen.styled("# process \(next.id)", .dim))
        screen.say(
            "  It gets the partitions when Kafka has missed the dead one's heartbeats for 4 s (session.timeout.ms)."
        )
        try await watch("rows arrive again") { peers.rows > before }
        screen.good(
            "The second process goes on where offsets were committed, after record \(Figures.count(produced - lag))."
        )
    }

    /// Waits until everything that was produced is committed.
    /// - Throws: ``ExitError``.
    func finishFlow() async throws {
        flow.stop()
        // ADX ingests what it has accepted a little later.
        try await watch("all is committed and ingested") {
            flow.isComplete && committed >= flow.workload.count && peers.adx.isIdle
        }
    }

    /// The first line since ``listen()`` that says that something is wrong, other than with records.
    private var complaint: WorkerLine? {
        heard.first { $0.isAlarming && !$0.isAboutRecords }
    }

    /// The line since ``listen()`` that says that an outage is over: the first that tells how long it was.
    private var relief: WorkerLine? {
        heard.first { !$0.isAlarming && $0.text.contains(" outage.") }
    }
}
