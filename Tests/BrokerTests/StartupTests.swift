import Foundation
import Glibc
import KafkaBroker
import KustoEmulator
import Testing

/// One way to start wrongly.
private struct Mistake: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let changes: [String: String?]
    let code: Int32
    /// What the last line must contain.
    let message: [String]
    /// Whether it shows only when the time for the start is over; others are told as soon as the services answer.
    let waits: Bool

    init(
        _ description: String,
        _ changes: [String: String?],
        _ code: Int32,
        _ message: String...,
        waits: Bool = false
    ) {
        testDescription = description
        self.changes = changes
        self.code = code
        self.message = message
        self.waits = waits
    }
}

@Suite(
    "Starting wrongly",
    .serialized,
    .enabled(if: KafkaBroker.isAvailable, "needs KAFKA_HOME or KAFKA_BOOTSTRAP_SERVERS"),
    .timeLimit(.minutes(3))
)
struct StartupTests {
    private static let mapping = "kusto.tables.topics.mapping"

    private static let mistakes: [Mistake] = [
        Mistake(
            "Kafka is not there",
            ["bootstrap.servers": "127.0.0.1:1"],
            69,
            "bootstrap.servers=127.0.0.1:1",
            "no broker answers",
            "check",
            waits: true
        ),
        Mistake(
            "ADX is not there",
            ["kusto.ingestion.url": "http://127.0.0.1:1"],
            69,
            "kusto.ingestion.url=http://127.0.0.1:1",
            "within 2 s",
            "check host and port",
            waits: true
        ),
        Mistake(
            "ADX refuses the credential",
            ["aad.auth.appkey": "pl4nted-wr0ng-value"],
            69,
            "credential is refused",
            "aad.auth.appkey"
        ),
        Mistake(
            "the topic does not exist",
            ["topics": "nowhere", mapping: "[{'topic':'nowhere','db':'Db','table':'Events','format':'csv'}]"],
            64,
            "topic nowhere does not exist",
            "create it",
            waits: true
        ),
        Mistake(
            "the table does not exist",
            [mapping: "[{'topic':'TOPIC','db':'Db','table':'Nothing','format':'csv'}]"],
            64,
            "table Nothing does not exist in database Db",
            mapping
        ),
        Mistake(
            "the database does not exist",
            [mapping: "[{'topic':'TOPIC','db':'Nowhere','table':'Events','format':'csv'}]"],
            64,
            "database Nowhere does not exist",
            mapping
        ),
        Mistake(
            "the mapping does not exist",
            [mapping: "[{'topic':'TOPIC','db':'Db','table':'Events','format':'csv','mapping':'m1'}]"],
            64,
            "no csv mapping m1",
            mapping
        ),
        Mistake("the directory cannot be written", ["tempdir.path": "/proc/nowhere"], 64, "tempdir.path=/proc/nowhere"),
        Mistake(
            "a trust store is not there",
            [
                "consumer.override.security.protocol": "SSL",
                "consumer.override.ssl.truststore.location": "/nowhere/t.jks",
            ],
            64,
            "consumer.override.ssl.truststore.location: /nowhere/t.jks cannot be read: there is no such file"
        ),
        Mistake(
            "properties are missing",
            ["kusto.ingestion.url": nil, "aad.auth.appid": nil],
            64,
            "kusto.ingestion.url",
            "aad.auth.appid"
        ),
        Mistake(
            "a consumer property has a bad value",
            ["consumer.override.fetch.min.bytes": "many"],
            64,
            "fetch.min.bytes"
        ),
    ]

    /// What a process said last, which may be several lines; a file of properties, of which each process has its own, is
    /// called FILE.
    private static func end(of output: [String]) -> String {
        let start = output.lastIndex { $0.contains("kusto-sink-worker: ") } ?? output.startIndex
        return output[start...].joined(separator: " ").replacing(/\/\S+\.properties/, with: "FILE")
    }

    /// The problems that a check has told in its last line.
    private static func problems(of said: String) -> [String] {
        said.replacing(/^kusto-sink-worker: (\d+ problems: )?/, with: "").split(separator: "; ").map(String.init)
    }

