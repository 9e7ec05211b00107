internal import Glibc

/// The system's words for the last failure of a C call on this thread.
enum Errno {
    static func text(_ code: Int32 = errno) -> String {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let start = buffer.baseAddress, unsafe strerror_r(code, start, buffer.count) == 0 else {
                return "error \(code)"
            }
            return unsafe String(cString: start)
        }
    }
}
