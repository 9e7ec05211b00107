internal import Glibc
package import Logging
internal import Threads

/// What every executable is wrapped in: its command line, and the way from an error to an exit code.
package struct Executable: Sendable {
    private let interface: CommandLineInterface
    private let isService: @Sendable (Arguments) -> Bool
    private let termination: TerminationMessage
    private let log: ProcessLog

    /// Creates the wrapper of one executable; see ``main(_:isService:logFormat:_:)``.
    init(
        _ interface: CommandLineInterface,
        isService: @escaping @Sendable (Arguments) -> Bool = { _ in true },
        termination: TerminationMessage = TerminationMessage(),
        log: ProcessLog = .standard
    ) {
        self.interface = interface
        self.isService = isService
        self.termination = termination
        self.log = log
    }

    /// Parses the process's command line, runs `body` and exits with the code of how it ended.
    ///
    /// It is the first thing that a process does.
    /// - Parameters:
    ///   - isService: Whether these arguments ask for a ``ServiceGroup``, so that a signal that arrives before the
    ///     group runs also counts as an orderly stop, and the last line of standard error is a line of the log.
    ///   - logFormat: How arguments want log lines to look, if they say so.
    package static func main(
        _ interface: CommandLineInterface,
        isService: @escaping @Sendable (Arguments) -> Bool = { _ in true },
        logFormat: (Arguments) -> LogFormat? = { _ in nil },
        _ body: (Arguments) async throws -> Void
    ) async -> Never {
        EarlySignals.keep()
        ProcessSecrecy.begin()
        // When a peer hangs up, the write must fail; the process must not end.
        _ = signal(SIGPIPE, SIG_IGN)
        ProcessLog.standard.choose(logFormat(interface.understood(CommandLine.arguments)))
        var code = await Executable(interface, isService: isService).run(CommandLine.arguments) { arguments in
            if isService(arguments) { EarlySignals.endProcess() } else { EarlySignals.release() }
            try await body(arguments)
        }
        // Not `exit`: its destructors would run beside threads of C libraries that still run.
        // A reader that has gone has read what it wanted.
        if fflush(nil) != 0, errno != EPIPE, code == .success {
            let reason = unsafe String(cString: strerror(errno))
            let failure = ExitError(.usage, "standard output cannot be written: \(reason)")
            ProcessLog.standard.end(failure, of: interface.name, isService: false)
            code = .usage
        }
        _exit(code.rawValue)
    }

    /// Runs `body` with the parsed `arguments`, which begin with the program's own name; returns the exit code.
    package func run(_ arguments: [String], _ body: (Arguments) async throws -> Void) async -> ExitCode {
        do {
            switch try interface.parse(arguments, width: Terminal.output.width) {
            case .text(let text):
                print(text, terminator: "")
            case .run(let arguments):
                try await body(arguments)
            }
            return .success
        } catch {
            let failure = Self.exitError(for: error)
            // Not of a probe, which runs beside the process whose termination message the file is for.
            if !interface.isProbe(arguments) { termination.write(failure) }
            let isService = !interface.isProbe(arguments) && isService(interface.understood(arguments))
            log.end(failure, of: interface.name, isService: isService)
            return failure.code
        }
    }

    /// Returns how the process ends when `error` reaches the top.
    package static func exitError(for error: any Error) -> ExitError {
        switch error {
        case let error as ExitError: error
        case let error as ServiceGroupError: ExitError(.software, error.message)
        case let error as ThreadStartError: ExitError(.software, error.message)
        case is CancellationError: ExitError(.software, "the work was cancelled")
        default: ExitError(.software, "internal error: \(error)")
        }
    }
}
