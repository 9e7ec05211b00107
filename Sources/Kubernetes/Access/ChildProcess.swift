internal import CGlibc
internal import Glibc
internal import Threads

/// A program that is run to its end, with a limit on its time and on what it prints.
enum ChildProcess {
    /// How a program ended.
    enum End: Sendable, Equatable {
        case exited(Int32), signalled(Int32), timedOut, printedTooMuch
    }

    /// What a program left behind.
    struct Outcome: Sendable {
        let end: End
        let output: [UInt8]
        /// The last part of what went to the error output.
        let errors: [UInt8]
    }

    /// Why a program did not start.
    struct StartError: Error {
        let reason: String
    }

    private static let errorLimit = 16 << 10

    /// Runs a program in a process group of its own, without input; blocks.
    ///
    /// At the limit the whole group is killed, so that what the program started goes with it.
    static func run(
        _ path: String,
        arguments: [String],
        environment: [String: String],
        limit: Duration,
        outputLimit: Int
    ) throws(StartError) -> Outcome {
        var (output, errors) = (try Pipe(), try Pipe())
        let child = try start(path, arguments, environment, output: output.writer, errors: errors.writer)
        output.closeWriter()
        errors.closeWriter()
        let deadline = ContinuousClock.now + limit
        var end: End?
        while end == nil {
            let isOpen = wait(&output, &errors)
            errors.keepLast(errorLimit)
            if output.bytes.count > outputLimit {
                end = .printedTooMuch
            } else if let status = status(of: child) {
                end = status
                // What it wrote before it ended may still be in the pipes.
                output.drain()
                errors.drain()
            } else if ContinuousClock.now >= deadline {
                end = .timedOut
            } else if !isOpen {
                // It closed its outputs and goes on; the next look is in a moment.
                poll(nil, 0, 10)
            }
        }
        if end == .timedOut || end == .printedTooMuch {
            kill(-child, SIGKILL)
            waitpid(child, nil, 0)
        }
        output.closeReader()
        errors.closeReader()
        return Outcome(end: end ?? .timedOut, output: output.bytes, errors: errors.bytes)
    }

    /// Waits a moment for output, and reads it.
    /// - Returns: Whether there may be more.
    private static func wait(_ output: inout Pipe, _ errors: inout Pipe) -> Bool {
        guard output.isOpen || errors.isOpen else { return false }
        var descriptors = [
            pollfd(fd: output.isOpen ? output.reader : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: errors.isOpen ? errors.reader : -1, events: Int16(POLLIN), revents: 0),
        ]
        unsafe poll(&descriptors, 2, 50)
        if descriptors[0].revents != 0 { output.read() }
        if descriptors[1].revents != 0 { errors.read() }
        return true
    }

    private static func status(of child: pid_t) -> End? {
        var status: Int32 = 0
        guard unsafe waitpid(child, &status, WNOHANG) == child else { return nil }
        let signal = status & 0x7F
        return signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
    }

    private static func start(
        _ path: String,
        _ arguments: [String],
        _ environment: [String: String],
        output: Int32,
        errors: Int32
    ) throws(StartError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, errors, 2)
        // The rest of what is open here, connections among it, is nothing to it.
        unsafe posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // This process blocks or ignores signals that a program expects to get.
        var none = sigset_t()
        unsafe sigemptyset(&none)
        var all = sigset_t()
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
        var child = pid_t()
        let patience = ContinuousClock.now + .seconds(1)
        let code = unsafe withStrings([path] + arguments) { argv in
            unsafe withStrings(environment.map { "\($0)=\($1)" }) { envp in
                while true {
                    let code = unsafe posix_spawnp(&child, path, &actions, &attributes, argv, envp)
                    // Somebody is just writing the program, as an update does; that is over in a moment.
                    guard code == ETXTBSY, ContinuousClock.now < patience else { return code }
                    poll(nil, 0, 10)
                }
            }
        }
        guard code == 0 else {
            errno = code
            throw StartError(reason: Errno.text())
        }
        return child
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

    /// A pipe from a program to this process.
    private struct Pipe {
        let reader: Int32
        private(set) var writer: Int32
        private(set) var isOpen = true
        private(set) var bytes: [UInt8] = []

        init() throws(StartError) {
            var ends: [Int32] = [-1, -1]
            guard unsafe pipe(&ends) == 0 else { throw StartError(reason: Errno.text()) }
            (reader, writer) = (ends[0], ends[1])
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            _ = fcntl(reader, F_SETFL, O_NONBLOCK)
        }

        /// Reads what is there now.
        mutating func read() {
            var piece = [UInt8](repeating: 0, count: 16 << 10)
            let count = unsafe Glibc.read(reader, &piece, piece.count)
            if count > 0 { bytes += piece[..<count] } else if count == 0 { isOpen = false }
        }

        mutating func drain() {
            var before = -1
            while isOpen, bytes.count != before {
                before = bytes.count
                read()
            }
        }

        mutating func keepLast(_ count: Int) {
            if bytes.count > count { bytes.removeFirst(bytes.count - count) }
        }

        mutating func closeWriter() {
            close(writer)
            writer = -1
        }

        mutating func closeReader() {
            close(reader)
            isOpen = false
        }
    }
}
