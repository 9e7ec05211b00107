import Foundation
import KafkaBroker
import Testing

@Suite("The worker's command line", .timeLimit(.minutes(3)))
struct CommandLineTests {
    /// The connector's own quick start, as its users have it.
    private static let sample = """
        name=KustoSinkConnector
        connector.class=com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector
        tasks.max=1
        topics=testing1,testing2
        kusto.tables.topics.mapping=[{'topic': 'testing1','db': 'test_db', 'table': 'test_table_1','format': 'json', 'mapping':'JsonMapping'},{'topic': 'testing2','db': 'test_db', 'table': 'test_table_2','format': 'csv', 'mapping':'CsvMapping', 'streaming': 'false'}]
        kusto.ingestion.url=https://ingest-mycluster.kusto.windows.net
        kusto.query.url=https://mycluster.kusto.windows.net
        aad.auth.strategy=APPLICATION
        aad.auth.authority=my-tenant
        aad.auth.appid=my-app
        aad.auth.appkey=t0p-secret
        tempdir.path=/var/tmp/
        flush.size.bytes=1000
        flush.interval.ms=300000
        behavior.on.error=FAIL
        errors.retry.max.time.ms=60000
        errors.retry.backoff.time.ms=5000
        key.converter=org.apache.kafka.connect.storage.StringConverter
        value.converter=org.apache.kafka.connect.storage.StringConverter
        bootstrap.servers=broker:9092

        """

    /// The body that Connect's REST API takes.
    private static let body = """
        {"name": "adx-orders", "config": {
          "connector.class": "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector",
          "topics": "orders", "tasks.max": "2", "flush.size.bytes": "10000", "flush.interval.ms": "10000",
          "kusto.tables.topics.mapping": "[{'topic': 'orders','db': 'shop', 'table': 'Orders','format': 'json', 'mapping':'M'}]",
          "aad.auth.authority": "t", "aad.auth.appid": "a", "aad.auth.appkey": "t0p-secret",
          "kusto.ingestion.url": "https://ingest-c.westeurope.kusto.windows.net",
          "kusto.query.url": "https://c.westeurope.kusto.windows.net",
          "key.converter": "org.apache.kafka.connect.storage.StringConverter",
          "value.converter": "org.apache.kafka.connect.json.JsonConverter", "value.converter.schemas.enable": "false"}}
        """

    private func run(_ arguments: [String], files: [String: String] = [:], environment: [String: String] = [:])
        async throws -> (
            code: Int32, output: [String]
        )
    {
        let folder = FileManager.default.temporaryDirectory.path + "/worker-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (name, text) in files { try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8) }
        let program = try Program(
            "kusto-sink-worker",
            arguments.map { $0.replacing("FOLDER", with: folder) },
            environment: environment
        )
        let code = try await program.exitCode(within: .seconds(150))
        return (code, program.output.map { $0.replacing(folder, with: "FOLDER") })
    }

    @Test("check takes the connector's properties file as it is")
    func takesProperties() async throws {
        let outcome = try await run(
            ["check", "--offline", "--config", "FOLDER/sink.properties"],
            files: ["sink.properties": Self.sample]
        )
        #expect(outcome.code == 0, "\(outcome.output)")
    }

    @Test(
        "references lead to nothing but what lies below the directories given",
        arguments: [
            ("${directory:FOLDER/secrets:key}", ["FOLDER/secrets"], Int32(0)),
            ("${directory:FOLDER/secrets:key}", [], 0), ("${directory:FOLDER:key}", ["FOLDER/secrets"], 64),
            ("${directory:FOLDER/secrets/..:key}", ["FOLDER/secrets"], 64), ("${env:HOME}", ["FOLDER/secrets"], 64),
            ("${directory:FOLDER:key}", ["FOLDER/secrets", "FOLDER"], 0), ("x", ["secrets"], 64),
        ]
    )
    func confinesReferences(reference: String, directories: [String], code: Int32) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/references-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder + "/secrets", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for path in ["/key", "/secrets/key"] {
            try "t0p-secret".write(toFile: folder + path, atomically: true, encoding: .utf8)
        }
        let sample = Self.sample.replacing("t0p-secret", with: reference.replacing("FOLDER", with: folder))
        try sample.write(toFile: folder + "/sink.properties", atomically: true, encoding: .utf8)
        let options = directories.flatMap { ["--references-below", $0.replacing("FOLDER", with: folder)] }
        let outcome = try await run(["check", "--offline", "--config", folder + "/sink.properties"] + options)
        #expect(outcome.code == code, "\(outcome.output)")
        #expect(!outcome.output.joined().contains("t0p-secret"))
        if code != 0 { #expect(outcome.output.last?.contains("below") == true) }
    }

