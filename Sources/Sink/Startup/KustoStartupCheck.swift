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
        if let error = await attempt(
            until: deadline,
            clock,
            stop,
            { () async throws(KustoError) in try await client.connect() }
        ) {
            return [StartupProblem(.service, explain(error, timeout))]
        }
        guard settings.kusto.validatesTables else { return [] }
        var problems: [StartupProblem] = []
        for target in targets {
            let error = await attempt(until: deadline, clock, stop) { () async throws(KustoError) in
                try await client.validate(target)
            }
            guard let error else { continue }
            let isOurs =
                error.code == .tableNotFound || error.code == .mappingNotFound || error.code == .databaseNotFound
            problems.append(
                isOurs
                    ? StartupProblem(.configuration, "kusto.tables.topics.mapping: \(error.message)")
                    : StartupProblem(.service, explain(error, timeout))
            )
        }
        return problems
    }

    private var targets: [TableTarget] {
        var seen: Set<TableTarget> = []
        return settings.mappings.compactMap { mapping in
            let target = TableTarget(
                database: mapping.database,
                table: mapping.table,
                mapping: mapping.mapping.map { .init(name: $0, kind: mapping.format.mappingKind) }
            )
            return seen.insert(target).inserted ? target : nil
        }
    }

    private func attempt(
        until deadline: Duration,
        _ clock: SinkClock,
        _ stop: StopSignal,
        _ operation: () async throws(KustoError) -> Void
    ) async -> KustoError? {
        while true {
            do throws(KustoError) {
                try await operation()
                return nil
            } catch {
                if error.isPermanent || stop.isRequested || clock.now() >= deadline { return error }
                await clock.sleep(
                    min(error.retryAfter ?? .milliseconds(500), max(deadline - clock.now(), .milliseconds(1)))
                )
            }
        }
    }

    private func explain(_ error: KustoError, _ timeout: Duration) -> String {
        error.isPermanent
            ? "kusto.ingestion.url=\(settings.kusto.ingestionURL): \(error.message)"
            : "kusto.ingestion.url=\(settings.kusto.ingestionURL): no success within \(timeout.components.seconds) s "
                + "(startup.timeout.ms): \(error.message)"
    }
}
