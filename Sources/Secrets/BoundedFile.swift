internal import Glibc

/// Reads files that somebody else wrote, which may be larger than they should be, or have no end.
package enum BoundedFile {
    /// Why a file was not read.
    package enum Failure: Error, Equatable {
        /// It is missing, is no file, or this process may not read it.
        case unreadable(UnreadableFile)
        /// It has more bytes than allowed.
        case tooLarge
        /// It lies, or a symbolic link leads, outside of the directories allowed.
        case outside

        /// What is wrong, to be said behind the file's path.
        /// - Parameters:
        ///   - limit: The most bytes that were to be read.
        ///   - scope: Where the file had to lie.
        package func reason(limit: Int, within scope: ReferenceScope = .anywhere) -> String {
            switch self {
            case .unreadable(let file): file.reason
            case .tooLarge: "is larger than \(limit >= 1 << 20 ? "\(limit >> 20) MiB" : "\(limit) bytes")"
            case .outside: "is not allowed; \(scope.expectation)"
            }
        }
    }

    /// Returns a file's bytes.
    ///
    /// Named pipes and devices, which may block or have no end, are refused; only what the process was given open, as
    /// `/dev/stdin` or `/dev/fd/3`, is read to its end whatever it is.
    /// - Parameters:
    ///   - path: The file.
    ///   - limit: The most bytes that are read.
    ///   - scope: Where the file must lie.
    /// - Throws: ``Failure``.
    package static func read(
        _ path: String,
        limit: Int,
        within scope: ReferenceScope = .anywhere
    ) throws(Failure) -> [UInt8] {
        // Nothing outside is even opened by its own name: that may be an act on a device.
        guard scope.admits(path: path) else { throw .outside }
        let isOwn = path == "/dev/stdin" || path.hasPrefix("/dev/fd/") || path.hasPrefix("/proc/self/fd/")
        // Opening a pipe that nobody writes to would block for ever.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (isOwn ? 0 : O_NONBLOCK))
        guard descriptor >= 0 else {
            let code = errno
            // A socket cannot be opened; its kind says more than the error.
            throw .unreadable(UnreadableFile(lookingAt: path) ?? UnreadableFile(error: code, path))
        }
        defer { close(descriptor) }
        guard scope.admits(descriptor: descriptor) else { throw .outside }
        var status = stat()
        if unsafe fstat(descriptor, &status) == 0, let other = UnreadableFile(typeOf: status),
            !isOwn || status.st_mode & S_IFMT == S_IFDIR
        {
            throw .unreadable(other)
        }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = unsafe Glibc.read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(UnreadableFile(error: errno, path)) }
            if count == 0 { return bytes }
            guard bytes.count + count <= limit else { throw .tooLarge }
            bytes += piece[..<count]
        }
    }
}
