import Foundation
import HTTP
import Identity
import Kusto
import KustoEmulator
import Logging
import Metrics
import Secrets
import Testing

@testable import Sink

@Suite("Streaming ingestion of batches", .timeLimit(.minutes(3)))
struct StreamingDestinationTests {
    private let samples = BatchSamples()

    /// Runs `body` with an emulated cluster, a destination and the transport under it.
    private func with(
        policy: String? = ".alter table T policy streamingingestion enable",
        streaming: StreamingPolicy = StreamingPolicy(),
        faults: [Fault] = [],
        _ body: (EmulatedCluster, KustoDestination, HookedTransport) async throws -> Void
    ) async throws {
        let adx = try EmulatedCluster(
            configuration: EmulatedClusterConfiguration(
                databases: ["D"],
                setupCommands: [".create table T (a: string, b: string)"] + (policy.map { [$0] } ?? []),
                authentication: AuthenticationPolicy(staticTokens: ["t"]),
                streaming: streaming
            ),
            logger: StartupSamples.logger
        )
        try adx.start()
        for fault in faults { _ = adx.add(fault) }
        let http = try HTTPClient(logger: StartupSamples.logger)
        let transport = HookedTransport(http)
        let client = KustoClient(
            configuration: KustoConfiguration(
                ingestionURL: adx.url,
                queryURL: adx.url,
                credential: .token(RotatedSecret(Secret("t")))
            ),
            transport: transport,
            logger: StartupSamples.logger,
            metrics: MetricsRegistry(),
            // Pauses between tries take no time.
            clock: KustoClock(now: KustoClock.system.now, date: { Date() }, sleep: { _ in !Task.isCancelled })
        )
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(adx, KustoDestination(client: client, executor: nil), transport))
        } catch {
            outcome = .failure(error)
        }
        await http.shutdown()
        await adx.stop()
        try outcome.get()
    }

    private func deliver(_ destination: KustoDestination, _ batch: SealedBatch) async throws {
        var checkpoint = DeliveryCheckpoint()
        try await destination.deliver(batch, from: &checkpoint)
    }

    private func batch(_ text: String = "a,b\n") throws -> SealedBatch {
        try samples.batch(of: samples.partition(isStreaming: true), bytes: Array(text.utf8))
    }

    /// Waits until ADX has done everything.
    private func rows(_ adx: EmulatedCluster) async throws -> Int {
        while !adx.isIdle { try await Task.sleep(for: .milliseconds(5)) }
        return try adx.rowCount("T")
    }

    @Test("rows are in the table when the batch is delivered, without a blob or a message")
    func streams() async throws {
        try await with { adx, destination, transport in
            try await deliver(destination, batch("1,2\n3,4\n"))
            #expect(try adx.rowCount("T") == 2)
            #expect(adx.uploads.blobs == 0)
            #expect(transport.count("/v1/rest/ingest/") == 1)
        }
    }

    @Test("a batch that is too large is queued at once")
    func tooLarge() async throws {
        var generator = SeededGenerator(seed: 3)
        // Random digits, which hardly shrink, so that the compressed rows are more than half of 4 MiB.
        let lines = (0..<300_000).map { _ in "\(UInt64.random(in: 0...(.max), using: &generator)),x\n" }
        let text = lines.joined()
        try await with { adx, destination, transport in
            let large = try samples.batch(
                of: samples.partition(isStreaming: true),
                pool: PagePool(bytes: 16 << 20),
                bytes: Array(text.utf8)
            )
            #expect(large.body.count > 2 << 20)
            try await deliver(destination, large)
            #expect(try await rows(adx) == lines.count)
            #expect(transport.count("/v1/rest/ingest/") == 0)
            #expect(adx.uploads.blobs == 1)
        }
    }

    @Test("a cluster or a table that takes no streaming gets its batches queued, and is not asked each time")
    func unavailable() async throws {
        for (policy, streaming) in [
            (String?.none, StreamingPolicy()), (nil, StreamingPolicy(isEnabled: false)),
            (".alter table T policy streamingingestion enable", StreamingPolicy(maximumBytes: 10)),
        ] {
            try await with(policy: policy, streaming: streaming) { adx, destination, transport in
                for _ in 0..<3 { try await deliver(destination, batch()) }
                #expect(try await rows(adx) == 3)
                #expect(adx.uploads.blobs == 3)
                // Only the size of one batch says nothing about the next one.
                #expect(transport.count("/v1/rest/ingest/") == (streaming.maximumBytes == 10 ? 3 : 1))
            }
        }
    }

    @Test("an engine that fails is tried three times before the batch is queued")
    func failures() async throws {
        let failing = Fault(.answer(status: 500, body: nil, isPermanent: false), at: .streaming, count: 3)
        try await with(faults: [failing]) { adx, destination, transport in
            try await deliver(destination, batch())
            #expect(try await rows(adx) == 1)
            #expect(transport.count("/v1/rest/ingest/") == 3)
            #expect(adx.uploads.blobs == 1)
        }
    }

    @Test("what ADX refuses for good is refused, and not queued")
    func refused() async throws {
        let refusing = Fault(.answer(status: 400, body: nil, isPermanent: true), at: .streaming)
        try await with(faults: [refusing]) { adx, destination, transport in
            let error = await #expect(throws: KustoError.self) { try await deliver(destination, batch()) }
            #expect(error?.disposition == .rejected)
            #expect(error?.mayBeDataFault == true)
            #expect(transport.count("/v1/rest/ingest/") == 1)
            #expect(adx.uploads.blobs == 0)
        }
    }

    @Test("a queued batch whose message failed goes on with its message, and is not streamed then")
    func resumes() async throws {
        let faults = [
            Fault(.throttle(retryAfter: nil), at: .streaming),
            Fault(.answer(status: 503, body: nil, isPermanent: false), at: .queue, method: "POST", count: 3),
        ]
        try await with(faults: faults) { adx, destination, transport in
            let batch = try batch()
            var checkpoint = DeliveryCheckpoint()
            await #expect(throws: KustoError.self) { try await destination.deliver(batch, from: &checkpoint) }
            #expect(checkpoint.blob != nil)
            try await destination.deliver(batch, from: &checkpoint)
            #expect(try await rows(adx) == 1)
            #expect(transport.count("/v1/rest/ingest/") == 1)
            #expect(adx.uploads.blobs == 1)
        }
    }

    @Test("an abandoned batch is not streamed")
    func abandoned() async throws {
        try await with { adx, destination, transport in
            let partition = try samples.partition(isStreaming: true)
            let batch = try samples.batch(of: partition)
            partition.abandon()
            let error = await #expect(throws: KustoError.self) { try await deliver(destination, batch) }
            #expect(error?.code == .cancelled)
            #expect(transport.count("/v1/rest/ingest/") == 0)
        }
    }
}
