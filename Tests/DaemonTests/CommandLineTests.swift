import Daemon
import Testing

@Suite("A command line")
struct CommandLineTests {
    private static let config = CommandLineOption.value(
        "config",
        short: "c",
        "FILE",
        .file,
        isRepeatable: true,
        help: "The configuration."
    )

    /// A program that runs without a command, too.
    let interface = CommandLineInterface(
        name: "program",
        version: "1.2.3",
        summary: "Does things.",
        commands: [
            CommandLineCommand(
                "run",
                help: "Do it.",
                options: [config, .value("listen", "ADDRESS", help: "The address.")],
                fileOption: "config"
            ),
            CommandLineCommand(
                "check",
                help: "Check only.",
                options: [config, .flag("offline", short: "o", help: "Ask nobody.")],
                fileOption: "config"
            ),
            CommandLineCommand(
                "convert",
                help: "Convert.",
                options: [
                    .value("to", "FORMAT", .oneOf(["json", "text"]), isRequired: true, help: "Into what."),
                    .flag("offline", short: "o", help: "Ask nobody."),
                ],
                operands: [CommandLineOperand("FILE", .file, isRequired: true, isRepeatable: true, help: "What.")]
            ),
        ],
        implied: "run"
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
            ["-ca", "-cb", "--offl", "check"], ["-o", "check", "-ca", "--conf=b"],
        ]
    )
    func options(words: [String]) throws {
        let arguments = try arguments(words)
        #expect(arguments.command == "check")
        #expect(arguments.values("config") == ["a", "b"])
        #expect(arguments.value("config") == "b")
        #expect(arguments.has("offline"))
        #expect(arguments.value("listen") == nil)
        #expect(arguments.operands.isEmpty)
    }

    @Test("holds for the command that is meant where none is given, which may be given, too")
    func implied() throws {
        for words in [["--listen", "a"], ["run", "--listen", "a"], ["--listen", "a", "run"]] {
            let arguments = try arguments(words)
            #expect(arguments.command == "run" && arguments.value("listen") == "a")
        }
    }

    @Test(
        "is refused with a sentence that names what is wrong",
        arguments: [
            (["--confg", "a"], "", "unknown option '--confg', did you mean '--config'?"),
            (["--confg=secret"], "", "unknown option '--confg', did you mean '--config'?"),
            (["--something-else"], "", "unknown option '--something-else'"),
            (["-x"], "", "unknown option '-x'"),
            (["--config"], "", "option --config needs a value: --config FILE"),
            (["-c"], "", "option --config needs a value: --config FILE"),
            (["check", "--offline=yes"], " check", "option --offline takes no value"),
            (["--listen", "a", "--listen", "b"], "", "option --listen is given more than once"),
            (["chekc"], "", "unknown command 'chekc', did you mean 'check'?"),
            (["chekc", "--offline"], "", "unknown command 'chekc', did you mean 'check'?"),
            (["nothing"], "", "unknown command 'nothing'; the commands are run, check, convert"),
            (["a.properties"], "", "'a.properties' is no command; give a file with --config a.properties"),
            (["check", "more"], " check", "unexpected argument 'more'"),
            (["check", "a/b"], " check", "unexpected argument 'a/b': give a file with --config a/b"),
            (["--offline"], "", "option --offline goes with the commands check and convert"),
            (["run", "-o"], " run", "option -o goes with the commands check and convert"),
            (["check", "--listen", "a"], " check", "option --listen goes with the command run"),
            (
                ["check", "--listn=a"], " check",
                "unknown option '--listn', did you mean '--listen' of the command run?"
            ),
            (["convert", "--to", "xml", "a"], " convert", "--to xml: give one of json, text"),
            (["convert", "a"], " convert", "option --to is missing: --to FORMAT"),
            (
                ["convert", "--to=json"], " convert",
                "FILE is missing: program convert --to FORMAT [options] FILE..."
            ),
            (["help", "chek"], " help", "unknown command 'chek', did you mean 'check'?"),
        ]
    )
    func refusal(words: [String], command: String, message: String) {
        let error = #expect(throws: ExitError.self) { try interface.parse(["program"] + words) }
        #expect(error?.code == .usage)
        #expect(error?.message == message + " (see 'program\(command) --help')")
    }

    @Test("takes what follows a double dash as positional arguments")
    func doubleDash() throws {
        let interface = CommandLineInterface(
            name: "p",
            version: "1",
            summary: "",
            options: [],
            operands: [CommandLineOperand("file", help: "")]
        )
        guard case .run(let arguments) = try interface.parse(["p", "--", "--help"]) else {
            Issue.record("help was given")
            return
        }
        #expect(arguments.operands == ["--help"])
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
        #expect(error?.message == "option --config is missing: --config FILE (see 'p --help')")
    }

    @Test("that asks for help or the version gets it, whatever else it says")
    func help() throws {
        guard case .text(let help) = try interface.parse(["program", "--nonsense", "--help"]) else {
            Issue.record("no help")
            return
        }
        #expect(help.contains("Usage: program [run] [options]\n       program COMMAND [options]\n"))
        #expect(help.contains("  check       Check only.\n"))
        #expect(help.contains("  -c, --config FILE     The configuration. May be repeated.\n"))
        #expect(help.contains("      --version         Show the version and exit.\n"))
        #expect(!help.contains("--offline"))
        #expect(try interface.parse(["program", "check", "--version"]) == .text("program 1.2.3\n"))
    }

    @Test("that asks for a command's help gets that alone", arguments: [["check", "--help"], ["help", "check"]])
    func helpOfCommands(words: [String]) throws {
        guard case .text(let help) = try interface.parse(["program"] + words) else {
            Issue.record("no help")
            return
        }
        #expect(help.hasPrefix("Check only.\n\nUsage: program check [options]\n"))
        #expect(help.contains("  -o, --offline  ") && help.contains("  -c, --config FILE  "))
        #expect(!help.contains("--listen"))
    }

    @Test("has no help that is wider than the terminal", arguments: [40, 60, 100])
    func width(width: Int) {
        let texts = [nil] + interface.commands
        for text in texts.map({ interface.help(of: $0, width: width) }) {
            for line in text.split(separator: "\n") where !line.contains("program") {
                #expect(line.count <= width, "\(line)")
            }
        }
    }

    @Test("lets a command have operands that others do not have, the last of which may be repeated")
    func operandsOfCommands() throws {
        let arguments = try arguments(["convert", "--to", "json", "a", "-", "convert"])
        #expect(arguments.command == "convert" && arguments.operands == ["a", "-", "convert"])
        #expect(
            interface.commands.first { $0.name == "convert" }.map { interface.help(of: $0) }?.contains("FILE...")
                == true
        )
    }

    @Test("needs a command where nothing is done without one")
    func needsCommand() {
        let interface = CommandLineInterface(
            name: "p",
            version: "1",
            summary: "",
            commands: [
                CommandLineCommand("a", help: ""), CommandLineCommand("b", help: "", options: [.flag("x", help: "")]),
            ]
        )
        for words in [["p"], ["p", "--x"]] {
            let error = #expect(throws: ExitError.self) { try interface.parse(words) }
            #expect(error?.message == "no command: give one of a, b (see 'p --help')")
        }
        let error = #expect(throws: ExitError.self) { try interface.parse(["p", "--y"]) }
        #expect(error?.message == "unknown option '--y', did you mean '--x'? (see 'p --help')")
    }
}
