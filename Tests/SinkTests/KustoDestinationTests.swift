import Foundation
import Glibc
import HTTP
import Identity
import Kusto
import KustoEmulator
import Logging
import Metrics
import Secrets
import Synchronization
import Testing

@testable import Sink

@Suite("Queued ingestion of batches", .timeLimit(.minutes(3)))
struct KustoDestinationTests {
    private let samples = BatchSamples()
    private let adx: EmulatedCluster
    private let http: HTTPClient

    init() throws {
        adx = try EmulatedCluster(
            configuration: EmulatedClusterConfiguration(
                databases: ["D"],
                setupCommands: [".create table T (a: string, b: string)"],
                authentication: AuthenticationPolicy(staticTokens: ["t"]),
                signatureLifetimeSeconds: 86_400
            ),
            logger: StartupSamples.logger
        )
        try adx.start()
        http = try HTTPClient(logger: StartupSamples.logger)
    }

    private func client(_ transport: any HTTPTransport, date: @escaping @Sendable () -> Date = { Date() })
        -> KustoClient
    {
        KustoClient(
            configuration: KustoConfiguration(
                ingestionURL: adx.url,
                queryURL: adx.url,
                credential: .token(RotatedSecret(Secret("t")))
            ),
            transport: transport,
            logger: StartupSamples.logger,
            metrics: MetricsRegistry(),
            clock: KustoClock(now: KustoClock.system.now, date: date)
        )
    }

    private func destination(_ client: KustoClient) -> KustoDestination {
        KustoDestination(client: client, executor: nil)
    }

    /// Waits until ADX has done everything, and stops it.
    private func rows() async throws -> Int {
        while !adx.isIdle { try await Task.sleep(for: .milliseconds(5)) }
        let count = try adx.rowCount("T")
        await http.shutdown()
        await adx.stop()
        return count
    }

    @Test("uploads a blob and posts its message, of which a failed post repeats only the message")
    func resumes() async throws {
        let isBroken = Mutex(true)
        let transport = HookedTransport(
            http,
            before: { request throws(HTTPError) in
                if request.isMessage, isBroken.withLock({ $0 }) { throw HTTPError(.cut, "cut", url: request.url) }
            }
        )
        let destination = destination(client(transport))
        let batch = try samples.batch(of: samples.partition())
        var checkpoint = DeliveryCheckpoint()
        await #expect(throws: KustoError.self) { try await destination.deliver(batch, from: &checkpoint) }
        #expect(checkpoint.blob != nil)
        isBroken.withLock { $0 = false }
        try await destination.deliver(batch, from: &checkpoint)
        #expect(adx.uploads.blobs == 1)
        #expect(try await rows() == 1)
    }

    @Test("uploads again when the blob's URL might end before ADX reads it")
    func uploadsAgain() async throws {
        let hours = Mutex(0.0)
        let date: @Sendable () -> Date = { Date(timeIntervalSinceNow: hours.withLock { $0 } * 3600) }
        let isBroken = Mutex(true)
        let transport = HookedTransport(
            http,
            before: { request throws(HTTPError) in
                if request.isMessage, isBroken.withLock({ $0 }) { throw HTTPError(.cut, "cut", url: request.url) }
            }
        )
        let destination = destination(client(transport, date: date))
        let batch = try samples.batch(of: samples.partition())
        var checkpoint = DeliveryCheckpoint()
        await #expect(throws: KustoError.self) { try await destination.deliver(batch, from: &checkpoint) }
        #expect(adx.uploads.blobs == 1)
        isBroken.withLock { $0 = false }
        // What ADX gave out ends after a day, of which ADX may need the last two hours.
        hours.withLock { $0 = 22.5 }
        try await destination.deliver(batch, from: &checkpoint)
        #expect(adx.uploads.blobs == 2)
        #expect(try await rows() == 1)
    }

