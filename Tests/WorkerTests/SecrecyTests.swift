import Foundation
import FoundationNetworking
import KafkaBroker
import Testing

@Suite("What the worker keeps to itself", .timeLimit(.minutes(4)))
struct SecrecyTests {
    /// A configuration that is in order, with secrets under names that nobody reads.
    private static let sample = """
        name=telemetry
        connector.class=com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector
        topics=orders
        bootstrap.servers=127.0.0.1:1
        startup.timeout.ms=120000
        metrics.address=off
        kusto.ingestion.url=http://127.0.0.1:1
        kusto.tables.topics.mapping=[{'topic':'orders','db':'shop','table':'Orders','format':'json'}]
        aad.auth.authority=tenant
        aad.auth.appid=client
        aad.auth.appkey=PL4NTED
        value.converter=org.apache.kafka.connect.storage.StringConverter
        confluent.license=PL4NTED
        my.connection.string=Data Source=https://c.kusto.windows.net;Application Key=PL4NTED
        header.Authorization=Bearer PL4NTED
        consumer.override.confluent.license=PL4NTED
        ssl.key.pem=-----BEGIN PRIVATE KEY-----
        MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7PL4NTEDKey9x
        -----END PRIVATE KEY-----

        """

    private func withFile<Result>(_ text: String, _ body: (String) async throws -> Result) async throws -> Result {
        let file = FileManager.default.temporaryDirectory.path + "/worker-\(UUID().uuidString).properties"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        return try await body(file)
    }

    @Test("no value of a property that it does not know is printed")
    func configuration() async throws {
        try await withFile(Self.sample) { file in
            let program = try Program("kusto-sink-worker", ["--config", file, "--print-config"])
            #expect(try await program.exitCode(within: .seconds(150)) == 0, "\(program.output)")
            #expect(program.output.contains("bootstrap.servers=127.0.0.1:1"))
            #expect(program.output.contains("confluent.license=[hidden]"))
            #expect(!program.output.contains { $0.contains("PL4NTED") }, "\(program.output)")
        }
    }

    @Test(
        "nothing that stands in the wrong place is printed with what is wrong",
        arguments: [
            "proxy.port=3128\nproxy.host=user:PLANTED@proxy.corp.example",
            "kusto.ingestion.url=https://ingest-c.kusto.windows.net/?sv=1&sig=PLANTED",
            "kusto.ingestion.url=https://user:PLANTED@ingest-c.kusto.windows.net",
            "bootstrap.servers=Endpoint=sb://n.example/;SharedAccessKeyName=R;SharedAccessKey=PLANTED=",
            "kusto.query.url=Data Source=https://c.kusto.windows.net;Application Key=PLANTED",
            "topics=password=PLANTED", "metrics.address=https://u:PLANTED@h", "tasks.max=Bearer PLANTED",
            "kusto.tables.topics.mapping=[{'topic':'orders','db':'u:PLANTED@h','table':'a;key=PLANTED','key=PLANTED':1}]",
        ]
    )
    func problems(line: String) async throws {
        // The runner of tests writes its arguments into its log.
        let line = line.replacing("PLANTED", with: "PL4NTED")
        try await withFile(Self.sample + line + "\n") { file in
            for arguments in [["check", "--offline", "--config", file], ["--config", file]] {
                let program = try Program("kusto-sink-worker", arguments)
                #expect(try await program.exitCode(within: .seconds(150)) == 64, "\(program.output)")
                #expect(!program.output.contains { $0.contains("PL4NTED") }, "\(program.output)")
            }
        }
    }

