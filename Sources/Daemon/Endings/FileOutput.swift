internal import Glibc

/// Writing to a file descriptor without buffers in between.
enum FileOutput {
    /// Writes all of a text, unless the descriptor takes no more; a failure is not reported.
    static func write(_ text: String, to file: Int32) {
        unsafe Array(text.utf8).withUnsafeBytes { buffer in
            var rest = unsafe buffer[...]
            while unsafe !rest.isEmpty {
                let count = unsafe Glibc.write(file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                unsafe rest = rest.dropFirst(count)
            }
        }
    }
}
