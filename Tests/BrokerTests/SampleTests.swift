import Foundation
import Glibc
import Kafka
import KafkaBroker
import KustoEmulator
import Testing

@Suite(
    "A sample of records at a real broker",
    .serialized,
    .enabled(if: KafkaBroker.isAvailable, "needs KAFKA_HOME or KAFKA_BOOTSTRAP_SERVERS"),
    .timeLimit(.minutes(5))
)
struct SampleTests {
    private let harness: SinkHarness

    init() throws { harness = try SinkHarness("sample", partitions: 3) }

    private struct Sampled {
        let code: Int32
        /// The records, then the summary.
        let lines: [[String: Any]]
        let output: [String]

        var rows: [String] { lines.compactMap { $0["row"] as? String } }
    }

    private func sample(_ arguments: [String] = [], _ changes: [String: String?] = [:]) async throws -> Sampled {
        let program = try harness.worker(changes, ["sample", "--json", "--timeout", "120"] + arguments)
        let code = try await program.exitCode(within: .seconds(180))
        let lines = program.output.filter { $0.hasPrefix("{\"") }.compactMap {
            try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
        return Sampled(code: code, lines: lines, output: program.output)
    }

    /// Whether the brokers know the group, with members or offsets.
    private func isGroupKnown() throws -> Bool {
        let connection = try ClusterConnection(
            configuration: KafkaClientConfiguration(["bootstrap.servers": harness.broker.bootstrapServers]),
            logger: SinkHarness.logger
        )
        return try KafkaGroups.list(connection, timeout: .seconds(30)).groups.keys.contains("connect-\(harness.topic)")
    }

    @Test("its rows are those that a run ingests, and the group does not come to be by it")
    func rows() async throws {
        try await harness.produce(0..<30)
        let sampled = try await sample(["--records", "100"])
        #expect(sampled.code == 0, "\(sampled.output)")
        #expect(sampled.rows.count == 30)
        #expect(try !isGroupKnown())
        #expect(try harness.cluster.rowCount(SinkHarness.table) == 0)

        let worker = try harness.worker()
        try await harness.arrival(of: 30, within: .seconds(120))
        try await harness.drained(within: .seconds(60))
        worker.kill(SIGTERM)
        #expect(try await worker.exitCode(within: .seconds(60)) == 0)
        var ingested: Set<String> = []
        try harness.cluster.forEachValue(of: "body", in: SinkHarness.table) { value in
            if case .string(let body) = value { ingested.insert("\(body.dropFirst()),\(body)") }
        }
        #expect(Set(sampled.rows) == ingested)

        // Now the group has read everything; a sample neither changes that nor finds something left.
        let before = try harness.offsets().map(\.committed)
        let rest = try await sample(["--from", "committed"])
        #expect(rest.code == 0 && rest.rows.isEmpty, "\(rest.output)")
        #expect((rest.lines.last?["notes"] as? [String])?.first?.contains("has still to read") == true)
        try await harness.produce(30..<33)
        let next = try await sample(["--from", "committed"])
        #expect(Set(next.rows) == ["30,r30", "31,r31", "32,r32"], "\(next.output)")
        #expect(try harness.offsets().map(\.committed) == before)
        await harness.close()
    }

    @Test("begins at a time")
    func time() async throws {
        try await harness.produce(0..<3)
        let none = try await sample(["--from", "2100-01-01"])
        #expect(none.code == 0 && none.rows.isEmpty, "\(none.output)")
        let all = try await sample(["--from", "2001-01-01T00:00:00Z", "--records", "2"])
        #expect(all.rows.count == 2, "\(all.output)")
        await harness.close()
    }

    @Test("ends as a run does that stops on a record")
    func stops() async throws {
        try await harness.produce(0..<1)
        let changes: [String: String?] = [
            "value.converter": "org.apache.kafka.connect.converters.LongConverter"
        ]
        let sampled = try await sample([], changes)
        #expect(sampled.code == 75, "\(sampled.output)")
        let worker = try harness.worker(changes)
        #expect(try await worker.exitCode(within: .seconds(120)) == 75)
        let sentence = "the value of the record at topic \(harness.topic) partition 0 offset 0 could not be converted"
        #expect(sampled.output.contains { $0.contains(sentence) })
        #expect(worker.output.contains { $0.contains(sentence) })
        await harness.close()
    }
}