    @Test("nothing is told by its endpoint, its check and its log, at the finest level")
    func endpoint() async throws {
        let more = """
            log.level=debug
            log.format=text
            metrics.address=127.0.0.1:0
            startup.timeout.ms=180000
            proxy.host=127.0.0.1
            proxy.port=1
            consumer.override.security.protocol=SASL_PLAINTEXT
            consumer.override.sasl.mechanism=PLAIN
            consumer.override.sasl.username=reader
            consumer.override.sasl.password=PL4NTED

            """
        try await withFile(Self.sample.replacing(/ssl.key.pem(.|\n)*/, with: more)) { file in
            let program = try Program("kusto-sink-worker", ["--config", file])
            let line = try await program.line(containing: "server.port=", within: .seconds(100))
            let port = line.split(separator: "server.port=").last?.prefix { $0.isNumber } ?? ""
            for page in ["metrics", "healthz", "readyz"] {
                let url = try #require(URL(string: "http://127.0.0.1:\(port)/\(page)"))
                let text = String(decoding: try await URLSession.shared.data(from: url).0, as: UTF8.self)
                #expect(!text.isEmpty && !text.contains("PL4NTED"), "\(page): \(text)")
            }
            program.kill(SIGTERM)
            _ = try await program.exitCode(within: .seconds(100))
            #expect(program.output.contains { $0.contains("bootstrap.servers") || $0.contains("127.0.0.1:1") })
            #expect(!program.output.contains { $0.contains("PL4NTED") }, "\(program.output)")
        }
        try await withFile(
            Self.sample.replacing("120000", with: "2000").replacing(/ssl.key.pem(.|\n)*/, with: more)
                .replacing("180000", with: "2000")
        ) { file in
            let program = try Program("kusto-sink-worker", ["check", "--config", file])
            #expect(try await program.exitCode(within: .seconds(150)) == 69, "\(program.output)")
            #expect(!program.output.contains { $0.contains("PL4NTED") }, "\(program.output)")
        }
    }

    /// Whether a program soon forbids core files and leaves its files to its own user.
    private func keeps(_ program: Program) async throws -> Bool {
        func line(_ name: String, _ prefix: String) -> String? {
            let text = try? String(contentsOfFile: "/proc/\(program.pid)/\(name)", encoding: .utf8)
            return text?.split(separator: "\n").first { $0.hasPrefix(prefix) }.map(String.init)
        }
        let deadline = ContinuousClock.now + .seconds(100)
        while ContinuousClock.now < deadline {
            let limit = line("limits", "Max core file size")?.split(separator: " ").dropFirst(4).prefix(2)
            if limit == ["0", "0"], line("status", "Umask:")?.hasSuffix("0077") == true { return true }
            try await Task.sleep(for: .milliseconds(20))
        }
        return false
    }

    @Test("it leaves no core file, and its files are its own user's")
    func process() async throws {
        try await withFile(Self.sample.replacing(/ssl.key.pem(.|\n)*/, with: "")) { file in
            let program = try Program("kusto-sink-worker", ["--config", file])
            #expect(try await keeps(program), "\(program.output)")
            program.kill(SIGKILL)
            _ = try await program.exitCode(within: .seconds(60))
            #expect(!program.output.contains { $0.contains("PL4NTED") }, "\(program.output)")
        }
    }

    @Test("nor do the operator and the emulator")
    func otherPrograms() async throws {
        let kubeconfig = """
            apiVersion: v1
            kind: Config
            current-context: c
            contexts: [{name: c, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
            users: [{name: u, user: {token: PL4NTED}}]

            """
        try await withFile(kubeconfig) { file in
            for (name, arguments) in [
                ("kusto-sink-operator", ["run", "--kubeconfig", file, "--listen", "127.0.0.1:0"]),
                ("kusto-emulator", ["--listen", "127.0.0.1:0", "--database", "d", "--static-token", "PL4NTED"]),
            ] {
                let program = try Program(name, arguments)
                #expect(try await keeps(program), "\(name): \(program.output)")
                program.kill(SIGTERM)
                _ = try await program.exitCode(within: .seconds(100))
                #expect(!program.output.contains { $0.contains("PL4NTED") }, "\(name): \(program.output)")
            }
        }
    }
}
