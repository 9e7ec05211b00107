internal import Glibc

/// Writes why the process ended to the file that Kubernetes shows as the container's termination message.
package struct TerminationMessage: Sendable {
    /// The most bytes that Kubernetes keeps of a termination message.
    package static let maximumBytes = 4096
    /// The default of a container's `terminationMessagePath`.
    package static let defaultPath = "/dev/termination-log"

    private let path: String

    /// Creates the destination.
    package init(path: String = Self.defaultPath) { self.path = path }

    /// Writes what is wrong, several problems in lines of their own after how many there are.
    ///
    /// The file is written only if it exists, and a failure to write is not reported.
    package func write(_ error: ExitError) {
        let file = unsafe open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
        guard file >= 0 else { return }
        defer { close(file) }
        FileOutput.write(error.text(maximumBytes: Self.maximumBytes), to: file)
    }
}
