internal import Foundation
internal import Glibc

/// One of the scripts that Apache Kafka ships, running as a process of its own.
package final class KafkaTool: @unchecked Sendable {
    private let process = Process()
    private let output = Pipe()
    private let name: String

    /// Starts a tool, such as `kafka-topics.sh`.
    /// - Throws: ``KafkaBroker/Failure`` without `KAFKA_HOME`.
    package init(_ name: String, _ arguments: [String]) throws {
        guard let home = ProcessInfo.processInfo.environment["KAFKA_HOME"] else {
            throw KafkaBroker.Failure(description: "\(name) needs KAFKA_HOME")
        }
        self.name = name
        process.executableURL = URL(fileURLWithPath: "\(home)/bin/\(name)")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(["KAFKA_HEAP_OPTS": "-Xmx256m"]) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
    }

    deinit { kill() }

    /// Runs a tool to its end.
    /// - Returns: What it wrote.
    /// - Throws: ``KafkaBroker/Failure`` when it fails, or does not end within two minutes.
    @discardableResult
    package static func run(_ name: String, _ arguments: [String]) async throws -> String {
        try await KafkaTool(name, arguments).end()
    }

    /// Ends the tool as a crash would.
    package func kill() {
        if process.isRunning { _ = Glibc.kill(process.processIdentifier, SIGKILL) }
    }

    private func end() async throws -> String {
        let deadline = ContinuousClock.now + .seconds(120)
        while process.isRunning {
            guard ContinuousClock.now < deadline else {
                throw KafkaBroker.Failure(description: "\(name) did not end within two minutes")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        // What these tools write fits into the pipe.
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        guard process.terminationStatus == 0 else {
            throw KafkaBroker.Failure(description: "\(name) failed: \(text.suffix(2000))")
        }
        return text
    }
}
