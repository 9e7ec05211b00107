internal import CGlibc
internal import Glibc

/// Where the command that fetches Kerberos tickets writes, which the library hands to a shell.
///
/// Otherwise it would write to this process's standard error, between the lines of the log, and its reason would not be
/// in any of them. It is a file in memory that has no name, which each run of the command begins anew.
enum TicketCommandOutput {
    /// The property that has the command.
    static let property = "sasl.kerberos.kinit.cmd"

    /// The file, which children inherit; negative where the system has none.
    private static let file = unsafe memfd_create("ticket-command", 0)
    /// The most bytes of its words that are of use.
    private static let maximumBytes = 1000

    /// Returns the command with its output redirected to the file, or as it is where that is not possible.
    static func redirected(_ command: String) -> String {
        let path = "/proc/self/fd/\(file)"
        guard file >= 0, unsafe access(path, W_OK) == 0 else { return command }
        return "{ \(command); } >\(path) 2>&1"
    }

    /// What the command has written when it ran last, in one line; `nil` when it has written nothing.
    static func words() -> String? {
        guard file >= 0 else { return nil }
        let text = unsafe withUnsafeTemporaryAllocation(byteCount: maximumBytes, alignment: 1) { buffer in
            let count = unsafe pread(file, buffer.baseAddress, buffer.count, 0)
            return unsafe String(
                decoding: UnsafeRawBufferPointer(rebasing: buffer.prefix(max(0, count))),
                as: UTF8.self
            )
        }
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.isEmpty ? nil : line
    }
}
