import Foundation
import Testing

@testable import Daemon

@Suite("An executable")
struct ExecutableTests {
    private struct Unknown: Error {}

    private let interface = CommandLineInterface(
        name: "program",
        version: "1",
        summary: "",
        options: [.flag("quiet", help: "")]
    )

    @Test("exits with the code of its error and says why on both outputs")
    func exitCodes() async throws {
        let folder = try TemporaryFolder()
        let log = folder.file("termination-log")
        let output = folder.file("stderr")
        let executable = Executable(
            interface,
            termination: TerminationMessage(path: log.path, output: try folder.open(output))
        )
        try Data("old and much longer than what comes".utf8).write(to: log)

        #expect(await executable.run(["program"]) { _ in } == .success)
        let code = await executable.run(["program"]) { _ in throw ExitError(.unavailable, "broker\nsilent") }
        #expect(code == .unavailable)
        #expect(try String(contentsOf: log, encoding: .utf8) == "program: broker silent")
        #expect(try String(contentsOf: output, encoding: .utf8) == "program: broker silent\n")
        #expect(await executable.run(["program", "--quite"]) { _ in } == .usage)
        #expect(await executable.run(["program"]) { _ in throw Unknown() } == .software)
    }

    @Test(
        "leaves the termination file to the process beside which a probe runs, also when the probe is called wrongly",
        arguments: [
            (["health"], ExitCode.unhealthy), (["--quiet", "health"], .unhealthy), (["health", "--nw"], .usage),
        ]
    )
    func probesWriteNoTermination(arguments: [String], expected: ExitCode) async throws {
        let folder = try TemporaryFolder()
        let (log, output) = (folder.file("termination-log"), folder.file("stderr"))
        let interface = CommandLineInterface(
            name: "program",
            version: "1",
            summary: "",
            commands: [CommandLineCommand("health", help: "", options: [.flag("quiet", help: "")], isProbe: true)]
        )
        let executable = Executable(
            interface,
            termination: TerminationMessage(path: log.path, output: try folder.open(output))
        )
        try Data("the worker's".utf8).write(to: log)
        let code = await executable.run(["program"] + arguments) { _ in throw ExitError(.unhealthy, "not well") }
        #expect(code == expected)
        #expect(try String(contentsOf: log, encoding: .utf8) == "the worker's")
        #expect(try !String(contentsOf: output, encoding: .utf8).isEmpty)
    }

    @Test("makes no termination file where there is none")
    func noTerminationFile() throws {
        let folder = try TemporaryFolder()
        let log = folder.file("termination-log")
        TerminationMessage(path: log.path, output: try folder.open(folder.file("stderr"))).write("over")
        #expect(!FileManager.default.fileExists(atPath: log.path))
    }

    @Test("cuts a long termination message between two characters")
    func truncation() {
        let bytes = TerminationMessage.truncated("a" + String(repeating: "é", count: 3000))
        #expect(bytes.count == 4095)
        #expect(String(validating: bytes, as: UTF8.self) != nil)
        #expect(TerminationMessage.truncated(String(repeating: "a", count: 4096)).count == 4096)
    }

    @Test("exits with numbers that its users know")
    func numbers() {
        let codes: [ExitCode] = [.success, .unhealthy, .usage, .unavailable, .software, .temporaryFailure]
        #expect(codes.map(\.rawValue) == [0, 1, 64, 69, 70, 75])
    }
}
