internal import Glibc

/// A file of the data directory, read and written at positions; closed when its last reference goes away.
final class DataFile: Sendable {
    /// Where the file is.
    let path: String
    private let descriptor: Int32

    /// Creates an empty file, readable for its owner only, also when there was one that others could read.
    /// - Throws: ``EmulatorError`` with `storage`.
    init(creating path: String) throws(EmulatorError) {
        self.path = path
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        if descriptor < 0 || fchmod(descriptor, 0o600) != 0 { throw Self.failure("cannot create", path) }
    }

    /// Opens a file for reading.
    /// - Throws: ``EmulatorError`` with `storage`.
    init(reading path: String) throws(EmulatorError) {
        self.path = path
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { throw Self.failure("cannot open", path) }
    }

    deinit { close(descriptor) }

    /// Writes all bytes at a position.
    /// - Throws: ``EmulatorError`` with `storage`.
    func write(_ bytes: [UInt8], at offset: Int) throws(EmulatorError) {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
                return unsafe pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure("cannot write", path) }
            done += count
        }
    }

    /// Reads up to `count` bytes from a position; fewer only at the end of the file.
    /// - Throws: ``EmulatorError`` with `storage`.
    func read(upTo count: Int, at offset: Int) throws(EmulatorError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let received = unsafe bytes.withUnsafeMutableBytes { buffer in
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
                return unsafe pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
            }
            if received < 0, errno == EINTR { continue }
            guard received >= 0 else { throw Self.failure("cannot read", path) }
            if received == 0 { break }
            done += received
        }
        bytes.removeLast(count - done)
        return bytes
    }

    /// Removes the name; a reader that has the file open can go on reading.
    func unlink() { Self.unlink(path) }

    /// Removes a file's name.
    static func unlink(_ path: String) { unsafe _ = Glibc.unlink(path) }

    private static func failure(_ what: String, _ path: String) -> EmulatorError {
        let reason = unsafe String(cString: strerror(errno))
        return EmulatorError(.storage, "\(what) \(path): \(reason)", isPermanent: false)
    }
}
