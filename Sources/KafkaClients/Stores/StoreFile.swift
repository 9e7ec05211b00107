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
        do throws(BoundedFile.Failure) {
            return try BoundedFile.read(path, limit: maximumBytes)
        } catch {
            let remedy = if case .unreadable(let file) = error { file.remedy } else { "name the key or trust store" }
            let reason = "\(error.reason(limit: maximumBytes)); \(remedy)"
            throw ClientProblems(["\(property): \(path) \(reason)"])
        }
    }

    /// Why a file cannot be read, to be said behind its path, or `nil` when it can.
    static func refusal(of path: String) -> String? { UnreadableFile(lookingAt: path)?.message }

    /// Whether a path is that of a directory.
    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
