internal import Compression
internal import Converters
internal import Daemon
package import Kafka
package import KafkaClients
package import Logging
package import Metrics
package import SinkConfiguration
internal import Synchronization
internal import Threads

/// Everything that a record passes through, for all tasks of a process: consumers, lanes, buffers and ingestion.
///
/// Lanes, buffers, ADX client and metrics belong to the process; each task adds a consumer with its poll thread.
/// Stopping follows the way of the records: consumers first, then lanes, then ingestion.
package final class SinkPipeline: Service {
    package let name = "sink"
    /// When somebody asked for a stop.
    private let stopAsked = Mutex<Duration?>(nil)
    private let settings: SinkSettings
    private let members: [KafkaClientConfiguration]
    private let inboxes: [PollInbox]
    private let reader: OffsetRangeReader
    private let onSignInRefused: @Sendable () -> Void
    private let buffers: BufferBudget
    private let lanes: [EncoderLane]
    private let spread: LaneSpread
    private let queue: IngestQueue
    private let ingestor: Ingestor
    private let recoverer: Recoverer
    private let reports: ReportDesk?
    private let held = HeldPartitions()
    private let router: TopicRouter
    private let schemas: SchemaStores
    private let letters: DeadLetterQueues?
    private let skipped: SkippedRecordLog
    private let stop = StopSignal()
    private let metrics: PipelineMetrics
    private let health: DeliveryHealth
    private let observer: any PipelineObserver
    private let clock: SinkClock
    private let logger: Logger

    /// How long the last dead letters are waited for.
    private static let lastLetters = Duration.seconds(10)

    /// The most batches that are uploaded at a time.
    package static let ingestionSlots = 16

    /// Creates the pipeline; nothing is consumed before ``run()``.
    /// - Parameters:
    ///   - settings: What the user wants.
    ///   - members: The client properties of each task's member of the group.
    ///   - buffers: What may be held in memory and on disk.
    ///   - destination: Where sealed batches go.
    ///   - schemas: Where schemas come from; required by converters that use a registry.
    ///   - reports: Where ADX's reports about queued batches are, if the settings ask for them.
    ///   - reportInterval: The time between two looks at these.
    ///   - producers: The clients of the dead-letter queues, if there are any.
    ///   - onSignInRefused: Is called when brokers refuse the credential or certificate of a member of the group.
    ///   - registry: Takes the metrics.
    ///   - observer: Is told about health.
    ///   - clock: The time.
    ///   - logger: Takes the pipeline's lines.
    /// - Throws: ``SinkFailure`` with `converter` for a converter that the sink cannot work with.
    package init(
        settings: SinkSettings,
        members: [KafkaClientConfiguration],
        buffers: BufferBudget,
        destination: any BatchDestination,
        schemas: SchemaStores = SchemaStores(),
        reports: (any ReportReading)? = nil,
        reportInterval: Duration = .seconds(10),
        producers: DeadLetterProducers? = nil,
        onSignInRefused: @escaping @Sendable () -> Void = {},
        registry: MetricsRegistry,
        observer: any PipelineObserver,
        clock: SinkClock = .system,
        logger: Logger
    ) throws(SinkFailure) {
        self.settings = settings
        self.members = members
        inboxes = members.map { _ in PollInbox() }
        let reader = OffsetRangeReader(configuration: members[0], logger: logger)
        self.reader = reader
        self.onSignInRefused = onSignInRefused
        self.buffers = buffers
        self.schemas = schemas
        self.observer = observer
        self.clock = clock
        self.logger = logger
        router = try TopicRouter(settings: settings, registry: registry)
        metrics = PipelineMetrics(registry: registry, connector: settings.name)
        metrics.observe(buffers)
        let health = DeliveryHealth(
            observer: observer,
            throttled: metrics.throttled,
            throttledSince: metrics.throttledSince,
            clock: clock,
            logger: logger
        )
        self.health = health
        queue = IngestQueue(slots: Self.ingestionSlots, clock: clock, onThrottle: health.throttling)
        let letters = producers.map { [stop] in
            DeadLetterQueues($0, connector: settings.name, registry: registry, stop: stop, logger: logger)
        }
        self.letters = letters
        let skipped = SkippedRecordLog(
            connector: settings.name,
            detail: SkippedRecordLog.Detail(
                namesEach: settings.errors.logsFailures,
                includesMessages: settings.errors.logsMessages
            ),
            keepsLetters: letters?.errors != nil,
            clock: clock,
            logger: logger
        )
        self.skipped = skipped
        let rejections = RejectedRecords(
            connector: settings.name,
            skips: settings.errors.tolerance == .all,
            keyClass: settings.keyConverter?.className ?? "",
            letters: letters?.errors,
            log: skipped
        )
        let makeContext = Self.contexts(
            settings,
            buffers: buffers,
            growth: queue.growth,
            schemas: schemas,
            rejections: rejections,
            clock: clock,
            stop: stop,
            logger: logger
        )
        let policy = RetryPolicy(
            maximumTime: settings.errors.retryMaximumTime,
            backoff: settings.errors.retryBackoff
        )
        self.reports = reports.map { [held, stop] reader in
            ReportDesk(
                key: ReportKey(sink: settings.name),
                reader: reader,
                settings: settings.reports,
                behavior: settings.errors.behavior,
                interval: reportInterval,
                held: held,
                metrics: ReportMetrics(registry: registry, connector: settings.name),
                stop: stop,
                clock: clock,
                logger: logger
            )
        }
        recoverer = Recoverer(
            around: RecoverySurroundings(
                connector: settings.name,
                behavior: settings.errors.behavior,
                policy: policy,
                builder: PieceBuilder(
                    reader: reader,
                    makeContext: { makeContext { _ in } },
                    timeout: max(.seconds(60), min(policy.maximumTime, .seconds(600)))
                ),
                destination: destination,
                queue: queue,
                deadLetters: letters?.misc,
                reports: self.reports,
                acceptance: Acceptance(metrics: metrics, health: health, clock: clock, logger: logger),
                metrics: RecoveryMetrics(registry: registry, connector: settings.name),
                stop: stop,
                clock: clock,
                logger: logger
            )
        )
        let ingestor = Ingestor(
            queue: queue,
            destination: destination,
            policy: policy,
            behavior: settings.errors.behavior,
            recoverer: recoverer,
            reports: self.reports,
            stop: stop,
            metrics: metrics,
            health: health,
            clock: clock,
            logger: logger
        )
        self.ingestor = ingestor
        spread = LaneSpread(lanes: ProcessorCount.available)
        lanes = (0..<ProcessorCount.available).map { _ in
            EncoderLane(maximumAge: settings.flush.interval, clock: clock) { makeContext(ingestor.submit) }
        }
    }

    /// What the encoders of one thread share, for those that hand sealed batches to `submit`.
    private static func contexts(
        _ settings: SinkSettings,
        buffers: BufferBudget,
        growth: BatchGrowth,
        schemas: SchemaStores,
        rejections: RejectedRecords,
        clock: SinkClock,
        stop: StopSignal,
        logger: Logger
    ) -> @Sendable (_ submit: @escaping @Sendable (SealedBatch) -> Void) -> LaneContext {
        let keys = settings.keyConverter.map { KeyConversion(kind: $0.kind, options: $0.converterOptions()) }
        let lanes = ProcessorCount.available
        return { submit in
            LaneContext(
                compression: settings.compression.kind == .isal ? .isal : .zlib,
                level: settings.compression.level,
                buffers: buffers,
                lanes: lanes,
                policy: BatchPolicy(maximumBytes: settings.flush.sizeBytes, maximumAge: settings.flush.interval),
                growth: growth,
                rejections: rejections,
                keys: keys,
                schemas: schemas,
                clock: clock,
                stop: stop,
                logger: logger,
                submit: submit
            )
        }
    }

    /// Consumes and ingests until the service is shut down and what was read is done, or until something fails.
    ///
    /// Cancellation leaves what is in flight to the next start.
    /// - Throws: ``SinkFailure``: the first one.
    package func run() async throws {
        defer { health.end() }
        try await withGracefulShutdownHandler {
            try await withTaskCancellationHandler {
                try await work()
            } onCancel: { [stop] in
                stop.abort()
            }
        } onGracefulShutdown: {
            self.requestStop()
        }
        if let failure = stop.failure { throw failure }
    }

    /// Stops as on a shutdown: what was read is ingested and committed, and the group is left.
    package func requestStop() {
        stopAsked.withLock { $0 = $0 ?? clock.now() }
        stop.request()
    }

    /// How long it is since somebody asked for a stop, or `nil` when nobody has.
    var timeSinceStop: Duration? { stopAsked.withLock { $0 }.map { clock.now() - $0 } }

    /// Has the members of the group, and what reads records again, sign in with another user and password from the next
    /// connection on.
    /// - Throws: `KafkaError`.
    package func setLogin(_ login: ClientSnapshot.Login) throws(KafkaError) {
        for inbox in inboxes { inbox.setLogin(login) }
        try reader.setCredentials(user: login.user, password: login.password)
    }

    private func work() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, lane) in lanes.enumerated() {
                group.addTask {
                    do {
                        try await BlockingThread.run(name: "lane-\(index)") { lane.run() }
                    } catch {
                        // Without this lane nobody takes what the poll threads add.
                        self.stop.abort()
                        throw error
                    }
                }
            }
            for source in schemas.all { group.addTask { await source.run() } }
            group.addTask { await self.ingestor.run() }
            group.addTask { await self.recoverer.run() }
            group.addTask { await self.skipped.run() }
            group.addTask { await self.reports?.run(recoverer: self.recoverer) }
            group.addTask { await self.summary.run() }
            do {
                try await consume()
            } catch {
                stop.abort()
                await letters?.close()
                finish(&group)
                throw error
            }
            // Letters whose offsets nobody waited for, as under errors.tolerance=none, have a moment to arrive.
            if stop.failure != nil, !stop.isUrgent { await letters?.drain(timeout: Self.lastLetters) }
            // A recovery that waits for letters ends with them.
            await letters?.close()
            finish(&group)
            try await group.waitForAll()
        }
    }

    private var summary: ActivitySummary {
        ActivitySummary(
            health: health,
            metrics: metrics,
            router: router,
            queue: queue,
            buffers: buffers,
            lanes: lanes.count,
            clock: clock,
            logger: logger
        )
    }

    /// Ends lanes and ingestion: nothing more comes, and what is still in flight has no owner any more.
    private func finish(_ group: inout ThrowingTaskGroup<Void, any Error>) {
        for lane in lanes { lane.add(.finish) }
        queue.close(discarding: true)
        group.cancelAll()
    }

    /// Runs all tasks to their end; a failure of one stops the others.
    private func consume() async throws {
        // All of them before the first: a process with some of its members only is not ready.
        for task in members.indices { observer.taskStarted(task) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (task, client) in members.enumerated() {
                let loop = PollLoop(
                    client: client,
                    settings: consumerSettings,
                    surroundings: surroundings(of: task)
                )
                group.addTask {
                    defer { self.observer.taskEnded(task) }
                    do {
                        try await BlockingThread.run(name: "poll-\(task)") { try loop.run() }
                    } catch let failure as SinkFailure {
                        self.stop.fail(failure)
                    } catch {
                        self.stop.abort()
                        throw error
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private var consumerSettings: ConsumerSettings {
        let pollInterval = settings.consumer["max.poll.interval.ms"].flatMap(Int.init) ?? 300_000
        let queueBytes = settings.consumer["queued.max.messages.kbytes"].flatMap(Int.init).map { $0 << 10 }
        let responseBytes = settings.consumer["fetch.max.bytes"].flatMap(Int.init)
        return ConsumerSettings(
            group: settings.consumer["group.id"] ?? "",
            topics: settings.topics.subscription,
            resetPolicy: OffsetResetPolicy(settings.consumer),
            commitInterval: settings.process.commitInterval,
            drainTime: settings.process.shutdownDrain,
            revokeTime: .milliseconds(min(10_000, pollInterval / 3)),
            turns: FetchTurnLimits(prefetchBytes: (queueBytes ?? 64 << 20) + (responseBytes ?? 50 << 20))
        )
    }

    private func surroundings(of task: Int) -> PollLoop.Surroundings {
        PollLoop.Surroundings(
            task: task,
            lanes: lanes,
            spread: spread,
            router: router,
            buffers: buffers,
            queue: queue,
            recoverer: recoverer,
            held: held,
            inbox: inboxes[task],
            stop: stop,
            metrics: metrics,
            health: health,
            client: metrics.client(ofTask: task),
            observer: observer,
            clock: clock,
            logger: logger.with("task", task),
            onTurn: { [observer] in observer.taskTurned(task) },
            onJoined: { [observer] in observer.taskJoined(task) },
            onSignInRefused: onSignInRefused
        )
    }
}
