internal import Kusto
internal import Logging
internal import Metrics
internal import Synchronization

/// How delivery to ADX goes on the whole: what was accepted, and which tables accept nothing.
///
/// Tells people what no single batch can: that the first batch arrived, that ADX has refused everything for a while, and
/// that it accepts again.
final class DeliveryHealth: Sendable {
    /// What was done since the start.
    struct Totals: Sendable, Hashable {
        /// Batches that ADX accepted.
        var batches = 0
        /// Their rows.
        var rows = 0
        /// Their bytes before compression.
        var rawBytes = 0
        /// Failed attempts.
        var failures = 0
        /// Rows of batches that were dropped.
        var dropped = 0
    }

    private struct Outage {
        let since: Duration
        /// Whether people were told when it began, so that they are told of its end.
        let isTold: Bool
        var failures = 0
        /// Whether it has lasted so long that it is a problem.
        var isReported = false
        var reminder = OutageReminder()
        /// The batches that have failed and wait for another attempt, with their bytes as sent.
        var waiting: [BatchID: Int] = [:]
    }

    /// What a failed attempt is the occasion to tell.
    private enum News {
        case began
        case isProblem
        case lasts
    }

    private struct State {
        var totals = Totals()
        var accepted: Set<String> = []
        var outages: [String: Outage] = [:]
        /// When people were last told that an outage of a table began.
        var told: [String: Duration] = [:]
        var lastError: String?
    }

    /// How long a table may accept nothing before that is a problem; shorter outages are what retries are for.
    static let patience = Duration.seconds(60)
    /// The least time between two lines that say that an outage of one table began: some come and go with every batch.
    static let quiet = Duration.seconds(60)

    private let observer: any PipelineObserver
    private let throttled: Gauge
    private let throttledSince: Gauge
    private let clock: SinkClock
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameters:
    ///   - throttled: Is 1 while ADX asks for less.
    ///   - throttledSince: Since when, in seconds since 1970; 0 while it does not.
    init(
        observer: any PipelineObserver,
        throttled: Gauge,
        throttledSince: Gauge,
        clock: SinkClock,
        logger: Logger
    ) {
        self.observer = observer
        self.throttled = throttled
        self.throttledSince = throttledSince
        self.clock = clock
        self.logger = logger
    }

    /// What was done since the start.
    var totals: Totals { state.withLock { $0.totals } }

    /// The newest reason why ADX did not accept a batch, while some table accepts nothing.
    var lastError: String? { state.withLock { $0.outages.isEmpty ? nil : $0.lastError } }

    /// Notes that ADX has a batch.
    func accepted(_ batch: SealedBatch) {
        let table = batch.route.qualifiedTable
        let now = clock.now()
        let (isFirst, outage) = state.withLock { state in
            state.totals.batches += 1
            state.totals.rows += batch.rows
            state.totals.rawBytes += batch.rawBytes
            batch.route.metrics.failingSince.set(0)
            return (state.accepted.insert(table).inserted, state.outages.removeValue(forKey: table))
        }
        if isFirst { logger.info("first batch of a table accepted", batch.logData) }
        guard let outage else { return }
        if outage.isReported { observer.problemCleared(Self.key(table)) }
        logger.log(
            outage.isTold || outage.isReported ? .info : .debug,
            "ADX accepts batches of a table again",
            Self.data(of: outage, table, now)
        )
    }

    private static func data(of outage: Outage, _ table: String, _ now: Duration) -> LogData {
        [
            "kusto.table": table, "outage.seconds": (now - outage.since).components.seconds,
            "outage.failed_attempts": outage.failures, "batches.waiting": outage.waiting.count,
            "bytes.waiting": outage.waiting.values.reduce(0, +),
        ]
    }

    /// Notes a failed attempt of a batch that is not sent again.
    func failedForTheLastTime(_ error: KustoError) {
        state.withLock { state in
            state.totals.failures += 1
            state.lastError = error.message
        }
    }

