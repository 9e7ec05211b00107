import Foundation
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
            "proxy.port=3128\nproxy.host=user:PL4NTED@proxy.corp.example",
            "kusto.ingestion.url=https://ingest-c.kusto.windows.net/?sv=1&sig=PL4NTED",
            "kusto.ingestion.url=https://user:PL4NTED@ingest-c.kusto.windows.net",
            "bootstrap.servers=Endpoint=sb://n.example/;SharedAccessKeyName=R;SharedAccessKey=PL4NTED=",
            "kusto.query.url=Data Source=https://c.kusto.windows.net;Application Key=PL4NTED",
            "topics=password=PL4NTED", "metrics.address=https://u:PL4NTED@h", "tasks.max=Bearer PL4NTED",
            "kusto.tables.topics.mapping=[{'topic':'orders','db':'u:PL4NTED@h','table':'a;key=PL4NTED','key=PL4NTED':1}]",
        ]
    )
    func problems(line: String) async throws {
        try await withFile(Self.sample + line + "\n") { file in
            for arguments in [["check", "--offline", "--config", file], ["--config", file]] {
                let program = try Program("kusto-sink-worker", arguments)
                #expect(try await program.exitCode(within: .seconds(150)) == 64, "\(program.output)")
                #expect(!program.output.contains { $0.contains("PL4NTED") }, "\(program.output)")
            }
        }
    }

    @Test("it leaves no core file, and its files are its own user's")
    func process() async throws {
        try await withFile(Self.sample.replacing(/ssl.key.pem(.|\n)*/, with: "")) { file in
            let program = try Program("kusto-sink-worker", ["--config", file])
            let deadline = ContinuousClock.now + .seconds(100)
            func line(_ name: String, _ prefix: String) -> String? {
                let text = try? String(contentsOfFile: "/proc/\(program.pid)/\(name)", encoding: .utf8)
                return text?.split(separator: "\n").first { $0.hasPrefix(prefix) }.map(String.init)
            }
            func isKept() -> Bool {
                let limit = line("limits", "Max core file size")?.split(separator: " ").dropFirst(4).prefix(2)
                return limit == ["0", "0"] && line("status", "Umask:")?.hasSuffix("0077") == true
            }
            while !isKept(), ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(20)) }
            #expect(isKept(), "\(program.output)")
            program.kill(SIGKILL)
            _ = try await program.exitCode(within: .seconds(60))
            #expect(!program.output.contains { $0.contains("PL4NTED") }, "\(program.output)")
        }
    }
}
