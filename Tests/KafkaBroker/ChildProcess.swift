internal import CGlibc
internal import Foundation
internal import Glibc
internal import Synchronization

/// A process that this one has started.
///
/// Foundation's `Process` looks through `/proc/self/fd` before each start and reads past the end of what the system
/// gave it; with more than 1,300 open files, which tests that run side by side have, that ends the process.
final class ChildProcess: Sendable {
    /// The process could not be started.
    struct StartError: Error, CustomStringConvertible {
        let description: String
    }

    /// The process's number.
    let pid: pid_t
    private let end: Ending

    /// How it ended; kept alive by the thread that waits for it.
    private final class Ending: Sendable {
        /// As `waitpid` tells it.
        let status = Mutex<Int32?>(nil)
    }

    /// Starts a program, which gets the signal mask of the calling thread and no open file but its three.
    ///
    /// A broken pipe ends it as usual, until it says otherwise. A program inherits what is ignored, and libcurl ignores
    /// that signal while it lets go of its connections: two threads that do so at a time may leave it ignored for good.
    /// - Parameters:
    ///   - path: The executable.
    ///   - arguments: What follows the path.
    ///   - environment: All of its variables.
    ///   - input: The file that is its standard input.
    ///   - output: Where its standard output and error go.
    /// - Throws: ``StartError``.
    init(
        _ path: String,
        _ arguments: [String],
        environment: [String: String],
        input: String,
        output: Int32
    ) throws(StartError) {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 2)
        unsafe posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var usual = sigset_t()
        unsafe sigemptyset(&usual)
        unsafe sigaddset(&usual, SIGPIPE)
        unsafe posix_spawnattr_setsigdefault(&attributes, &usual)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        var child = pid_t()
        let code = unsafe Self.withStrings([path] + arguments) { argv in
            unsafe Self.withStrings(environment.map { "\($0)=\($1)" }) { envp in
                unsafe posix_spawn(&child, path, &actions, &attributes, argv, envp)
            }
        }
        guard code == 0 else {
            throw StartError(description: "\(path) cannot be started: \(unsafe String(cString: strerror(code)))")
        }
        let (started, end) = (child, Ending())
        (pid, self.end) = (started, end)
        Thread.detachNewThread {
            var status: Int32 = 0
            while unsafe waitpid(started, &status, 0) < 0, errno == EINTR {}
            end.status.withLock { $0 = status }
        }
    }

    /// Whether it runs.
    var isRunning: Bool { end.status.withLock { $0 == nil } }

    /// The exit code, or 128 and the signal's number; `nil` while it runs.
    var exitCode: Int32? {
        end.status.withLock { status in
            status.map { $0 & 0x7F == 0 ? ($0 >> 8) & 0xFF : 128 + ($0 & 0x7F) }
        }
    }

    /// Sends a signal, unless it has ended.
    func kill(_ signal: Int32) {
        if isRunning { _ = Glibc.kill(pid, signal) }
    }

    private static func withStrings<Result>(
        _ texts: [String],
        _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers = unsafe texts.map { unsafe strdup($0) } + [nil]
        defer { unsafe pointers.forEach { unsafe free($0) } }
        return unsafe pointers.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { preconditionFailure("the list ends with a null pointer") }
            return unsafe body(start)
        }
    }
}
