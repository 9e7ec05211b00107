internal import Glibc

/// Which file a path leads to and when it was written; two that differ mean that it has to be read again.
///
/// The kubelet replaces files by a symbolic link to another folder, which changes the inode and not always the time.
struct FileStamp: Sendable, Hashable {
    private let inode: UInt64
    private let seconds: Int
    private let nanoseconds: Int
    private let size: Int

    /// Looks at a file; `nil` when it cannot be seen.
    init?(_ path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        inode = UInt64(status.st_ino)
        seconds = Int(status.st_mtim.tv_sec)
        nanoseconds = Int(status.st_mtim.tv_nsec)
        size = Int(status.st_size)
    }
}
