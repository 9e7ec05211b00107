import Foundation
import Glibc
import KafkaBroker
import Logging
import Testing

@testable import Kafka

@Suite(
    "A broker's certificate",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl"), "needs openssl"),
    .timeLimit(.minutes(3))
)
struct CertificateTests {
    private func openssl(_ line: String, in folder: String) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = line.split(separator: " ").map(String.init)
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    @Test(
        "that is refused is named with the reason, and hardly written to the log",
        arguments: [(days: 0, trusted: true, words: "has expired"), (1, false, "not among those trusted")]
    )
    func refuses(days: Int, trusted: Bool, words: String) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/kusto-sink-tls-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for name in ["ca", "other"] {
            try openssl(
                "req -x509 -newkey rsa:2048 -nodes -keyout \(name).key -out \(name).pem -subj /CN=\(name)",
                in: folder
            )
            .waitUntilExit()
        }
        try openssl("req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=localhost", in: folder)
            .waitUntilExit()
        let sign = "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -days \(days)"
        try openssl(sign, in: folder).waitUntilExit()
        let port = FreePorts.take(1)[0]
        let server = try openssl(
            "s_server -accept 127.0.0.1:\(port) -cert server.pem -key server.key -quiet",
            in: folder
        )
        defer {
            // The child inherits blocked signals, so only SIGKILL ends it for certain.
            kill(server.processIdentifier, SIGKILL)
            server.waitUntilExit()
        }
        let log = MemoryLogSink()
        let connection = try ClusterConnection(
            configuration: KafkaClientConfiguration([
                "bootstrap.servers": "127.0.0.1:\(port)", "security.protocol": "ssl",
                "ssl.ca.location": "\(folder)/\(trusted ? "ca" : "other").pem",
                "ssl.endpoint.identification.algorithm": "none",
            ]),
            logger: Logger(label: "test", sink: log)
        )
        var errors: [KafkaError] = []
        let deadline = ContinuousClock.now + .seconds(150)
        while !errors.contains(where: { $0.code == .authentication }), ContinuousClock.now < deadline {
            _ = try? connection.topics(timeout: .milliseconds(200))
            errors += connection.takeErrors()
        }
        let refusal = errors.first { $0.code == .authentication }
        #expect(refusal?.isRetriable == false)
        #expect(refusal?.message.contains(words) == true, "\(errors.map(\.message))")
        #expect((1...5).contains(log.entries.count), "\(log.entries)")
    }
}
