import Foundation
import Logging
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
            isService: { !$0.has("quiet") },
            termination: TerminationMessage(path: log.path),
            log: ProcessLog(descriptor: try folder.open(output))
        )
        try Data("old and much longer than what comes".utf8).write(to: log)

        #expect(await executable.run(["program"]) { _ in } == .success)
        let code = await executable.run(["program", "--quiet"]) { _ in
            throw ExitError(.unavailable, "broker\nsilent")
        }
        #expect(code == .unavailable)
        #expect(try String(contentsOf: log, encoding: .utf8) == "broker\nsilent")
        #expect(try String(contentsOf: output, encoding: .utf8) == "program: broker\nsilent\n")
        #expect(await executable.run(["program", "--quite"]) { _ in } == .usage)
        #expect(await executable.run(["program"]) { _ in throw Unknown() } == .software)
    }

    /// What a process writes that ends with an error.
    private func ending(
        _ error: ExitError,
        _ format: LogFormat?,
        _ arguments: [String] = ["program"],
        logging: Bool = false
    ) async throws -> (line: String, termination: String) {
        let folder = try TemporaryFolder()
        let (file, output) = (folder.file("termination-log"), folder.file("stderr"))
        try Data().write(to: file)
        let log = ProcessLog(descriptor: try folder.open(output))
        log.choose(format)
        let executable = Executable(
            interface,
            isService: { !$0.has("quiet") },
            termination: TerminationMessage(path: file.path),
            log: log
        )
        _ = await executable.run(arguments) { _ in
            if logging { log.logger("service").debug("not written") }
            throw error
        }
        return try (String(contentsOf: output, encoding: .utf8), String(contentsOf: file, encoding: .utf8))
    }

    @Test("a service's last line is one of its log, and the termination message has its problems in lines of their own")
    func lastLines() async throws {
        let error = ExitError(.usage, problems: ["a: \"x\"\nis bad", "b"])
        let (line, termination) = try await ending(error, nil)
        let object = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["level"] as? String == "error" && object["logger"] as? String == "program")
        #expect(object["message"] as? String == "2 problems: a: \"x\" is bad; b")
        #expect(object["exit.code"] as? Int == 64 && object["problems"] as? Int == 2)
        #expect((object["time"] as? String)?.hasSuffix("Z") == true && line.hasSuffix("}\n"))
        #expect(termination == "2 problems:\n- a: \"x\"\n  is bad\n- b")

        let text = try await ending(error, .text, logging: true).line
        #expect(text.hasSuffix(#" ERROR   service: 2 problems: a: "x" is bad; b exit.code=64 problems=2"# + "\n"))
        #expect(try await ending(error, .text).line == "program: 2 problems:\n- a: \"x\"\n  is bad\n- b\n")
        let command = try await ending(ExitError(.usage, "no"), .json, ["program", "--quiet"])
        #expect(command.line == "program: no\n", "a command speaks to whoever typed it in")
        #expect(try await ending(error, .json, ["program", "--quite"]).line.hasPrefix(#"{"time":"#))
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
            termination: TerminationMessage(path: log.path),
            log: ProcessLog(descriptor: try folder.open(output))
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
        TerminationMessage(path: log.path).write(ExitError(.software, "over"))
        #expect(!FileManager.default.fileExists(atPath: log.path))
    }

    @Test("cuts a long termination message at a whole line, and a single long sentence between two characters")
    func truncation() {
        let limit = TerminationMessage.maximumBytes
        #expect(ExitError(.usage, String(repeating: "a", count: limit)).text(maximumBytes: limit).utf8.count == limit)
        let one = ExitError(.usage, "a" + String(repeating: "é", count: 3000)).text(maximumBytes: limit)
        #expect(one.utf8.count == limit && one.hasSuffix("é…"))

        for size in [1, 90, 700, 5000] {
            let problems = (1...500).map { "\($0)" + String(repeating: "x", count: size) }
            let error = ExitError(.usage, problems: problems)
            for text in [error.text(maximumBytes: limit), error.line(maximumBytes: limit)] {
                #expect(text.utf8.count <= limit && text.hasPrefix("500 problems:"))
                let parts = text.replacing("\n- ", with: "; ").replacing("\nand ", with: "; and ").split(
                    separator: "; "
                )
                let told = parts.dropLast().count - (text.contains("\n") ? 1 : 0)
                #expect(text.hasSuffix("and \(500 - told) more"), "\(size)")
                #expect(told <= ExitError.maximumProblems && told >= 1)
            }
        }
        #expect(ExitError(.usage, problems: ["a", "b"]).text() == "2 problems:\n- a\n- b")
        #expect(ExitError(.usage, problems: ["a"]).text() == "a")
    }

    @Test("exits with numbers that its users know")
    func numbers() {
        let codes: [ExitCode] = [.success, .unhealthy, .usage, .unavailable, .software, .temporaryFailure]
        #expect(codes.map(\.rawValue) == [0, 1, 64, 69, 70, 75])
    }
}
