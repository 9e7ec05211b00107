internal import Dispatch
internal import FoundationEssentials
internal import JSON
internal import Logging
internal import Synchronization

/// The part of the cluster that ingests what is queued, one source after the other on a thread of its own.
///
/// It wakes when a message is put into an ingestion queue, takes it, ingests the blob, reports and deletes the message.
/// While paused (discard mode) messages stay where they are.
final class DataManagement: Sendable {
    /// What it works with.
    struct Environment: Sendable {
        /// Databases, tables, mappings and policies.
        let catalog: Catalog
        /// Blob storage.
        let blobs: BlobStore
        /// Queue storage.
        let queues: QueueStore
        /// Table storage.
        let statuses: StatusTableStore
        /// Which storage resources there are.
        let layout: StorageLayout
        /// The signatures that open them.
        let access: SharedAccessRegistry
        /// What goes wrong on purpose.
        let faults: FaultInjector
        /// Turns sources into rows.
        let ingestor: Ingestor
        /// The time.
        let clock: WallClock
        /// What messages must carry.
        let identityTokens: IdentityTokens
        /// Which applications have which rights.
        let applications: ApplicationRegistry
        /// Where events are logged.
        let logger: Logger
    }

    private struct State {
        var statistics = IngestionStatistics()
        var failures: [IngestionRecord] = []
        var isPaused = false
        var isStopped = false
        var isScheduled = false
        /// When a timer looks at the queues next, for messages that are hidden until then; `nil` without such a timer.
        var timer: Int64?
        var working = 0
    }

    /// How many failures are kept for `.show ingestion failures`.
    static let keptFailures = 1000

    private let environment: Environment
    private let queue = DispatchQueue(label: "kusto-emulator.ingestion")
    private let state = Mutex(State())

    /// Creates the part; it is idle until ``wake()``.
    init(_ environment: Environment) { self.environment = environment }

    /// What was ingested so far.
    var statistics: IngestionStatistics { state.withLock { $0.statistics } }

    /// The latest failures, oldest first.
    var failures: [IngestionRecord] { state.withLock { $0.failures } }

    /// Whether messages stay in the queues.
    var isPaused: Bool { state.withLock { $0.isPaused } }

    /// Whether nothing is queued and nothing is being ingested.
    var isIdle: Bool {
        state.withLock { $0.working == 0 && !$0.isScheduled }
            && environment.layout.ingestionQueues.allSatisfy { environment.queues.count(in: $0) == 0 }
    }

    /// Leaves messages in the queues, or starts ingesting again.
    func setPaused(_ isPaused: Bool) {
        state.withLock { $0.isPaused = isPaused }
        wake()
    }

    /// Looks at the queues soon.
    func wake() {
        let mustRun = state.withLock { state in
            guard !state.isStopped, !state.isPaused, !state.isScheduled else { return false }
            state.isScheduled = true
            return true
        }
        if mustRun { queue.async { [self] in drain() } }
    }

    /// Ends the work; returns when the source at hand is done.
    func stop() {
        state.withLock { $0.isStopped = true }
        queue.sync {}
    }

    /// Forgets statistics and failures.
    func reset() {
        state.withLock { state in
            state.statistics = IngestionStatistics()
            state.failures = []
        }
    }

    /// Counts a request of streaming ingestion.
    func countStreamed(_ outcome: IngestionOutcome?) {
        state.withLock { state in
            guard let outcome else {
                state.statistics.streamedFailed += 1
                return
            }
            state.statistics.streamed += 1
            state.statistics.rows += outcome.rows
            state.statistics.rawBytes += outcome.rawBytes
            state.statistics.skippedLines += outcome.skipped
        }
    }

    /// Looks at the queues again in so many ticks, unless a timer goes off before that anyway.
    private func wake(after ticks: Int64) {
        let moment = environment.clock.now() + ticks
        let mustRun = state.withLock { state in
            guard !state.isStopped, !state.isPaused, state.timer.map({ $0 > moment }) ?? true else { return false }
            state.timer = moment
            return true
        }
        guard mustRun else { return }
        queue.asyncAfter(deadline: .now() + .milliseconds(Int(ticks / 10_000) + 1)) { [self] in
            state.withLock { if $0.timer == moment { $0.timer = nil } }
            drain()
        }
    }

    private func drain() {
        state.withLock { $0.isScheduled = false }
        while !state.withLock({ $0.isStopped || $0.isPaused }) {
            state.withLock { $0.working += 1 }
            defer { state.withLock { $0.working -= 1 } }
            guard takeOne() else { break }
        }
        // A message that another reader hid, or that was put in with a delay, comes back later.
        if let ticks = environment.queues.delayUntilVisible(in: environment.layout.ingestionQueues) {
            wake(after: max(ticks, 10_000))
        }
    }

    private func takeOne() -> Bool {
        for resource in environment.layout.ingestionQueues {
            let hour = 3600 * DateTimeText.ticksPerSecond
            guard let message = environment.queues.take(1, in: resource, hiding: hour).first else { continue }
            process(message.text)
            _ = environment.queues.delete(id: message.id, popReceipt: message.popReceipt, in: resource)
            return true
        }
        return false
    }

