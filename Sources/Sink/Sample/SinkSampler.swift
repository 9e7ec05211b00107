internal import Converters
package import Daemon
internal import Kafka
internal import Kusto
package import Logging
internal import Metrics
package import SinkConfiguration
internal import Threads

/// Shows what a sink would make of its records, without being in the group, and without writing anything anywhere.
package struct SinkSampler: Sendable {
    private let settings: SinkSettings
    private let clock: SinkClock
    private let logger: Logger

    /// Creates a sampler that has not opened anything.
    package init(settings: SinkSettings, clock: SinkClock = .system, logger: Logger) {
        self.settings = settings
        self.clock = clock
        self.logger = logger
    }

    /// How long ADX is asked for columns.
    private static let columnPatience = Duration.seconds(5)

    /// Reads records, converts them as a run would and shows what comes of them.
    /// - Parameters:
    ///   - request: What is wanted.
    ///   - show: Gets what is to be shown, on any thread, one after the other.
    /// - Throws: `ExitError` as a start would end with it, and with `temporaryFailure` when a run would stop on a record.
    package func run(_ request: SampleRequest, show: @escaping @Sendable (SampleEvent) -> Void) async throws(ExitError)
    {
        let deadline = ContinuousClock.now + request.timeout
        let settings = try narrowed(to: request.topic)
        let router: TopicRouter
        do throws(SinkFailure) {
            router = try TopicRouter(settings: settings, registry: MetricsRegistry())
        } catch {
            throw error.exitError
        }
        let parts = WorkerParts(Self.reading(settings), MetricsRegistry(), Unobserved(), clock, logger)
        let outcome: Result<SampleSummary, ExitError>
        do throws(ExitError) {
            outcome = .success(try await run(request, settings, parts, router, until: deadline, show))
        } catch {
            outcome = .failure(error)
        }
        await parts.close()
        let summary = try outcome.get()
        show(.summary(summary))
        if let stop = summary.stop { throw ExitError(.temporaryFailure, stop) }
    }

    private func run(
        _ request: SampleRequest,
        _ settings: SinkSettings,
        _ parts: WorkerParts,
        _ router: TopicRouter,
        until deadline: ContinuousClock.Instant,
        _ show: @escaping @Sendable (SampleEvent) -> Void
    ) async throws(ExitError) -> SampleSummary {
        if let error = parts.problems.exitError { throw error }
        // Without problems there is a client.
        guard let cluster = parts.cluster, let configuration = parts.members.first else { return SampleSummary() }
        let found = try await topics(settings, parts, cluster, request)
        guard !found.isEmpty else {
            show(.note("no topic of the cluster matches \(settings.topics.subscription.joined(separator: ", "))"))
            return SampleSummary()
        }
        let reader = SampleReader(
            cluster: cluster,
            configuration: configuration,
            settings: settings,
            request: request,
            schemas: parts.schemas,
            logger: logger,
            deadline: deadline
        )
        let fetching = Task { [schemas = parts.schemas.all] in
            await withTaskGroup { group in
                for source in schemas { group.addTask { await source.run() } }
            }
        }
        defer { fetching.cancel() }
        var summary = SampleSummary()
        for (topic, partitions) in found.sorted(by: { $0.key < $1.key }) {
            guard let route = router.route(for: topic) else { continue }
            let tally = try await sample(topic, partitions, route, reader, show)
            summary.add(tally.summary)
            guard !tally.lines.isEmpty, let client = parts.client else { continue }
            show(await coverage(of: tally.lines, topic, route, client))
        }
        return summary
    }

    /// The settings of a sink that reads one topic.
    private func narrowed(to topic: String?) throws(ExitError) -> SinkSettings {
        guard let topic else { return settings }
        guard settings.topics.contains(topic) else {
            let topics = settings.topics.subscription.joined(separator: ", ")
            throw ExitError(.usage, "--topic \(topic): the sink does not read that topic; it reads \(topics)")
        }
        var narrowed = settings
        narrowed.topics = .list([topic])
        return narrowed
    }

    /// What of the settings is needed to read: nothing is buffered, and no dead letter is written.
    private static func reading(_ settings: SinkSettings) -> SinkSettings {
        var reading = settings
        reading.buffers.diskBytes = 0
        reading.errors.deadLetterQueue = nil
        reading.errors.miscDeadLetterQueue = nil
        reading.tasksMax = 1
        return reading
    }

    /// Asks for the topics, and whether the schema registries answer, as a start does.
    private func topics(
        _ settings: SinkSettings,
        _ parts: WorkerParts,
        _ cluster: ClusterConnection,
        _ request: SampleRequest
    ) async throws(ExitError) -> [String: Int] {
        let timeout = min(settings.process.startupTimeout, request.timeout)
        let stop = StopSignal()
        let mappings = settings.mappings
        let check = KafkaStartupCheck(
            cluster: cluster,
            consumer: settings.consumer,
            topics: settings.topics,
            isRouted: { topic in mappings.contains { $0.topic == topic || $0.isWildcard } }
        )
        async let registries = RegistryStartupCheck(registries: parts.registries)
            .run(timeout: timeout, clock: clock, stop: stop)
        let (partitions, problems) = await check.topics(timeout: timeout, clock: clock, stop: stop)
        if let error = (problems + (await registries).problems).exitError { throw error }
        return partitions
    }

    /// What came of a topic's records.
    private struct Tally {
        var summary = SampleSummary()
        /// The rows that are JSON.
        var lines: [[UInt8]] = []
    }

    private func sample(
        _ topic: String,
        _ partitions: Int,
        _ route: TableRoute,
        _ reader: SampleReader,
        _ show: @escaping @Sendable (SampleEvent) -> Void
    ) async throws(ExitError) -> Tally {
        do {
            return try await BlockingThread.run(name: "sample") {
                var tally = Tally()
                try reader.read(topic, partitions: partitions, route) { event in
                    if case .record(let record, _) = event {
                        tally.summary.count(record)
                        if case .json(let line) = record.result { tally.lines.append(line) }
                    }
                    show(event)
                }
                return tally
            }
        } catch let error as SinkFailure {
            throw error.exitError
        } catch {
            throw ExitError(.software, "\(error)")
        }
    }

    /// Asks ADX for the columns, and looks which of them the rows fill.
    private func coverage(
        of lines: [[UInt8]],
        _ topic: String,
        _ route: TableRoute,
        _ client: KustoClient
    ) async -> SampleEvent {
        let answer = await withTaskGroup(of: TableColumns.Answer?.self) { group in
            group.addTask { await TableColumns(client: client).ask(route) }
            group.addTask { [clock] in
                await clock.sleep(Self.columnPatience)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        switch answer {
        case .columns(let columns, let origin):
            var coverage = ColumnCoverage(columns, origin: origin)
            for line in lines { coverage.count(line) }
            return .coverage(coverage, of: SampledTopic(topic, route))
        case .unknown(let reason): return .note("which columns the rows fill is not known: \(reason)")
        case nil: return .note("which columns the rows fill is not known: ADX does not answer")
        }
    }

    /// Nobody watches a sample's health.
    private struct Unobserved: PipelineObserver {
        func taskTurned(_ task: Int) {}
        func taskJoined(_ task: Int) {}
        func taskEnded(_ task: Int) {}
    }
}
