internal import Glibc

/// The system's words for the failure of a C call.
package enum Errno {
    /// The words for the last failure on this thread.
    package static func text() -> String { text(errno) }

    /// The words for a failure by its number (errno(3)).
    package static func text(_ code: Int32) -> String {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let start = buffer.baseAddress, unsafe strerror_r(code, start, buffer.count) == 0 else {
                return "error \(code)"
            }
            return unsafe String(cString: start)
        }
    }
}
