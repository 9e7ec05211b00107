internal import FoundationEssentials
internal import Glibc
internal import Synchronization

/// Writes log lines to a file descriptor, one `write` a line so that lines of several processes do not mix.
package final class StreamLogSink: LogSink {
    private let descriptor: Int32
    private let format: LogFormat
    private let isColoured: Bool
    private let turn = Mutex<Void>(())

    /// Creates a sink.
    /// - Parameters:
    ///   - format: How a line looks.
    ///   - descriptor: Where lines go; standard error by default. It is not closed.
    package init(format: LogFormat, descriptor: Int32 = 2) {
        self.format = format
        self.descriptor = descriptor
        isColoured = format == .text && Self.showsColours(descriptor)
    }

    package func write(_ entry: LogEntry) {
        let bytes = Array((format.line(for: entry, time: Self.now(), isColoured: isColoured) + "\n").utf8)
        turn.withLock { _ in
            var written = 0
            while written < bytes.count {
                let outcome = unsafe bytes.withUnsafeBytes { buffer in
                    unsafe Glibc.write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
                }
                // A log that cannot be written must not stop the program.
                guard outcome > 0 || (outcome < 0 && errno == EINTR) else { return }
                written += max(0, outcome)
            }
        }
    }

    /// Whether lines go to a terminal that shows colours, and nobody has forbidden them (https://no-color.org).
    private static func showsColours(_ descriptor: Int32) -> Bool {
        func variable(_ name: String) -> String { unsafe getenv(name).map { unsafe String(cString: $0) } ?? "" }
        return isatty(descriptor) == 1 && variable("NO_COLOR").isEmpty && !["", "dumb"].contains(variable("TERM"))
    }

    private static func now() -> String {
        Date().ISO8601Format(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
