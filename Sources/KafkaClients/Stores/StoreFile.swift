internal import FoundationEssentials
internal import Glibc
internal import Secrets

/// Files that keys, certificates and tickets are in, and why one cannot be read.
package enum StoreFile {
    /// The most bytes that a key or trust store may have: 16 MiB.
    package static let maximumBytes = 16 << 20

    /// Returns a file's bytes.
    /// - Parameters:
    ///   - path: The file.
    ///   - property: The property that names it, for messages.
    /// - Throws: ``ClientProblems`` with one sentence.
    package static func read(_ path: String, of property: String) throws(ClientProblems) -> [UInt8] {
        // Opening what is no file, such as a named pipe, could block for ever.
        if let reason = refusal(of: path) { throw ClientProblems(["\(property): \(path) \(reason)"]) }
        do throws(BoundedFile.Failure) {
            return try BoundedFile.read(path, limit: maximumBytes)
        } catch {
            let reason =
                error == .tooLarge
                ? "has more than \(maximumBytes >> 20) MiB; name the key or trust store"
                : refusal(of: path) ?? "cannot be read; mount it again"
            throw ClientProblems(["\(property): \(path) \(reason)"])
        }
    }

    /// Why a file cannot be read, to be said behind its path, or `nil` when it can.
    static func refusal(of path: String) -> String? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            switch errno {
            case ENOENT, ENOTDIR: return "cannot be read: there is no such file; mount it, or correct the path"
            case EACCES: return "cannot be read: \(denial); let that user read it"
            default: return "cannot be read: \(unsafe String(cString: strerror(errno))); mount it again"
            }
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            return "is \(status.st_mode & S_IFMT == S_IFDIR ? "a directory" : "no regular file"); name the file itself"
        }
        guard unsafe access(path, R_OK) == 0 else { return "cannot be read: \(denial); let that user read it" }
        return nil
    }

    /// Whether a path is that of a directory.
    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static var denial: String { "permission is denied to this process, whose user has the id \(geteuid())" }
}
