internal import Glibc

/// The calling thread.
enum Thread {
    /// Blocks the calling thread for a while; only for threads that are the emulator's own.
    static func pause(milliseconds: Int) {
        var rest = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
        var left = timespec()
        while unsafe nanosleep(&rest, &left) != 0, errno == EINTR { rest = left }
    }
}