    @Test("check takes the body of Connect's REST API, with the worker's own file before it")
    func takesBodies() async throws {
        let outcome = try await run(
            ["check", "--offline", "--config", "FOLDER/connect.properties", "--config", "FOLDER/body.json"],
            files: [
                "body.json": Self.body,
                "connect.properties": "bootstrap.servers=broker:9092\ngroup.id=connect-cluster\n",
            ]
        )
        #expect(outcome.code == 0, "\(outcome.output)")
    }

    @Test("check takes the configuration that the README shows")
    func takesTheReadme() async throws {
        let readme = try String(
            contentsOf: URL(fileURLWithPath: #filePath + "/../../../README.md").standardizedFileURL,
            encoding: .utf8
        )
        let start = try #require(readme.firstRange(of: "```properties\n")).upperBound
        let end = try #require(readme[start...].firstRange(of: "```")).lowerBound
        let sample = readme[start..<end].split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: "\n")
        let outcome = try await run(
            ["check", "--offline", "--config", "FOLDER/sink.properties"],
            files: ["sink.properties": sample],
            environment: ["AAD_APPKEY": "secret"]
        )
        #expect(outcome.code == 0, "\(outcome.output)")
        for word in ["warning", "not supported"] {
            #expect(!outcome.output.contains { $0.contains(word) }, "\(outcome.output)")
        }
    }

    @Test("variables of a Connect image come lowest")
    func takesTheEnvironment() async throws {
        let outcome = try await run(
            ["--print-config", "--config", "FOLDER/body.json"],
            files: ["body.json": Self.body],
            environment: ["CONNECT_BOOTSTRAP_SERVERS": "from-environment:9092", "CONNECT_NAME": "not-this"]
        )
        #expect(outcome.code == 0, "\(outcome.output)")
        #expect(outcome.output.contains { $0.contains("from-environment:9092") })
        #expect(outcome.output.contains { $0.contains("name=adx-orders") })
        #expect(!outcome.output.contains { $0.contains("t0p-secret") })
    }

    @Test("every problem of a file is reported together, each with its property")
    func reportsAllProblems() async throws {
        let broken = Self.sample
            .replacing("tasks.max=1", with: "tasks.max=none")
            .replacing("flush.size.bytes=1000", with: "flush.size.bytes=1")
            .replacing("'format': 'csv'", with: "'format': 'xml'")
            .replacing("behavior.on.error=FAIL", with: "behavior.on.error=SHRUG")
        let outcome = try await run(["--config", "FOLDER/s.properties"], files: ["s.properties": broken])
        #expect(outcome.code == 64)
        let last = outcome.output.last ?? ""
        for name in ["tasks.max", "flush.size.bytes", "xml", "behavior.on.error"] {
            #expect(last.contains(name), "\(name) in \(last)")
        }
        #expect(last.hasPrefix("{") && last.hasSuffix("}") && last.contains(#""exit.code":64"#), "\(last)")
        #expect(outcome.output.count { $0.contains(#""problem":""#) } == 4, "\(outcome.output)")
    }

