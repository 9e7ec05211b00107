import Daemon
import Foundation
import Glibc
import HTTP

/// A worker as users run it: the program itself, with a file of properties, in a process of its own.
final class WorkerProcess {
    /// What the file that it writes its log to is called, for people who want to read it.
    let log: String
    private let process = Process()
    private let reading: FileHandle
    private var rest: [UInt8] = []
    private var address: String?

    /// Starts a process of the worker's program.
    /// - Parameters:
    ///   - program: The program.
    ///   - arguments: Its arguments.
    ///   - environment: All of its environment.
    ///   - log: The file for its standard output and standard error; lines are added.
    /// - Throws: ``ExitError`` when the program or the file cannot be used.
    init(_ program: URL, _ arguments: [String], environment: [String: String], log: URL) throws(ExitError) {
        self.log = log.relativePath
        process.executableURL = program
        process.arguments = arguments
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        do {
            if !FileManager.default.fileExists(atPath: log.path) { try Data().write(to: log) }
            let writing = try FileHandle(forWritingTo: log)
            try writing.seekToEnd()
            reading = try FileHandle(forReadingFrom: log)
            try reading.seekToEnd()
            process.standardOutput = writing
            process.standardError = writing
            try process.run()
            try writing.close()
        } catch {
            throw ExitError(
                .software,
                "cannot run \(program.path): \(error.localizedDescription); 'make release' builds it beside this program"
            )
        }
    }

    /// The process's number.
    var id: Int32 { process.processIdentifier }

    /// Whether it still runs.
    var isRunning: Bool { process.isRunning }

    /// The exit code, or minus the signal that ended it; only of a process that has ended.
    var outcome: Int32 { process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus }

    /// Sends it a signal, if it still runs.
    func signal(_ number: Int32) {
        if process.isRunning { kill(id, number) }
    }

    /// Kills it and waits until it is gone, which takes a moment.
    func end() {
        signal(SIGKILL)
        while process.isRunning { usleep(1000) }
    }

    /// The lines of its log that have come since the last call.
    func newLines() -> [WorkerLine] {
        rest += (try? reading.readToEnd()) ?? Data()
        guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        let lines = rest[..<end].split(separator: UInt8(ascii: "\n")).map {
            WorkerLine(String(decoding: $0, as: UTF8.self))
        }
        rest.removeFirst(end + 1)
        for line in lines {
            if let port = line.value("server.port"), let host = line.value("server.address") {
                address = "http://\(host):\(port)"
            }
        }
        return lines
    }

    /// Where its metrics are; `nil` until its log has said so.
    var metricsURL: String? { address.map { $0 + "/metrics" } }

    /// Its metrics, or `nil` when it does not answer.
    func metrics(_ client: HTTPClient) async -> MetricsPage? {
        guard let metricsURL, isRunning,
            let answer = try? await client.execute(HTTPRequest(url: metricsURL, timeout: .seconds(1))),
            answer.isSuccess
        else { return nil }
        return MetricsPage(String(decoding: answer.body, as: UTF8.self))
    }

    /// The most memory that it has had resident, in bytes; 0 when that is not known.
    var peakMemory: Int {
        let status = (try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split(separator: " ").dropFirst().first).flatMap { Int($0) }.map { $0 << 10 } ?? 0
    }
}