    @Test("a blob's name stays within what Azure allows, however long a table's name is, and ends with the batch's own")
    func blobNames() async throws {
        for character in ["t", "é", "\u{1F600}"] {
            let table = String(repeating: character, count: 1024)
            let batch = try samples.batch(of: samples.partition(table: table))
            let name = KustoDestination.blobName(of: batch)
            #expect(name.utf8.count <= 1024 && name.hasPrefix("D__\(character)"))
            #expect(name.contains("__kafka_t_0_0__\(batch.sourceID.uuidString.lowercased())."))
        }
        await http.shutdown()
        await adx.stop()
    }

    @Test("an abandoned batch never posts its message, so its records are there once, from their next reader")
    func posts() async throws {
        let (first, next) = (try samples.partition(), try samples.partition())
        let transport = HookedTransport(
            http,
            after: { request throws(HTTPError) in if request.isUpload { first.abandon() } }
        )
        let destination = destination(client(transport))
        let records = Array((0..<200).map { "id\($0),x\n" }.joined().utf8)
        var checkpoint = DeliveryCheckpoint()
        let left = try samples.batch(of: first, 0..<200, bytes: records)
        let error = await #expect(throws: KustoError.self) { try await destination.deliver(left, from: &checkpoint) }
        #expect(error?.code == .cancelled)
        #expect(transport.count("/messages?") == 0)
        var anew = DeliveryCheckpoint()
        try await destination.deliver(samples.batch(of: next, 0..<200, bytes: records), from: &anew)
        while !adx.isIdle { try await Task.sleep(for: .milliseconds(5)) }
        #expect(try adx.query("T | distinct a | count").rows.first == [.integer(200)])
        #expect(try await rows() == 200, "0 duplicates")
    }

    @Test("an attempt that is cancelled between upload and message posts none")
    func cancelled() async throws {
        let transport = HookedTransport(
            http,
            after: { request throws(HTTPError) in
                if request.isUpload { unsafe withUnsafeCurrentTask { unsafe $0?.cancel() } }
            }
        )
        let destination = destination(client(transport))
        let batch = try samples.batch(of: samples.partition())
        let outcome = await Task {
            var checkpoint = DeliveryCheckpoint()
            try await destination.deliver(batch, from: &checkpoint)
        }.result
        #expect(throws: KustoError.self) { try outcome.get() }
        #expect(transport.count("/messages?") == 0)
        #expect(try await rows() == 0)
    }

    @Test("a batch that the disk changed is not sent, and is this process's fault")
    func refusesAlteredBatches() async throws {
        var template = Array("\(FileManager.default.temporaryDirectory.path)/kusto-sink-test-XXXXXX".utf8CString)
        let file = unsafe mkstemp(&template)
        unsafe unlink(template)
        let disk = SpillSpace(bytes: 1 << 20, descriptor: file)
        var generator = SeededGenerator(seed: 7)
        let records = (0..<5000).map { _ in "\(UInt64.random(in: 0...(.max), using: &generator)),x\n" }.joined()
        let batch = try samples.batch(
            of: samples.partition(),
            pool: PagePool(bytes: 16 << 10),
            disk: disk,
            bytes: Array(records.utf8)
        )
        #expect(disk.usedBytes > 0)
        let destination = destination(client(http))
        var checkpoint = DeliveryCheckpoint()
        var byte: UInt8 = 0
        unsafe pread(file, &byte, 1, 20_000)
        let altered = byte ^ 1
        _ = unsafe withUnsafeBytes(of: altered) { unsafe pwrite(file, $0.baseAddress, 1, 20_000) }
        let error = await #expect(throws: KustoError.self) { try await destination.deliver(batch, from: &checkpoint) }
        #expect(error?.disposition == .stop)
        #expect(((error?.cause as? HTTPError)?.cause as? SinkFailure)?.code == .localFault)
        #expect(adx.uploads.blobs == 0)
        _ = unsafe withUnsafeBytes(of: byte) { unsafe pwrite(file, $0.baseAddress, 1, 20_000) }
        try await destination.deliver(batch, from: &checkpoint)
        #expect(try await rows() == 5000)
    }
}
