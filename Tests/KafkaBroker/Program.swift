internal import Foundation
internal import Glibc
internal import Synchronization

/// A program of this package that runs as a process of its own, with the lines that it writes.
package final class Program: Sendable {
    /// A line did not come, or the process did not end, in time.
    package struct Timeout: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) { self.description = description }
    }

    /// What the process has written.
    ///
    /// The reading thread keeps this alive, and not the program, whose end ends the process.
    private final class Lines: Sendable {
        private static let limit = 20_000
        private let lines = Mutex<[String]>([])
        /// Whether the process has closed its outputs and everything was read.
        let isComplete = Atomic(false)

        var all: [String] { lines.withLock { $0 } }
        func append(_ line: String) { lines.withLock { if $0.count < Self.limit { $0.append(line) } } }
    }

    private let process: ChildProcess
    private let lines = Lines()

    /// Starts a program.
    /// - Parameters:
    ///   - name: The executable's name.
    ///   - arguments: Its arguments.
    ///   - environment: More variables than this process has.
    ///   - input: The file that is its standard input.
    package init(
        _ name: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        input: String = "/dev/null"
    ) throws {
        let pipe = Pipe()
        process = try ChildProcess(
            Self.folder.appendingPathComponent(name).path,
            arguments,
            environment: ProcessInfo.processInfo.environment.merging(environment) { $1 },
            input: input,
            output: pipe.fileHandleForWriting.fileDescriptor
        )
        // Else the pipe would not end with the process.
        try pipe.fileHandleForWriting.close()
        let reader = pipe.fileHandleForReading
        let copy = Self.copy(of: name, process.pid)
        Thread.detachNewThread { [lines] in
            var rest = Data()
            while true {
                let data = reader.availableData
                if data.isEmpty { break }
                try? copy?.write(contentsOf: data)
                rest += data
                while let end = rest.firstIndex(of: 0x0A) {
                    let line = String(decoding: rest[rest.startIndex..<end], as: UTF8.self)
                    rest = Data(rest[(end + 1)...])
                    lines.append(line)
                }
            }
            if !rest.isEmpty { lines.append(String(decoding: rest, as: UTF8.self)) }
            lines.isComplete.store(true, ordering: .releasing)
        }
    }

    deinit { kill(SIGKILL) }

    /// Where the package's executables are: beside the tests.
    private static let folder: URL = {
        if let folder = ProcessInfo.processInfo.environment["KUSTO_SINK_BIN_DIR"] {
            return URL(fileURLWithPath: folder)
        }
        // …/debug/kusto-sinkPackageTests.xctest, whichever of the two is running it.
        let candidates = CommandLine.arguments + [Bundle.main.bundlePath, Bundle.main.executablePath ?? ""]
        for candidate in candidates {
            var url = URL(fileURLWithPath: candidate)
            for _ in 0..<4 {
                url.deleteLastPathComponent()
                if FileManager.default.isExecutableFile(atPath: url.appendingPathComponent("kusto-sink-worker").path) {
                    return url
                }
            }
        }
        return URL(fileURLWithPath: FileManager.default.currentDirectoryPath + "/.build/debug")
    }()

    /// Where the scan for secrets at the end of `Tests/run` finds what a program has written; none when no scan follows.
    private static func copy(of name: String, _ pid: Int32) -> FileHandle? {
        guard let folder = ProcessInfo.processInfo.environment["KUSTO_SINK_KEPT"] else { return nil }
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let file = "\(folder)/\(name)-\(pid)-\(UUID().uuidString.prefix(8)).log"
        guard FileManager.default.createFile(atPath: file, contents: nil) else { return nil }
        return FileHandle(forWritingAtPath: file)
    }

    /// Everything written so far.
    package var output: [String] { lines.all }

    /// The process's number.
    package var pid: Int32 { process.pid }

    /// Whether it runs.
    package var isRunning: Bool { process.isRunning }

    /// Sends a signal.
    package func kill(_ signal: Int32) { process.kill(signal) }

    /// Waits for the end, and for everything that was written until then.
    /// - Returns: The exit code, or 128 and the signal's number.
    /// - Throws: ``Timeout``.
    package func exitCode(within limit: Duration) async throws -> Int32 {
        var code: Int32?
        try await wait(limit, "the end") {
            code = self.lines.isComplete.load(ordering: .acquiring) ? self.process.exitCode : nil
            return code != nil
        }
        return code ?? -1
    }

    /// Waits for a line that contains `text`, or for several.
    /// - Throws: ``Timeout``, also when the process ends first.
    @discardableResult
    package func line(containing text: String, times: Int = 1, within limit: Duration) async throws -> String {
        var found: String?
        try await wait(limit, "a line with '\(text)'") {
            let isRunning = self.process.isRunning
            let lines = self.output.filter { $0.contains(text) }
            found = lines.count >= times ? lines[times - 1] : nil
            if found == nil, !isRunning {
                throw Timeout(
                    description: "ended without '\(text)':\n\(self.output.suffix(20).joined(separator: "\n"))"
                )
            }
            return found != nil
        }
        return found ?? ""
    }

    /// Waits for a line that `isWanted` accepts.
    /// - Throws: ``Timeout``, also when the process ends first.
    package func line(_ what: String, within limit: Duration, where isWanted: (String) -> Bool) async throws {
        try await wait(limit, what) {
            let isRunning = self.process.isRunning
            if self.output.contains(where: isWanted) { return true }
            if !isRunning { throw Timeout(description: "ended without \(what)") }
            return false
        }
    }

    private func wait(_ limit: Duration, _ what: String, _ isDone: () throws -> Bool) async throws {
        let deadline = ContinuousClock.now + limit
        while try !isDone() {
            guard ContinuousClock.now < deadline else {
                throw Timeout(description: "waited \(limit) for \(what):\n\(output.suffix(20).joined(separator: "\n"))")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