    @Test("a store that cannot be read keeps the sink from starting, and check without asking anybody passes it over")
    func refusesUnreadableStores() async throws {
        let lines = """
            security.protocol=SSL
            consumer.override.ssl.truststore.location=FOLDER/nothing.p12
            consumer.override.ssl.truststore.password=changeit

            """
        let files = ["s.properties": Self.sample + lines]
        let check = try await run(["check", "--offline", "--config", "FOLDER/s.properties"], files: files)
        #expect(check.code == 0, "\(check.output)")
        let start = try await run(["--config", "FOLDER/s.properties"], files: files)
        #expect(start.code == 64)
        let last = start.output.last ?? ""
        #expect(last.contains("consumer.override.ssl.truststore.location: "), "\(start.output)")
        #expect(last.contains("nothing.p12 cannot be read: there is no such file"), "\(start.output)")
    }

    @Test("a hard error hides no warning, and check shows both as a table or as JSON", arguments: [[], ["--json"]])
    func showsWarningsToo(options: [String]) async throws {
        let broken = Self.sample
            .replacing("tasks.max=1", with: "tasks.max=none")
            .replacing("kusto.tables.topics.mapping", with: "kusto.tables.topics.maping")
        let files = ["s.properties": broken]
        let check = try await run(["check", "--config", "FOLDER/s.properties"] + options, files: files)
        #expect(check.code == 64)
        for part in ["tasks.max", "did you mean kusto.tables.topics.mapping"] {
            #expect(check.output.dropLast().joined().contains(part), "\(part) in \(check.output)")
        }
        let start = try await run(["--config", "FOLDER/s.properties"], files: files)
        #expect(start.code == 64)
        let verdict = try #require(check.output.last?.dropFirst("kusto-sink-worker: ".count))
        let quoted = verdict.replacing("\"", with: "\\\"")
        #expect(start.output.last?.contains(quoted) == true, "\(start.output)")
        let warning = start.output.first { $0.contains(#""level":"warning""#) && $0.contains("did you mean") }
        #expect(warning != nil, "\(start.output)")
    }

    @Test("check takes registries and dead-letter topics, and warns of a topic that nothing is written to")
    func takesRegistriesAndQueues() async throws {
        let lines = """
            value.converter=io.confluent.connect.avro.AvroConverter
            value.converter.schema.registry.url=http://r:8081
            misc.deadletterqueue.topic.name=dead
            misc.deadletterqueue.bootstrap.servers=b:9092

            """
        let arguments = ["check", "--offline", "--config", "FOLDER/s.properties"]
        let good = try await run(arguments, files: ["s.properties": Self.sample + lines])
        #expect(good.code == 0 && !good.output.contains { $0.contains("not supported") }, "\(good.output)")
        #expect(good.output.contains { $0.contains("misc.deadletterqueue.topic.name is never written to") })
        #expect(good.output.contains { $0.hasPrefix("✓ configuration ") }, "\(good.output)")
        let bad = Self.sample + lines + "value.converter.bearer.auth.credentials.source=CUSTOM\n"
        let refused = try await run(arguments, files: ["s.properties": bad])
        #expect(refused.code == 64)
        #expect(refused.output.contains { $0.contains("value.converter.bearer.auth.credentials.source") })
    }

    @Test("check finds without a broker what Kafka's library refuses, under the user's name")
    func checksClientProperties() async throws {
        let outcome = try await run(
            ["check", "--offline", "--config", "FOLDER/s.properties"],
            files: ["s.properties": Self.sample + "consumer.override.socket.max.fails=abc\n"]
        )
        #expect(outcome.code == 64)
        #expect(
            outcome.output.last?.contains("consumer.override.socket.max.fails") == true,
            "\(outcome.output)"
        )
    }

    @Test(
        "wrong usage exits with 64 and says what is meant",
        arguments: [
            ([], "--config FILE"), (["--confg", "x"], "--config"), (["chek", "--config", "x"], "check"),
            (["--offline", "--config", "x"], "--offline goes with the command check"),
            (["--json", "--config", "x"], "--json goes with the commands check, sample and properties"),
            (["--config", "/nowhere.properties"], "/nowhere.properties"),
            (["--ready", "--config", "x"], "--ready goes with the command health"),
            (["health", "--address", "9404"], "--address 9404: give an IP address and a port"),
            (["health", "well"], "unexpected argument 'well'"),
            (["sink.properties"], "give a file with --config sink.properties"),
            (["run"], "no configuration: name a file with --config FILE; kusto-sink-worker init makes one"),
            (["-config", "x"], "unknown option '-config', did you mean '--config'?"),
            (["-f", "x"], "did you mean '--config'?"),
            (["--log-level", "debug"], "log.level is a property: write log.level=… into a file"),
            (["validate"], "did you mean 'check'?"), (["properties", "topcs"], "did you mean topics"),
            (["init", "--format", "xml"], "--format xml: give one of json,"),
            (["init", "--database", "a'b"], "--database must be letters"),
        ]
    )
    func explainsUsage(arguments: [String], message: String) async throws {
        let outcome = try await run(arguments)
        #expect(outcome.code == 64)
        #expect(outcome.output.last?.contains(message) == true, "\(outcome.output)")
    }

    @Test("health asks where the configuration says that the endpoint is, and follows no reference for it")
    func healthFollowsTheConfiguration() async throws {
        // Nothing can listen on the port for discarding but root's own.
        let text = "metrics.address=0.0.0.0:9\naad.auth.appkey=${env:NOWHERE}\n"
        let files = ["s.properties": text, "off.properties": "metrics.address=off\n"]
        let outcome = try await run(["health", "--config", "FOLDER/s.properties"], files: files)
        #expect(outcome.code == 1)
        #expect(
            outcome.output.last?.contains("http://127.0.0.1:9/healthz does not answer") == true,
            "\(outcome.output)"
        )
        let off = try await run(["health", "--config", "FOLDER/off.properties"], files: files)
        #expect(off.code == 64)
        #expect(off.output.last?.contains("metrics.address=off: give the endpoint's address") == true, "\(off.output)")
    }

