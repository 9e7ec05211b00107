import Daemon
import Testing

@Suite("A command line")
struct CommandLineTests {
    let interface = CommandLineInterface(
        name: "program",
        version: "1.2.3",
        summary: "Does things.",
        subcommands: [CommandLineOperand("check", help: "Check only.")],
        options: [
            .value("config", short: "c", "FILE", isRepeatable: true, help: "The configuration."),
            .value("listen", "ADDRESS", help: "The address."),
            .flag("offline", help: "Ask nobody."),
        ]
    )

    private func arguments(_ words: [String]) throws -> Arguments {
        guard case .run(let arguments) = try interface.parse(["program"] + words) else {
            throw ExitError(.software, "not a run")
        }
        return arguments
    }

    @Test(
        "gives the values of its options in their order, wherever the subcommand stands",
        arguments: [
            ["check", "--config", "a", "--config=b", "--offline"],
            ["--config", "a", "check", "-c", "b", "--offline"],
            ["-ca", "-cb", "--offl", "check"],
        ]
    )
    func options(words: [String]) throws {
        let arguments = try arguments(words)
        #expect(arguments.subcommand == "check")
        #expect(arguments.values("config") == ["a", "b"])
        #expect(arguments.value("config") == "b")
        #expect(arguments.has("offline"))
        #expect(arguments.value("listen") == nil)
        #expect(arguments.positionals.isEmpty)
    }

    @Test(
        "is refused with a sentence that names what is wrong",
        arguments: [
            (["--confg", "a"], "unknown option '--confg', did you mean '--config'?"),
            (["--confg=secret"], "unknown option '--confg', did you mean '--config'?"),
            (["--something-else"], "unknown option '--something-else'"),
            (["-x"], "unknown option '-x'"),
            (["--config"], "option --config needs a value: --config FILE"),
            (["-c"], "option --config needs a value: --config FILE"),
            (["--offline=yes"], "option --offline takes no value"),
            (["--listen", "a", "--listen", "b"], "option --listen is given more than once"),
            (["chekc"], "unknown command 'chekc', did you mean 'check'?"),
            (["check", "more"], "unexpected argument 'more'"),
        ]
    )
    func refusal(words: [String], message: String) {
        let error = #expect(throws: ExitError.self) { try interface.parse(["program"] + words) }
        #expect(error?.code == .usage)
        #expect(error?.message == message + " (see 'program --help')")
    }

    @Test("takes what follows a double dash as positional arguments")
    func doubleDash() throws {
        let interface = CommandLineInterface(
            name: "p",
            version: "1",
            summary: "",
            positionals: [CommandLineOperand("file", help: "")],
            options: []
        )
        guard case .run(let arguments) = try interface.parse(["p", "--", "--help"]) else {
            Issue.record("help was given")
            return
        }
        #expect(arguments.positionals == ["--help"])
    }

    @Test("that lacks a required option is refused")
    func required() {
        let interface = CommandLineInterface(
            name: "p",
            version: "1",
            summary: "",
            options: [.value("config", "FILE", isRequired: true, help: "")]
        )
        let error = #expect(throws: ExitError.self) { try interface.parse(["p"]) }
        #expect(error?.message == "option --config is missing (see 'p --help')")
    }

    @Test("that asks for help or the version gets it, whatever else it says")
    func help() throws {
        guard case .text(let help) = try interface.parse(["program", "--nonsense", "--help"]) else {
            Issue.record("no help")
            return
        }
        #expect(help.contains("Usage: program [check] [options]"))
        #expect(help.contains("  -c, --config FILE     The configuration. May be repeated.\n"))
        #expect(help.contains("      --version         Show the version and exit.\n"))
        #expect(try interface.parse(["program", "--version"]) == .text("program 1.2.3\n"))
    }

    @Test("lets a subcommand have operands that others do not have, the last of which may be repeated")
    func operandsOfSubcommands() throws {
        let interface = CommandLineInterface(
            name: "program",
            version: "1",
            summary: "",
            subcommands: [CommandLineOperand("check", help: ""), CommandLineOperand("convert", help: "")],
            positionals: [CommandLineOperand("FILE", of: "convert", isRepeatable: true, help: "What is converted.")],
            options: []
        )
        guard case .run(let arguments) = try interface.parse(["program", "convert", "a", "-", "c"]) else {
            Issue.record("not a run")
            return
        }
        #expect(arguments.subcommand == "convert" && arguments.positionals == ["a", "-", "c"])
        let error = #expect(throws: ExitError.self) { try interface.parse(["program", "check", "a"]) }
        #expect(error?.message.contains("unexpected argument 'a'") == true)
        let unknown = #expect(throws: ExitError.self) { try interface.parse(["program", "conver", "a"]) }
        #expect(unknown?.message.contains("did you mean 'convert'?") == true)
        guard case .text(let help) = try interface.parse(["program", "--help"]) else { return }
        #expect(help.contains("[FILE...]"))
    }
}
