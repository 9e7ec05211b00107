import Foundation
import Glibc
import HTTP
import KafkaBroker
import KustoEmulator
import Testing

@Suite(
    "ADX is away",
    .serialized,
    .enabled(if: KafkaBroker.isAvailable, "needs KAFKA_HOME or KAFKA_BOOTSTRAP_SERVERS")
)
struct OutageTests {
    /// Bodies that hardly compress, so that little memory is soon full.
    private static func noise(_ number: Int) -> String {
        (1...12).map { String(UInt64(number &* 31 &+ $0) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64($0) << 40, radix: 36) }
            .joined()
    }

    /// A metric's value, summed over its labels.
    private func metric(_ name: String, _ page: String) -> Double {
        page.split(separator: "\n").filter { $0.hasPrefix(name + " ") || $0.hasPrefix(name + "{") }
            .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +)
    }

    @Test(
        "for longer than max.poll.interval.ms: the member stays, buffers keep their bounds, all arrives",
        .timeLimit(.minutes(10))
    )
    func survivesOutages() async throws {
        let count = 150_000
        let memory = 8 << 20
        let disk = 4 << 20
        let harness = try SinkHarness("outage")
        let worker = try harness.worker([
            "consumer.override.max.poll.interval.ms": "6000", "consumer.override.session.timeout.ms": "6000",
            "buffer.memory.bytes": String(memory), "buffer.disk.bytes": String(disk), "metrics.address": "127.0.0.1:0",
        ])
        let line = try await worker.line(containing: "endpoint listening", within: .seconds(60))
        let port = line.split(separator: "server.port=").last.map(String.init) ?? ""
        try await worker.line(containing: "partitions assigned", within: .seconds(60))
        let client = try HTTPClient(logger: SinkHarness.logger)
        func metrics() async throws -> String {
            String(
                decoding: try await client.execute(HTTPRequest(url: "http://127.0.0.1:\(port)/metrics")).body,
                as: UTF8.self
            )
        }

        _ = harness.cluster.add(Fault(.refuse))
        let start = ContinuousClock.now
        try await harness.produce(0..<count, body: Self.noise)
        try await worker.line(containing: "buffers are full", within: .seconds(60))
        var most = (memory: 0.0, disk: 0.0)
        // On a slow machine it takes long until the buffers are full, and longer until what was sealed then is on disk.
        let end = max(start + .seconds(14), .now + .seconds(8))
        while ContinuousClock.now < end {
            let page = try await metrics()
            most.memory = max(most.memory, metric("kusto_sink_buffer_memory_bytes", page))
            most.disk = max(most.disk, metric("kusto_sink_buffer_disk_bytes", page))
            try await Task.sleep(for: .milliseconds(250))
        }
        #expect(most.memory <= Double(memory))
        #expect(most.disk <= Double(disk))
        #expect(most.disk > 0)
        #expect(try harness.cluster.rowCount(SinkHarness.table) == 0)
        #expect(try harness.offsets().allSatisfy { $0.committed == 0 })

        harness.cluster.clearFaults()
        // The pauses between attempts have doubled meanwhile: each is about as long as the outage was.
        try await harness.arrival(of: count, within: .seconds(180))
        #expect(!worker.output.contains { $0.contains("partitions revoked") || $0.contains("partitions lost") })
        let page = try await metrics()
        #expect(metric("kusto_sink_ingest_retries_total", page) > 0)
        #expect(metric("kusto_sink_batches_dropped_total", page) == 0)
        worker.kill(SIGTERM)
        #expect(try await worker.exitCode(within: .seconds(60)) == 0)
        #expect(try harness.counts(below: count) == (count, count))
        await harness.close()
    }

    @Test(
        "for longer than the retry budget: the worker stops and says which batch, and commits nothing past it",
        .timeLimit(.minutes(5))
    )
    func stopsWhenTheBudgetIsUsedUp() async throws {
        let harness = try SinkHarness("budget", partitions: 1)
        let changes = ["behavior.on.error": "fail", "errors.retry.max.time.ms": "2000"]
        try await harness.produce(0..<1000)
        let first = try harness.worker(changes)
        try await harness.arrival(of: 1000, within: .seconds(60))
        _ = harness.cluster.add(Fault(.answer(status: 500, body: nil, isPermanent: false), at: .blob))
        try await harness.produceAtOnce(1000..<1500)
        #expect(try await first.exitCode(within: .seconds(60)) == 75)
        let last = first.output.last ?? ""
        for part in ["batch ", "\(harness.topic)", "1000..1499", "\(SinkHarness.database).\(SinkHarness.table)", "500"]
        {
            #expect(last.contains(part), "\(part) in \(last)")
        }
        #expect(try harness.offsets().map(\.committed) == [1000])
        harness.cluster.clearFaults()
        let second = try harness.worker(changes)
        try await harness.arrival(of: 1500, within: .seconds(60))
        second.kill(SIGTERM)
        #expect(try await second.exitCode(within: .seconds(60)) == 0)
        #expect(try harness.counts() == (1500, 1500))
        await harness.close()
    }

    @Test(
        "for longer than the retry budget under behavior.on.error=log: the batch is dropped aloud",
        .timeLimit(.minutes(5))
    )
    func dropsWhenToldTo() async throws {
        let harness = try SinkHarness("drop", partitions: 1)
        _ = harness.cluster.add(Fault(.answer(status: 500, body: nil, isPermanent: false), at: .blob))
        try await harness.produce(0..<100)
        let worker = try harness.worker(["behavior.on.error": "log", "errors.retry.max.time.ms": "1000"])
        let line = try await worker.line(containing: "batch dropped", within: .seconds(60))
        #expect(line.contains("ERROR") && line.contains("0..99") && line.contains("batch.rows=100"))
        harness.cluster.clearFaults()
        try await harness.produce(100..<200)
        try await harness.arrival(of: 100, within: .seconds(60))
        worker.kill(SIGTERM)
        #expect(try await worker.exitCode(within: .seconds(60)) == 0)
        #expect(try harness.offsets().map(\.committed) == [200])
        await harness.close()
    }

    @Test("a record that cannot be converted stops the worker, or is passed over when told to", .timeLimit(.minutes(5)))
    func handlesBadRecords() async throws {
        let harness = try SinkHarness("convert", partitions: 1)
        try await harness.produce(0..<10) { _ in "}" }
        let json = [
            "value.converter": "org.apache.kafka.connect.json.JsonConverter", "value.converter.schemas.enable": "false",
            "kusto.tables.topics.mapping":
                "[{'topic': '\(harness.topic)', 'db': '\(SinkHarness.database)', 'table': '\(SinkHarness.table)', 'format': 'json'}]",
        ]
        let strict = try harness.worker(json)
        #expect(try await strict.exitCode(within: .seconds(60)) == 75)
        #expect(
            strict.output.last?.contains("partition 0 offset 0 could not be converted") == true,
            "\(strict.output.last ?? "")"
        )
        let tolerant = try harness.worker(
            json.merging(["errors.tolerance": "all", "errors.log.enable": "true"]) { $1 }
        )
        try await tolerant.line(containing: "kafka.offset=9", within: .seconds(60))
        tolerant.kill(SIGTERM)
        #expect(try await tolerant.exitCode(within: .seconds(60)) == 0)
        #expect(try harness.offsets().map(\.committed) == [10])
        await harness.close()
    }
}
