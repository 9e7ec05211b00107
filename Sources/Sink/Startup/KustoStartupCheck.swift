internal import Converters
internal import Kusto
internal import SinkConfiguration

/// Whether ADX answers, takes the credential and has the tables and mappings.
struct KustoStartupCheck: Sendable {
    private let client: KustoClient
    private let settings: SinkSettings
    private let waiting: StartupWaiting?

    /// - Parameter waiting: Is told what is waited for.
    init(client: KustoClient, settings: SinkSettings, waiting: StartupWaiting? = nil) {
        self.client = client
        self.settings = settings
        self.waiting = waiting
    }

    /// Asks until ADX answers or `timeout` is over; a refusal ends it at once.
    func run(timeout: Duration, clock: SinkClock, stop: StopSignal) async -> [CheckedItem] {
        let deadline = clock.now() + timeout
        let client = client
        let connected = await attempt(
            "a token and the places to ingest to",
            until: deadline,
            clock,
            stop
        ) { () async throws(KustoError) in try await client.connect() }
        let url = settings.kusto.ingestionURL
        if case .failure(let refusal) = connected {
            let endpoint = CheckedItem(.endpoint, url, .failed(problem(refusal, timeout)))
            return [endpoint] + targets.flatMap { unchecked($0, "not asked for: ADX does not answer, or it refuses") }
        }
        var items = [CheckedItem(.endpoint, url, .passed("takes the credential"))]
        guard settings.kusto.validatesTables else {
            return items + targets.flatMap { unchecked($0, "not asked for: kusto.validation.table.enable=false") }
        }
        for target in targets {
            let outcome = await attempt(
                "the check of table \(target.table) in database \(target.database) at \(settings.kusto.queryURL)",
                until: deadline,
                clock,
                stop
            ) { () async throws(KustoError) in try await client.inspect(target) }
            switch outcome {
            case .success(let findings): items += self.items(target, findings, timeout)
            case .failure(let error):
                let failure = CheckedItem(.table, place(target), .failed(problem(error, timeout)))
                items += unchecked(target, "not asked for: the table was not found out about").filter {
                    $0.kind != .table
                }
                items.append(failure)
            }
        }
        return items
    }

    private func place(_ target: TableTarget) -> String { "\(target.database).\(target.table)" }

    /// The rows of a table about which nothing was found out.
    private func unchecked(_ target: TableTarget, _ reason: String) -> [CheckedItem] {
        var kinds: [(CheckedItem.Kind, String)] = [(.role, place(target)), (.table, place(target))]
        if let mapping = target.mapping { kinds.append((.mapping, "\(place(target)) \(mapping.name)")) }
        if target.isStreaming { kinds.append((.streaming, place(target))) }
        return kinds.map { CheckedItem($0, $1, .unchecked(reason)) }
    }

    private func items(_ target: TableTarget, _ findings: TableFindings, _ timeout: Duration) -> [CheckedItem] {
        func outcome(_ verdict: TableFindings.Verdict, _ text: String) -> CheckedItem.Outcome {
            switch verdict {
            case .good: .passed(text)
            case .bad(let error): .failed(problem(error, timeout))
            case .unknown(let reason): .unchecked(reason)
            }
        }
        var items = [
            CheckedItem(.role, place(target), outcome(findings.right, "may ingest")),
            CheckedItem(.table, place(target), outcome(findings.table, "")),
        ]
        if let mapping = target.mapping, let verdict = findings.mapping {
            items.append(
                CheckedItem(.mapping, "\(place(target)) \(mapping.name)", outcome(verdict, mapping.commandKind))
            )
        }
        if let verdict = findings.streaming {
            items.append(CheckedItem(.streaming, place(target), outcome(verdict, "enabled")))
        }
        return items
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
    private func attempt<Answer: Sendable>(
        _ awaited: String,
        until deadline: Duration,
        _ clock: SinkClock,
        _ stop: StopSignal,
        _ operation: @escaping @Sendable () async throws(KustoError) -> Answer
    ) async -> Result<Answer, KustoError> {
        var last: KustoError?
        while true {
            let outcome = await withTaskGroup(of: Result<Answer, KustoError>?.self) { group in
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
            case .success(let answer):
                waiting?.end(Self.service)
                return .success(answer)
            case .failure(let error):
                if error.isRefusal || clock.now() >= deadline { return .failure(error) }
                last = error
                waiting?.note(Self.service, error.message)
                await pause(until: min(clock.now() + (error.retryAfter ?? .milliseconds(500)), deadline), clock, stop)
                if stop.isRequested || Task.isCancelled { return .failure(error) }
            case nil:
                // What an attempt ended with says more than that the one after it had no time left.
                let unanswered = KustoError(
                    .timedOut,
                    "still waiting for \(awaited)",
                    leg: .resources,
                    disposition: .retry
                )
                return .failure(last ?? unanswered)
            }
        }
    }

    private static let service = "Azure Data Explorer"

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
        case .forbidden:
            let databases = settings.mappings.map(\.database).reduce(into: [String]()) { known, name in
                if !known.contains(name) { known.append(name) }
            }
            let commands = databases.map { "\(client.grant("ingestors", on: $0))" }.joined(separator: ", ")
            return StartupProblem(
                .service,
                "kusto.ingestion.url=\(settings.kusto.ingestionURL): \(error.message), with \(commands)"
            )
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
