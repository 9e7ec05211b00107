internal import Converters
internal import Kusto
internal import SinkConfiguration

/// Whether ADX answers, takes the credential and has the tables and mappings.
struct KustoStartupCheck: Sendable {
    private let client: KustoClient
    private let settings: SinkSettings

    init(client: KustoClient, settings: SinkSettings) {
        self.client = client
        self.settings = settings
    }

    /// Asks until ADX answers or `timeout` is over; a refusal ends it at once.
    func run(timeout: Duration, clock: SinkClock, stop: StopSignal) async -> [StartupProblem] {
        let deadline = clock.now() + timeout
        let client = client
        let refusal = await attempt(
            "a token and the places to ingest to",
            until: deadline,
            clock,
            stop
        ) { () async throws(KustoError) in try await client.connect() }
        if let refusal { return [problem(refusal, timeout)] }
        guard settings.kusto.validatesTables else { return [] }
        var problems: [StartupProblem] = []
        for target in targets {
            let error = await attempt(
                "the check of table \(target.table) in database \(target.database) at \(settings.kusto.queryURL)",
                until: deadline,
                clock,
                stop
            ) { () async throws(KustoError) in try await client.validate(target) }
            if let error { problems.append(problem(error, timeout)) }
        }
        return problems
    }

    private var targets: [TableTarget] {
        var seen: Set<TableTarget> = []
        return settings.mappings.compactMap { mapping in
            let target = TableTarget(
                database: mapping.database,
                table: mapping.table,
                mapping: mapping.mapping.map { .init(name: $0, kind: mapping.format.mappingKind) },
                isStreaming: mapping.isStreaming
            )
            return seen.insert(target).inserted ? target : nil
        }
    }

    /// Tries `operation` until it succeeds, is refused for good or the deadline is over, which also ends a running try.
    /// - Parameter awaited: What the operation gets, for the message when nothing answers in time.
    private func attempt(
        _ awaited: String,
        until deadline: Duration,
        _ clock: SinkClock,
        _ stop: StopSignal,
        _ operation: @escaping @Sendable () async throws(KustoError) -> Void
    ) async -> KustoError? {
        var last: KustoError?
        while true {
            let outcome = await withTaskGroup(of: Result<Void, KustoError>?.self) { group in
                group.addTask {
                    do throws(KustoError) {
                        return .success(try await operation())
                    } catch {
                        return .failure(error)
                    }
                }
                group.addTask {
                    await pause(until: deadline, clock, stop)
                    return nil
                }
                defer { group.cancelAll() }
                return await group.next() ?? nil
            }
            switch outcome {
            case .success: return nil
            case .failure(let error):
                if error.isRefusal || clock.now() >= deadline { return error }
                last = error
                await pause(until: min(clock.now() + (error.retryAfter ?? .milliseconds(500)), deadline), clock, stop)
                if stop.isRequested || Task.isCancelled { return error }
            case nil:
                let before = last.map { "; before that: \($0.message)" } ?? ""
                return KustoError(
                    .timedOut,
                    "still waiting for \(awaited)\(before)",
                    leg: last?.leg ?? .resources,
                    disposition: .retry
                )
            }
        }
    }

    /// Waits until `time`, or until the process has to stop.
    private func pause(until time: Duration, _ clock: SinkClock, _ stop: StopSignal) async {
        while clock.now() < time, !stop.isRequested, !Task.isCancelled {
            await clock.sleep(min(time - clock.now(), .milliseconds(100)))
        }
    }

    private func problem(_ error: KustoError, _ timeout: Duration) -> StartupProblem {
        switch error.code {
        case .tableNotFound, .mappingNotFound, .databaseNotFound, .streamingUnavailable:
            return StartupProblem(.configuration, "kusto.tables.topics.mapping: \(error.message)")
        case .invalidConfiguration, .untrustedEndpoint, .missingRight:
            // These messages name what is to be changed, which need not be the URL.
            return StartupProblem(.configuration, error.message)
        default:
            let patience =
                error.isRefusal ? "" : "no success within \(timeout.components.seconds) s (startup.timeout.ms): "
            return StartupProblem(
                .service,
                "kusto.ingestion.url=\(settings.kusto.ingestionURL): \(patience)\(error.message)"
            )
        }
    }
}
