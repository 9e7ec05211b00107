import Daemon
import Kafka
import KustoEmulator
import SinkConfiguration
import Testing

@testable import Sink

@Suite("A sample of a sink's records", .serialized, .timeLimit(.minutes(3)))
struct SinkSamplerTests {
    private let kafka: KafkaMockCluster
    private let adx: EmulatedCluster
    private static let mapping =
        "[{'topic':'a','db':'D','table':'A','format':'json','mapping':'M'},{'topic':'b','db':'D','table':'B','format':'json'}]"

    init() throws {
        kafka = try KafkaMockCluster()
        try kafka.createTopic("a", partitions: 2)
        try kafka.createTopic("b", partitions: 1)
        let paths = #"[{"column":"id","path":"$.id"},{"column":"body","path":"$.body"}]"#
        adx = try EmulatedCluster(
            configuration: EmulatedClusterConfiguration(
                splitsEndpoints: true,
                databases: ["D"],
                setupCommands: [
                    ".create table A (id: long, body: string)", ".create table B (id: long, body: string)",
                    ".create table A ingestion json mapping 'M' '\(paths)'",
                ],
                authentication: AuthenticationPolicy(staticTokens: ["t"])
            ),
            logger: StartupSamples.logger
        )
        try adx.start()
    }

    private func produce(_ values: [String?], to topic: String = "a", partition: Int32 = 0) throws {
        let producer = try KafkaProducer(
            configuration: KafkaClientConfiguration(["bootstrap.servers": kafka.bootstrapServers]),
            logger: StartupSamples.logger
        )
        try producer.sendAll(
            values.map { value in
                KafkaRecord(topic: topic, partition: partition, key: [0x6B], value: value.map { Array($0.utf8) })
            },
            timeout: .seconds(60)
        )
    }

    private func sample(
        _ request: SampleRequest,
        _ changes: [String: String?] = [:]
    ) async throws -> (SampleRecorder, ExitError?) {
        let places: [String: String?] = [
            "bootstrap.servers": kafka.bootstrapServers, "kusto.ingestion.url": adx.ingestURL,
            "kusto.query.url": adx.engineURL, "topics": "a,b", "kusto.tables.topics.mapping": Self.mapping,
            "value.converter": "org.apache.kafka.connect.json.JsonConverter", "value.converter.schemas.enable": "false",
            "startup.timeout.ms": "120000", "tempdir.path": "/proc/nowhere",
        ]
        let sampler = SinkSampler(
            settings: try StartupSamples.settings(places.merging(changes) { $1 }),
            logger: StartupSamples.logger
        )
        let recorder = SampleRecorder()
        var request = request
        request.timeout = .seconds(120)
        do throws(ExitError) {
            try await sampler.run(request) { recorder.take($0) }
        } catch {
            await adx.stop()
            return (recorder, error)
        }
        await adx.stop()
        return (recorder, nil)
    }

