internal import Glibc

/// Reads files that somebody else wrote, which may be larger than they should be, or have no end.
package enum BoundedFile {
    /// Why a file was not read.
    package enum Failure: Error, Equatable {
        /// It is missing, or this process may not read it.
        case unreadable
        /// It has more bytes than allowed.
        case tooLarge
        /// It lies, or a symbolic link leads, outside of the directories allowed.
        case outside
    }

    /// Returns a file's bytes.
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
        // Nothing outside is even opened by its own name: that may block, or be an act on a device.
        guard scope.admits(path: path) else { throw .outside }
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable }
        defer { close(descriptor) }
        guard scope.admits(descriptor: descriptor) else { throw .outside }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = unsafe Glibc.read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable }
            if count == 0 { return bytes }
            guard bytes.count + count <= limit else { throw .tooLarge }
            bytes += piece[..<count]
        }
    }
}
