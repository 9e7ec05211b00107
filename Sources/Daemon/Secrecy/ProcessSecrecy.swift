internal import CGlibc
internal import Glibc

/// Keeps what is in the process's memory and files from everybody else on the machine.
///
/// Tokens, keys and records are in memory all the time, and a core file would be a copy of all of it.
enum ProcessSecrecy {
    /// The environment variable that, with the value `1`, leaves the process to debuggers and lets it write core files.
    static let debugging = "KUSTO_SINK_DEBUGGING"

    /// Forbids core files, to this process and those that it starts, keeps other processes of the same user from reading
    /// its memory, and leaves files that it makes to its own user alone.
    ///
    /// To be called first of all. A debugger then needs the right to trace any process (proc(5), "/proc/pid/…";
    /// `PR_SET_DUMPABLE`, prctl(2)), unless ``debugging`` asks for it: a limit that was lowered cannot be raised later.
    static func begin() {
        _ = umask(0o077)
        if let value = unsafe getenv(debugging), unsafe strcmp(value, "1") == 0 { return }
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        _ = cglibc_forbid_dumps()
    }
}