    /// Notes a failed attempt of a batch that will be sent again.
    func failed(_ batch: SealedBatch, _ error: KustoError) {
        let table = batch.route.qualifiedTable
        let now = clock.now()
        let (news, outage): (News?, Outage) = state.withLock { state in
            state.totals.failures += 1
            state.lastError = error.message
            if state.outages[table] == nil {
                batch.route.metrics.failingSince.set(Double(clock.wallMilliseconds()) / 1000)
            }
            let isNew = state.outages[table] == nil
            let isTold = state.told[table].map { now - $0 >= Self.quiet } ?? true
            var outage = state.outages[table] ?? Outage(since: now, isTold: isTold)
            outage.failures += 1
            outage.waiting[batch.id] = batch.body.count
            defer { state.outages[table] = outage }
            if isNew, isTold {
                state.told[table] = now
                return (.began, outage)
            }
            if now - outage.since >= Self.patience, !outage.isReported {
                outage.isReported = true
                return (.isProblem, outage)
            }
            return (outage.reminder.isDue(after: now - outage.since) ? .lasts : nil, outage)
        }
        guard let news else { return }
        var data = Self.data(of: outage, table, now)
        switch news {
        case .began:
            data = ["kusto.table": table, "error": error.message, "error.code": "\(error.code)"]
            logger.warning(Self.sentence(error), data)
        case .isProblem:
            let text =
                "table \(table) has accepted nothing for \((now - outage.since).components.seconds) s, "
                + "batches are kept and retried: " + error.message
            observer.problemAppeared(Self.key(table), text)
            data["problem"] = text
            logger.error("a problem needs attention", data)
        case .lasts:
            data["error"] = error.message
            data["error.code"] = "\(error.code)"
            logger.warning("ADX still does not accept batches of a table: they are kept and sent again", data)
        }
    }

    /// What an outage is: trying again helps against most of them, and a person has to do something about the others.
    private static func sentence(_ error: KustoError) -> String {
        switch error.code {
        case .unauthenticated:
            "ADX or Entra refuses the credential, so batches of a table are not accepted: replace the credential or "
                + "correct it; batches are kept and sent with what is read next"
        case .forbidden, .missingRight:
            "ADX refuses this application for lack of a right, so batches of a table are not accepted: grant the right; "
                + "batches are kept and sent again"
        default: "ADX does not accept batches of a table: they are kept and sent again"
        }
    }

    /// Shows that ADX or its storage begins to ask for less, or does not any more.
    func throttling(_ change: Throttle.Change) {
        switch change {
        case .began:
            throttled.set(1)
            throttledSince.set(Double(clock.wallMilliseconds()) / 1000)
            logger.warning(
                "ADX or its storage asks for fewer requests: fewer batches are sent at a time, and they may be larger"
            )
        case .ended(let duration):
            throttled.set(0)
            throttledSince.set(0)
            logger.info(
                "ADX asks for fewer requests no more",
                ["throttled.seconds": duration.components.seconds]
            )
        }
    }

    /// Takes back what is shown, since nothing is sent any more: the process may go on with another pipeline.
    func end() {
        throttled.set(0)
        throttledSince.set(0)
    }

    /// Notes that a batch of a table has had its last attempt: what holds up the table is gone with it.
    func refused(_ route: TableRoute) {
        let table = route.qualifiedTable
        let outage = state.withLock { state in
            route.metrics.failingSince.set(0)
            return state.outages.removeValue(forKey: table)
        }
        if outage?.isReported == true { observer.problemCleared(Self.key(table)) }
    }

    /// Counts rows that are dropped.
    func dropped(rows: Int) { state.withLock { $0.totals.dropped += rows } }

    /// Notes a batch that is left to another member of the group: when no batch of the table is left that has failed,
    /// nobody here would learn that the table accepts again.
    func abandoned(_ batch: SealedBatch) {
        let table = batch.route.qualifiedTable
        let ended: Outage? = state.withLock { state in
            guard state.outages[table]?.waiting.removeValue(forKey: batch.id) != nil else { return nil }
            guard state.outages[table]?.waiting.isEmpty == true else { return nil }
            batch.route.metrics.failingSince.set(0)
            return state.outages.removeValue(forKey: table)
        }
        if ended?.isReported == true { observer.problemCleared(Self.key(table)) }
    }

    private static func key(_ table: String) -> String { "table \(table)" }
}
