internal import FoundationEssentials
package import HTTP
internal import JSON
package import Logging
package import Metrics

/// A client of one cluster: queued ingestion, commands and queries.
///
/// Tokens, resources and the identity token are fetched when first needed and renewed before they end.
package final class KustoClient: Sendable {
    private let configuration: KustoConfiguration
    private let engine: Engine
    private let resources: ResourceManager
    private let uploader: BlobUploader
    private let poster: QueuePoster
    private let validator: TableValidator
    private let clock: KustoClock

    /// Creates a client; nothing is sent.
    /// - Parameters:
    ///   - configuration: Which cluster, and as whom.
    ///   - transport: Carries the requests.
    ///   - logger: Takes the client's lines.
    ///   - metrics: Takes how long each leg takes.
    ///   - clock: The time.
    package init(
        configuration: KustoConfiguration,
        transport: any KustoTransport,
        logger: Logger,
        metrics: MetricsRegistry,
        clock: KustoClock = .system
    ) {
        self.configuration = configuration
        self.clock = clock
        let wire = Wire(transport, configuration, metrics, clock)
        let failures = RefreshFailures(registry: metrics, logger: logger)
        engine = Engine(wire: wire, authenticator: Authenticator(configuration, wire, failures))
        resources = ResourceManager(
            engine,
            url: configuration.ingestionURL,
            // If one account falls silent, it holds at most half of the requests, and the others still have the rest.
            requestsPerAccount: max(1, configuration.concurrentRequests / 2),
            clock: clock,
            failures,
            AccountReports(registry: metrics, logger: logger)
        )
        uploader = BlobUploader(wire: wire)
        poster = QueuePoster(wire: wire)
        validator = TableValidator(engine, configuration, logger)
    }

    /// Gets a token, the ingestion resources and the identity token, unless they are there.
    /// - Throws: ``KustoError``: the reason why a sink could not start.
    package func connect() async throws(KustoError) { try await resources.load() }

    /// Writes a blob, at up to three storage accounts.
    /// - Parameters:
    ///   - body: The bytes.
    ///   - name: The blob's name; its extension says how it is compressed.
    ///   - isWanted: Asked before each try; once it says no, nothing is sent any more.
    /// - Throws: ``KustoError``; `cancelled` when it is not wanted any more.
    package func upload(
        _ body: any HTTPBodySource,
        name: String,
        while isWanted: () -> Bool = { true }
    ) async throws(KustoError) -> UploadedBlob {
        let uploader = uploader
        return try await resources.withFallback(over: \.containers, while: isWanted) {
            container async throws(KustoError) in
            try await uploader.upload(body, name: name, to: container)
        }
    }

    /// Whether a blob's message may be posted now, or the blob must be uploaded again because its URL ends too soon for ADX.
    package func mayPost(_ blob: UploadedBlob) -> Bool { blob.mayBePosted(at: clock.date()) }

    /// Posts the message that makes ADX ingest a blob, at up to three queues.
    ///
    /// A post whose answer was lost is repeated, so ADX may ingest the blob twice: delivery is at least once.
    /// - Parameters:
    ///   - blob: The blob, whose URL must stay valid long enough; see ``mayPost(_:)``.
    ///   - properties: What ADX should do with it.
    ///   - isWanted: Asked before each try; once it says no, nothing is sent any more.
    /// - Throws: ``KustoError``; `cancelled` when it is not wanted any more.
    package func enqueue(
        _ blob: UploadedBlob,
        _ properties: IngestionProperties,
        while isWanted: () -> Bool = { true }
    ) async throws(KustoError) {
        let message = IngestionMessage(
            blob: blob,
            properties: properties,
            identityToken: try await resources.identityToken(),
            created: clock.date(),
            application: configuration.application
        ).serialized()
        let poster = poster
        try await resources.withFallback(over: \.queues, while: isWanted) { queue async throws(KustoError) in
            try await poster.post(message, to: queue)
        }
    }

    /// Runs a management command at the engine and returns its first table.
    /// - Throws: ``KustoError``.
    package func manage(_ command: String, database: String) async throws(KustoError) -> KustoTable {
        try await engine.manage(command, database: database, at: configuration.queryURL, leg: .management)
    }

    /// Runs a query at the engine and returns its primary result.
    /// - Throws: ``KustoError``.
    package func query(_ text: String, database: String) async throws(KustoError) -> KustoTable {
        try await engine.query(text, database: database, at: configuration.queryURL, options: [:])
    }

    /// Checks that a table and its mapping exist, and that the identity may ingest, as far as it is allowed to look.
    /// - Throws: ``KustoError`` with `databaseNotFound`, `tableNotFound`, `mappingNotFound` or `missingRight`, or why it could
    ///   not be asked.
    package func validate(_ target: TableTarget) async throws(KustoError) { try await validator.validate(target) }
}