    @Test("shows rows, tombstones and errors of each topic, and which columns they fill")
    func everything() async throws {
        try produce([#"{"id": 1, "body": "x"}"#, nil, "not JSON", #"{"id": 2, "more": 1}"#])
        let (found, error) = try await sample(SampleRequest())
        #expect(
            found.records.map(\.result) == [
                .json(Array(#"{"id": 1, "body": "x"}"#.utf8)), .skipped("a tombstone: it has no value"),
                found.records[2].result, .json(Array(#"{"id": 2, "more": 1}"#.utf8)),
            ]
        )
        #expect(found.records.map(\.offset) == [0, 1, 2, 3])
        guard case .failed(let failure) = found.records[2].result else {
            Issue.record("no failure")
            return
        }
        #expect(failure.consequence == .stops(letterTopic: nil))
        // It is the sentence with which a run ends.
        #expect(error == ExitError(.temporaryFailure, failure.stop ?? ""))
        #expect(failure.stop?.hasPrefix("the value of the record at topic a partition 0 offset 2 could not be") == true)
        #expect(found.notes == ["topic b is empty"])
        let coverage = try #require(found.coverage.first)
        #expect(coverage.origin == "mapping M" && coverage.columns.map(\.missing) == [0, 1])
        #expect(coverage.others.map(\.name) == ["more"])
        var expected = SampleSummary()
        (expected.records, expected.rows, expected.errors, expected.skipped) = (4, 2, 1, 1)
        expected.stop = failure.stop
        #expect(found.summary == expected)
    }

    @Test("says what becomes of errors that are tolerated, without making a dead-letter topic")
    func tolerated() async throws {
        try produce(["1"], to: "b")
        let (found, error) = try await sample(
            SampleRequest(topic: "b"),
            [
                "errors.tolerance": "all", "errors.deadletterqueue.topic.name": "letters",
                "errors.deadletterqueue.topic.replication.factor": "1",
            ]
        )
        guard case .failed(let failure) = found.records.first?.result else {
            Issue.record("no failure")
            return
        }
        #expect(failure.consequence == .letter(topic: "letters") && failure.stop == nil && error == nil)
        let cluster = try ClusterConnection(
            configuration: KafkaClientConfiguration(["bootstrap.servers": kafka.bootstrapServers]),
            logger: StartupSamples.logger
        )
        #expect(try cluster.topics(timeout: .seconds(60)).keys.sorted() == ["a", "b"])
    }

    @Test("begins where it is told to, in one partition or in all")
    func places() async throws {
        try produce((0..<20).map { "{\"id\": \($0)}" })
        try produce((100..<103).map { "{\"id\": \($0)}" }, partition: 1)
        func offsets(_ request: SampleRequest) async throws -> [[Int64]] {
            // The emulator is only asked for columns, and may be away.
            let found = try await sample(request, ["kusto.query.url": "http://127.0.0.1:1"]).0
            return (0..<2).map { part in found.records.filter { $0.source.partition == part }.map(\.offset) }
        }
        #expect(try await offsets(SampleRequest(records: 5, topic: "a")) == [[0, 1, 2], [0, 1]])
        #expect(try await offsets(SampleRequest(records: 5, topic: "a", start: .latest)) == [[17, 18, 19], [1, 2]])
        #expect(
            try await offsets(SampleRequest(records: 3, topic: "a", partition: 0, start: .offset(18))) == [
                [18, 19], [],
            ]
        )
        #expect(try await offsets(SampleRequest(records: 1000, topic: "a")) == [Array(0..<20), [0, 1, 2]])
    }

    @Test("says that nothing is there, or that nothing else comes")
    func nothing() async throws {
        try produce(["{}"])
        let (found, error) = try await sample(SampleRequest(topic: "a", start: .offset(1)))
        #expect(found.notes == ["topic a has no records from there on (--from)"] && error == nil)
        #expect(found.summary == SampleSummary())
    }

    @Test("refuses topics and partitions that the sink does not have")
    func unknown() async throws {
        try produce(["{}"])
        let (_, topic) = try await sample(SampleRequest(topic: "c"))
        #expect(topic?.code == .usage && topic?.message.hasPrefix("--topic c: the sink does not read") == true)
        let (_, partition) = try await sample(SampleRequest(topic: "a", partition: 2))
        #expect(partition?.code == .usage && partition?.message.hasPrefix("--partition 2: topic a has 2") == true)
        kafka.setFailure(of: "b", to: .unknown)
        let (_, missing) = try await sample(SampleRequest())
        #expect(missing?.code == .usage && missing?.message.contains("topic b does not exist") == true)
    }

    @Test("shows delimited fields as they stand")
    func fields() async throws {
        try produce(["1,\"a, b\"", "2,c\n"], to: "b")
        let (found, _) = try await sample(
            SampleRequest(topic: "b"),
            [
                "topics": "b", "kusto.tables.topics.mapping": "[{'topic':'b','db':'D','table':'B','format':'csv'}]",
                "value.converter": "StringConverter", "value.converter.schemas.enable": nil,
            ]
        )
        #expect(found.records.map(\.result) == [.text(Array("1,\"a, b\"".utf8)), .text(Array("2,c".utf8))])
        #expect(found.coverage.isEmpty)
    }
}
