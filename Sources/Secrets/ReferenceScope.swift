internal import Glibc

/// What references in a configuration may name: a configuration of somebody else's must not read the whole machine.
package enum ReferenceScope: Sendable, Hashable {
    /// Every file that the process may read, and every environment variable.
    case anywhere
    /// Files below these directories, and nothing else.
    ///
    /// Symbolic links may lead about in a directory, as those of a Secret's mount do, but not out of it.
    case below([String])

    /// What a reference must be instead, for messages.
    package var expectation: String {
        switch self {
        case .anywhere: "any file and variable may be named"
        case .below(let directories):
            "references may only name files below \(directories.joined(separator: " or "))"
        }
    }

    /// Whether a path, as it is written, lies within.
    package func admits(path: String) -> Bool {
        guard case .below(let directories) = self else { return true }
        let parts = Self.parts(of: path)
        guard path.hasPrefix("/"), !parts.contains("..") else { return false }
        return directories.contains { directory in
            let root = Self.parts(of: directory)
            return parts.count > root.count && parts.starts(with: root)
        }
    }

    /// Whether an open file lies within, whatever links led to it.
    ///
    /// The open file is looked at, not its path once more, so that nothing can change between the look and the use.
    func admits(descriptor: Int32) -> Bool {
        guard case .below(let directories) = self else { return true }
        guard let place = Self.target(ofLink: "/proc/self/fd/\(descriptor)") else { return false }
        return ReferenceScope.below(directories.compactMap(Self.resolved)).admits(path: place)
    }

    /// The parts of a path, without empty ones and those that stand for the directory itself.
    private static func parts(of path: String) -> [Substring] { path.split(separator: "/").filter { $0 != "." } }

    private static func target(ofLink link: String) -> String? {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe readlink(link, &bytes, bytes.count)
        guard count > 0, count < bytes.count else { return nil }
        return String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func resolved(_ directory: String) -> String? {
        guard let path = unsafe realpath(directory, nil) else { return nil }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }
}
