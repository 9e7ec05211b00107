internal import FoundationEssentials
package import HTTP
internal import Identity
internal import JSON
package import Logging
package import Metrics
internal import Refreshing

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
    private let book: ReportBook
    private let streaming: ManagedStreaming
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
        transport: any HTTPTransport,
        logger: Logger,
        metrics: MetricsRegistry,
        clock: KustoClock = .system
    ) {
        self.configuration = configuration
        self.clock = clock
        let wire = Wire(transport, configuration, metrics, clock)
        let failures = RefreshFailures(registry: metrics, logger: logger)
        let tokens = TokenProvider(
            configuration.credential,
            for: .cluster(url: configuration.ingestionURL, trusting: configuration.trust),
            remedy: configuration.credential.remedy,
            remedies: configuration.credential.remedies,
            environment: configuration.environment,
            transport: wire.transport(of: .token),
            clock: IdentityClock(
                now: clock.now,
                unixSeconds: { clock.date().timeIntervalSince1970 },
                sleep: clock.sleep
            ),
            onFailure: failures.reporter(of: "token")
        )
        engine = Engine(wire: wire, tokens: tokens, refusal: Self.refusal(of: configuration))
        resources = ResourceManager(
            engine,
            url: configuration.ingestionURL,
            trust: configuration.trust,
            // If one account falls silent, it holds at most half of the requests, and the others still have the rest.
            requestsPerAccount: max(1, configuration.concurrentRequests / 2),
            clock: clock,
            failures,
            AccountReports(registry: metrics, logger: logger)
        )
        uploader = BlobUploader(wire: wire)
        poster = QueuePoster(wire: wire)
        book = ReportBook(StatusTable(wire: wire), resources, logger)
        validator = TableValidator(engine, configuration, logger)
        streaming = ManagedStreaming(
            StreamingSender(engine, url: configuration.queryURL, logger),
            validator,
            metrics,
            clock,
            logger
        )
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
    ///   - report: What ADX should write down about it; `nil` for nothing. The row for that is there before the message.
    ///   - isWanted: Asked before each try; once it says no, nothing is sent any more.
    /// - Throws: ``KustoError``; `cancelled` when it is not wanted any more.
    package func enqueue(
        _ blob: UploadedBlob,
        _ properties: IngestionProperties,
        report: ReportRequest? = nil,
        while isWanted: () -> Bool = { true }
    ) async throws(KustoError) {
        var status: StatusRow?
        if let report { status = try await book.open(report, for: blob, properties, while: isWanted) }
        let message = IngestionMessage(
            blob: blob,
            properties: properties,
            identityToken: try await resources.identityToken(),
            created: clock.date(),
            application: configuration.application,
            status: status
        ).serialized()
        let poster = poster
        try await resources.withFallback(over: \.queues, while: isWanted) { queue async throws(KustoError) in
            try await poster.post(message, to: queue)
        }
    }

    /// Reads what ADX has written down about the batches of a partition key, page by page, with one request for each
    /// status table and 1,000 batches.
    ///
    /// A table that does not answer is passed over, with a warning; its reports come with a later look at all pages.
    /// - Parameters:
    ///   - partitionKey: The key that the batches were queued with.
    ///   - isFinal: Whether batches about which ADX has said nothing yet are left out.
    ///   - limit: How many reports of each status table a page has at most, rounded up to multiples of 1,000.
    ///   - start: The ``ReportPage/next`` of the page before; `nil` for the first page.
    /// - Throws: ``KustoError`` when no table answers.
    package func reports(
        partitionKey: String,
        isFinal: Bool = false,
        limit: Int = 1000,
        after start: String? = nil
    ) async throws(KustoError) -> ReportPage {
        try await book.page(of: partitionKey, isFinal: isFinal, limit: limit, after: start)
    }

    /// Removes reports that came from ``reports(partitionKey:isFinal:limit:after:)``.
    ///
    /// One that is gone already is no failure, so this can be repeated.
    /// - Throws: The first ``KustoError``; other tables' reports are removed all the same.
    package func forget(_ reports: [IngestionReport]) async throws(KustoError) { try await book.forget(reports) }

    /// Removes the rows of batches that were queued longer ago than `age` and about which ADX has said nothing; one that it
    /// writes into at that moment stays.
    /// - Parameters:
    ///   - partitionKey: The key that the batches were queued with.
    ///   - age: How long ago they were queued at least.
    ///   - limit: How many rows are removed of each status table at most; more go with a later call.
    /// - Returns: How many were removed.
    /// - Throws: The first ``KustoError``; other tables' rows are removed all the same.
    package func forgetSilent(
        partitionKey: String,
        olderThan age: Duration,
        limit: Int
    ) async throws(KustoError) -> Int {
        try await book.forgetSilent(
            of: partitionKey,
            before: clock.date().addingTimeInterval(-Double(age.components.seconds)),
            limit: limit
        )
    }

    /// Streams a batch into its table, with up to three tries, if it is small enough and ADX takes it that way.
    ///
    /// A table whose cluster or policy does not allow it, or whose requests ADX throttles, is not asked for a while. A try
    /// whose answer was lost is repeated, so ADX may have the rows twice: delivery is at least once.
    /// - Parameters:
    ///   - body: The rows as they are sent.
    ///   - properties: What they are and where they go.
    ///   - isCompressed: Whether the body is gzip.
    ///   - isWanted: Asked before each try; once it says no, nothing is sent any more.
    /// - Returns: Whether the rows are in the table; else the caller queues the batch.
    /// - Throws: ``KustoError`` that queued ingestion would not change: ADX refuses the rows for good, or this process has
    ///   failed; `cancelled` when it is not wanted any more.
    package func stream(
        _ body: any HTTPBodySource,
        _ properties: IngestionProperties,
        isCompressed: Bool,
        while isWanted: () -> Bool = { true }
    ) async throws(KustoError) -> Bool {
        try await streaming.stream(body, properties, isCompressed: isCompressed, while: isWanted)
    }

    /// Runs a management command at the engine and returns its first table.
    /// - Throws: ``KustoError``.
    package func manage(_ command: KustoCommand, database: String) async throws(KustoError) -> KustoTable {
        try await engine.manage(command, database: database, at: configuration.queryURL, leg: .management)
    }

    /// Runs a query at the engine and returns its primary result.
    /// - Throws: ``KustoError``.
    package func query(_ query: KustoCommand, database: String) async throws(KustoError) -> KustoTable {
        try await engine.query(query, database: database, at: configuration.queryURL, options: [:])
    }

    /// Looks whether a table and its mapping exist, whether it may be streamed into when that is wanted, and whether the
    /// identity may ingest, as far as it is allowed to look.
    /// - Throws: ``KustoError`` when a service does not answer, so that asking again may help.
    package func inspect(_ target: TableTarget) async throws(KustoError) -> TableFindings {
        try await validator.inspect(target)
    }

    /// The command by which an administrator gives this client's identity a role in a database, such as `ingestors`.
    package func grant(_ role: String, on database: String) -> KustoCommand { validator.grant(role, on: database) }

    /// Why no request is made, or `nil`: whoever makes the configuration has checked its URLs, but a token that has left
    /// cannot be taken back.
    private static func refusal(of configuration: KustoConfiguration) -> KustoError? {
        for url in [configuration.ingestionURL, configuration.queryURL] {
            guard let reason = configuration.trust.refusal(of: url) else { continue }
            return KustoError(
                .untrustedEndpoint,
                "nothing is sent to \(HTTPError.withoutQuery(url)): \(reason)",
                leg: .token,
                disposition: .stop
            )
        }
        return nil
    }
}