    private func process(_ text: String) {
        state.withLock { $0.statistics.messages += 1 }
        let message: IngestionMessage
        do {
            message = try IngestionMessage(text)
        } catch {
            record(error, nil)
            return
        }
        let event = FaultEvent(
            endpoint: .ingestion,
            text: "\(message.properties.database)/\(message.properties.table) \(message.blobURL)"
        )
        let outcome = environment.faults.strike(event)
        if outcome.delayMilliseconds > 0 { Thread.pause(milliseconds: outcome.delayMilliseconds) }
        switch outcome.kind {
        case .fail(let code, let isPermanent):
            let failure = IngestionFailure(.init(code, isPermanent: isPermanent), "a fault was set on ingestion")
            record(failure, message)
            report(.failure(failure), message)
            return
        case .duplicate: ingest(message, event, deletesBlob: false)
        default: break
        }
        ingest(message, event, deletesBlob: true)
    }

    private func ingest(_ message: IngestionMessage, _ event: FaultEvent, deletesBlob: Bool) {
        do {
            let (blob, name) = try source(of: message)
            let outcome = try environment.ingestor.ingest(
                message.properties,
                packing: .init(blobName: name),
                scan: RejectionScan(environment.faults, event)
            ) { push in try blob.content.forEachChunk(push) }
            count(outcome, message)
            if deletesBlob, !message.retainsBlob { _ = environment.blobs.remove(name) }
            report(.success(outcome), message)
        } catch {
            record(error, message)
            report(.failure(error), message)
        }
    }

    private func source(of message: IngestionMessage) throws(IngestionFailure) -> (BlobStore.Blob, String) {
        try authorize(message)
        guard let address = StorageAddress(url: message.blobURL), !address.rest.isEmpty,
            let container = environment.layout.resource(account: address.account, name: address.name),
            container.kind == .blob
        else {
            throw IngestionFailure(
                .invalidBlobURI,
                "'\(message.properties.sourceLocation)' is not in a container of this emulator"
            )
        }
        // The blob is fetched with the URL of the message, which may have expired since it was queued.
        let verdict = environment.access.check(address.parameters, for: container, anyOf: "r")
        if case .refused(_, let reason) = verdict {
            throw IngestionFailure(
                .downloadForbidden,
                "'\(message.properties.sourceLocation)' cannot be read: \(reason)"
            )
        }
        let name = "\(address.account)/\(address.name)/\(address.rest)"
        guard let blob = environment.blobs[name] else {
            throw IngestionFailure(.sourceNotFound, "there is no blob '\(message.properties.sourceLocation)'")
        }
        return (blob, name)
    }

    private func authorize(_ message: IngestionMessage) throws(IngestionFailure) {
        switch environment.identityTokens.check(message.authorizationContext) {
        case .refused(let reason): throw IngestionFailure(.invalidIdentityToken, reason)
        case .good(nil): return
        case .good(.some(let application)):
            guard environment.applications.mayIngest(application) else {
                throw IngestionFailure(
                    .tableAccessDenied,
                    "application '\(application)' may not ingest into table '\(message.properties.table)'"
                )
            }
        }
    }

    private func count(_ outcome: IngestionOutcome, _ message: IngestionMessage) {
        state.withLock { state in
            state.statistics.rows += outcome.rows
            state.statistics.rawBytes += outcome.rawBytes
            state.statistics.skippedLines += outcome.skipped
            if outcome.isDuplicate {
                state.statistics.skippedSources += 1
                return
            }
            state.statistics.succeeded += 1
            if message.rawDataSize == nil {
                state.statistics.missingRawDataSizes += 1
            } else if message.rawDataSize != outcome.rawBytes {
                state.statistics.wrongRawDataSizes += 1
            }
        }
    }

    private func record(_ failure: IngestionFailure, _ message: IngestionMessage?) {
        let record = IngestionRecord(
            operationID: UUID().uuidString.lowercased(),
            sourceID: message?.properties.sourceID ?? "",
            database: message?.properties.database ?? "",
            table: message?.properties.table ?? "",
            sourceLocation: message?.properties.sourceLocation ?? "",
            time: environment.clock.now(),
            failure: failure
        )
        state.withLock { state in
            state.statistics.failed += 1
            if state.failures.count >= Self.keptFailures { state.failures.removeFirst() }
            state.failures.append(record)
        }
        environment.logger.info(
            "source not ingested",
            [
                "ingestion.database": record.database, "ingestion.table": record.table,
                "ingestion.code": failure.code.text, "error": failure.message,
            ]
        )
    }

    private func report(_ result: Result<IngestionOutcome, IngestionFailure>, _ message: IngestionMessage) {
        let report = StatusReport(message: message, result: result, time: environment.clock.now())
        let isWanted: Bool =
            switch (result, message.reportLevel) {
            case (_, .none), (.success, .failuresOnly): false
            default: true
            }
        // A status row that the client made is brought up to date at every level but none, or the client would wait for
        // ever.
        if message.reportsToTable, message.reportLevel != .none, let key = message.statusKey,
            let address = StorageAddress(url: key.table),
            let table = environment.layout.resource(account: address.account, name: address.name)
        {
            environment.statuses.merge(report.row, at: .init(table: table, partition: key.partition, row: key.row))
        }
        guard isWanted, message.reportsToQueue else { return }
        let queue =
            if case .success = result { environment.layout.successQueue } else { environment.layout.failureQueue }
        let text = Data(report.queueMessage.serialized()).base64EncodedString()
        _ = environment.queues.put(text, in: queue, lifetime: 7 * DateTimeText.ticksPerDay)
    }
}