    @Test("init makes a file that only its owner reads, which check takes, and leaves one alone that is there")
    func makesAStarterFile() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/starter-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/sink.properties"
        let options = [
            "init", "--topic", "orders", "--database", "shop", "--table", "Orders", "--format", "json", "--cluster",
            "https://mycluster.westeurope.kusto.windows.net", "--bootstrap-servers", "broker-1:9092", "--output", path,
        ]
        let made = try await run(options)
        #expect(made.code == 0, "\(made.output)")
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let again = try await run(options)
        #expect(again.code == 64 && again.output.last?.contains("the file exists") == true, "\(again.output)")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
        let environment = [
            "AZURE_TENANT_ID": "00000000-0000-0000-0000-000000000000",
            "AZURE_CLIENT_ID": "00000000-0000-0000-0000-000000000000", "AZURE_CLIENT_SECRET": "t0p-secret",
        ]
        let check = try await run(["check", "--offline", "--config", path], environment: environment)
        #expect(check.code == 0 && !check.output.contains { $0.contains("warning") }, "\(check.output)")
    }

    @Test("every program names its version and commit, and the librdkafka that it loads if it does")
    func namesItsParts() async throws {
        for name in ["kusto-sink-worker", "kusto-sink-operator", "kusto-sink-demo", "kusto-emulator"] {
            let program = try Program(name, ["--version"])
            #expect(try await program.exitCode(within: .seconds(150)) == 0)
            let line = try #require(program.output.first)
            let library = name == "kusto-emulator" ? "" : #", librdkafka \d+\.\d+\.\d+"#
            let pattern = try Regex(#"\#(name) \d+\.\d+\.\d+ \(commit (unknown|[0-9a-f]{12}(-dirty)?)\#(library)\)"#)
            #expect(line.wholeMatch(of: pattern) != nil, "\(line)")
        }
    }

    @Test(
        "health says that nothing answers, and exits with 1",
        arguments: ["kusto-sink-worker", "kusto-sink-operator"]
    )
    func findsNobody(name: String) async throws {
        // Nothing can listen on the port for discarding but root's own.
        let program = try Program(name, ["health", "--address", "127.0.0.1:9"])
        #expect(try await program.exitCode(within: .seconds(150)) == 1)
        #expect(program.output == ["\(name): http://127.0.0.1:9/healthz does not answer: Connection refused"])
    }
}
