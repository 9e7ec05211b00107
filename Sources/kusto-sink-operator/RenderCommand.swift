import Daemon
import Glibc
import Operator

/// Shows or checks, without a cluster, what the sinks of files lead to.
struct RenderCommand {
    private let arguments: Arguments

    /// Takes a command line whose command is `render` or `check`.
    init(_ arguments: Arguments) { self.arguments = arguments }

    /// Prints what would be applied, or with `check` nothing, and every problem on a line of standard error.
    /// - Throws: `ExitError` with `usage` when there is a problem.
    func run() throws {
        let files = arguments.values("filename")
        let settings = WorkerSettings(
            image: arguments.value("worker-image") ?? OperatorArguments.workerImage,
            podMonitorLabels: try MonitorLabels(parsing: arguments.values("pod-monitor-label"))
        )
        var problems = 0
        for path in files {
            let file: SinkFile
            do throws(SinkFile.Failure) {
                file = try SinkFile(path: path)
            } catch {
                throw ExitError(.usage, error.message)
            }
            let rendering = OfflineRendering(file, settings: settings, hasPodMonitors: arguments.has("pod-monitors"))
            if arguments.command == "render" { print(rendering.text, terminator: "") }
            tell(rendering.warnings.map { "warning: \($0)" } + rendering.problems.map { "problem: \($0)" })
            problems += rendering.problems.count
        }
        guard problems == 0 else {
            throw ExitError(.usage, problems == 1 ? "there is 1 problem" : "there are \(problems) problems")
        }
        if arguments.command == "check" { print("all is in order; no cluster was asked") }
    }

    private func tell(_ lines: [String]) {
        let bytes = Array(lines.map { $0 + "\n" }.joined().utf8)
        unsafe bytes.withUnsafeBytes { _ = unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
