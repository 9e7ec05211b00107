internal import Glibc

/// Writes the sentence that says why the process ended: to the last line of standard error, and to the file that
/// Kubernetes shows as the container's termination message.
package struct TerminationMessage: Sendable {
    /// The most bytes that Kubernetes keeps of a termination message.
    package static let maximumBytes = 4096
    /// The default of a container's `terminationMessagePath`.
    package static let defaultPath = "/dev/termination-log"

    private let path: String
    private let output: Int32

    /// Creates the destination; `output` is an open file descriptor.
    package init(path: String = Self.defaultPath, output: Int32 = STDERR_FILENO) {
        self.path = path
        self.output = output
    }

    /// Writes `sentence`; the file is written only if it exists, and a failure to write is not reported.
    /// - Parameter isForFile: Whether the sentence is why the container ends, and not only for standard error.
    package func write(_ sentence: String, isForFile: Bool = true) {
        let line = sentence.split(whereSeparator: \.isNewline).joined(separator: " ")
        Self.writeAll(Array((line + "\n").utf8), to: output)
        guard isForFile else { return }
        let file = unsafe open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
        guard file >= 0 else { return }
        defer { close(file) }
        Self.writeAll(Self.truncated(line), to: file)
    }

    /// Returns the UTF-8 bytes of `text`, cut between two characters when they are too many.
    static func truncated(_ text: String) -> [UInt8] {
        var bytes = Array(text.utf8)
        guard bytes.count > maximumBytes else { return bytes }
        var end = maximumBytes
        while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        bytes.removeSubrange(end...)
        return bytes
    }

    private static func writeAll(_ bytes: [UInt8], to file: Int32) {
        unsafe bytes.withUnsafeBytes { buffer in
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
