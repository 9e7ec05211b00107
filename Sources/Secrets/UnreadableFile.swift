internal import Glibc

/// Why the system does not let a file be read, in words that say what to do.
package struct UnreadableFile: Sendable, Equatable {
    /// What is wrong, to be said behind the path, such as `cannot be read: there is no such file`.
    package let reason: String
    /// What to do about it, such as `let that user read it`.
    package let remedy: String

    /// Both, to be said behind the path.
    package var message: String { "\(reason); \(remedy)" }

    /// Looks at a path without opening it, or returns `nil` when the file can be read.
    package init?(lookingAt path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            self.init(error: errno, path)
            return
        }
        if let other = Self(typeOf: status) {
            self = other
            return
        }
        guard unsafe access(path, R_OK) != 0 else { return nil }
        self.init(error: errno, path)
    }

    /// Says what an open file is, when it is no regular one.
    init?(typeOf status: stat) {
        let (what, remedy): (String, String)
        switch status.st_mode & S_IFMT {
        case S_IFREG: return nil
        case S_IFDIR: (what, remedy) = ("a directory", "name the file itself")
        case S_IFIFO: (what, remedy) = ("a named pipe", "name a regular file")
        case S_IFSOCK: (what, remedy) = ("a socket", "name a regular file")
        default: (what, remedy) = ("a device", "name a regular file")
        }
        self.init(reason: "is \(what)", remedy: remedy)
    }

    /// Says what an error of the system means for a path.
    init(error: Int32, _ path: String) {
        switch error {
        case ENOENT, ENOTDIR: self = Self.missing(path)
        case EACCES, EPERM: self = Self.denied(path)
        default:
            let words = unsafe String(cString: strerror(error))
            self.init(reason: "cannot be read: \(words)", remedy: "mount it again, or correct the path")
        }
    }

    private init(reason: String, remedy: String) {
        self.reason = reason
        self.remedy = remedy
    }

    private static func missing(_ path: String) -> UnreadableFile {
        var status = stat()
        let place: String
        if let folder = parents(of: path).last(where: { unsafe stat($0, &status) != 0 }) {
            place = ", nor is there the directory \(folder)"
        } else if !path.hasPrefix("/"), let folder = workingDirectory {
            place = " in \(folder)"
        } else {
            place = ""
        }
        return UnreadableFile(
            reason: "cannot be read: there is no such file\(place)",
            remedy: "mount it, or correct the path"
        )
    }

    private static func denied(_ path: String) -> UnreadableFile {
        let user = "permission is denied to this process, whose user has the id \(geteuid())"
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            // The deepest directory that can be seen is the one that lets nobody further.
            let folder = parents(of: path).first { unsafe stat($0, &status) == 0 }
            let owner = folder.map { "; \($0) \(Self.owner(status))" } ?? ""
            return UnreadableFile(
                reason: "cannot be read: \(user)\(owner)",
                remedy: "let that user enter the directory"
            )
        }
        return UnreadableFile(
            reason: "cannot be read: \(user); the file \(owner(status))",
            remedy: "let that user read it"
        )
    }

    private static func owner(_ status: stat) -> String {
        let digits = String(status.st_mode & 0o7777, radix: 8)
        let mode = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return "belongs to user \(status.st_uid) and group \(status.st_gid) and has the mode \(mode)"
    }

    /// The directories that a path leads through, the deepest first.
    private static func parents(of path: String) -> [String] {
        var parts = path.split(separator: "/").dropLast()
        var found: [String] = []
        let root = path.hasPrefix("/") ? "/" : ""
        while !parts.isEmpty {
            found.append(root + parts.joined(separator: "/"))
            parts = parts.dropLast()
        }
        found.append(root.isEmpty ? "." : "/")
        return found
    }

    private static var workingDirectory: String? {
        guard let path = unsafe getcwd(nil, 0) else { return nil }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }
}