    @Test("gives one clear message and the right exit code", arguments: mistakes)
    private func explains(mistake: Mistake) async throws {
        let harness = try SinkHarness("start", partitions: 1)
        var changes = mistake.changes.mapValues { $0?.replacing("TOPIC", with: harness.topic) }
        changes["startup.timeout.ms"] = mistake.waits ? "2000" : "30000"
        changes["kusto.validation.table.enable"] = "true"
        let worker = try harness.worker(changes)
        let code = try await worker.exitCode(within: .seconds(60))
        let last = Self.end(of: worker.output)
        #expect(code == mistake.code, "\(worker.output)")
        for part in mistake.message { #expect(last.contains(part), "'\(part)' in '\(last)'") }
        for line in worker.output { #expect(!line.contains("pl4nted")) }
        // A check says what a start does: the same code, and the same problems.
        let check = try harness.worker(changes, ["check"])
        #expect(try await check.exitCode(within: .seconds(60)) == mistake.code, "\(check.output)")
        let said = Self.end(of: check.output)
        for part in mistake.message { #expect(said.contains(part), "'\(part)' in '\(said)'") }
        // In two seconds a busy machine may not come to other services, which then are told, too.
        if !mistake.waits {
            for problem in Self.problems(of: said) { #expect(last.contains(problem), "'\(problem)' in '\(last)'") }
            // Nor does the start say more: both name the number of problems if there are several.
            #expect(said.contains(" problems:") == last.contains(" problems:"), "'\(said)' and '\(last)'")
        }
        await harness.close()
    }

    @Test("a taken port is named")
    func explainsTakenPorts() async throws {
        let harness = try SinkHarness("port", partitions: 1)
        let worker = try harness.worker(["metrics.address": "127.0.0.1:\(harness.cluster.port)"])
        #expect(try await worker.exitCode(within: .seconds(60)) == 64)
        #expect(worker.output.last?.contains("metrics.address") == true, "\(worker.output)")
        // What else is wrong is told with it, as check tells it.
        let both = ["metrics.address": "127.0.0.1:\(harness.cluster.port)", "tempdir.path": "/proc/nowhere"]
        var ends: [String] = []
        for arguments in [[], ["check"]] {
            let program = try harness.worker(both, arguments)
            #expect(try await program.exitCode(within: .seconds(60)) == 64)
            ends.append(Self.end(of: program.output))
        }
        for end in ends { #expect(end.contains("2 problems: "), "\(ends)") }
        for problem in Self.problems(of: ends[1]) { #expect(ends[0].contains(problem), "\(ends)") }
        await harness.close()
    }

    @Test("all problems of a start are reported together")
    func reportsEverything() async throws {
        let harness = try SinkHarness("all", partitions: 1)
        let worker = try harness.worker([
            "topics": "nowhere,\(harness.topic)", "startup.timeout.ms": "2000", "tempdir.path": "/proc/nowhere",
            Self.mapping: """
            [{'topic':'nowhere','db':'Db','table':'Nothing','format':'csv'},\
            {'topic':'\(harness.topic)','db':'Db','table':'Events','format':'csv','mapping':'m1'}]
            """,
            "kusto.validation.table.enable": "true",
        ])
        #expect(try await worker.exitCode(within: .seconds(60)) == 64)
        let last = worker.output.last ?? ""
        for part in [
            "topic nowhere does not exist", "table Nothing does not exist", "no csv mapping m1",
            "tempdir.path=/proc/nowhere",
        ] {
            #expect(last.contains(part), "\(part) in \(last)")
        }
        await harness.close()
    }

    @Test("check says that all is well, or what is not, and consumes nothing")
    func checks() async throws {
        let harness = try SinkHarness("check", partitions: 1)
        try await harness.produce(0..<10)
        let good = try harness.worker([:], ["check"])
        #expect(try await good.exitCode(within: .seconds(60)) == 0, "\(good.output)")
        let bad = try harness.worker(
            [
                "topics": "nowhere", "startup.timeout.ms": "2000",
                Self.mapping: "[{'topic':'nowhere','db':'Db','table':'Events','format':'csv'}]",
            ],
            ["check"]
        )
        #expect(try await bad.exitCode(within: .seconds(60)) == 64)
        #expect(good.output.contains { $0.hasPrefix("run: 1 task reads \(harness.topic) as group ") })
        #expect(good.output.last == "configuration, Kafka and Azure Data Explorer are in order", "\(good.output)")
        for line in [
            "✓ broker ", "✓ topic ", "– group ", "✓ ADX endpoint ", "✓ database role ", "✓ table ", "✓ directory ",
        ] {
            #expect(good.output.contains { $0.hasPrefix(line) }, "\(line) in \(good.output)")
        }
        #expect(bad.output.contains { $0.hasPrefix("✗ topic ") && $0.contains("nowhere") }, "\(bad.output)")
        let taken = try harness.worker(["metrics.address": "127.0.0.1:\(harness.cluster.port)"], ["check"])
        #expect(try await taken.exitCode(within: .seconds(60)) == 64)
        #expect(taken.output.contains { $0.hasPrefix("✗ metrics port ") }, "\(taken.output)")
        let secured = try harness.worker(
            [
                "consumer.override.security.protocol": "SASL_SSL", "consumer.override.sasl.mechanism": "PLAIN",
                "consumer.override.sasl.jaas.config": "x",
            ],
            ["check"]
        )
        #expect(try await secured.exitCode(within: .seconds(60)) == 64, "\(secured.output)")
        #expect(secured.output.last?.contains("consumer.override.sasl.jaas.config") == true, "\(secured.output)")
        #expect(try harness.offsets().map(\.committed) == [0])
        #expect(try harness.cluster.rowCount(SinkHarness.table) == 0)
        await harness.close()
    }
}
