internal import FoundationEssentials

/// What the container of this process allows.
package enum ContainerMemory {
    /// The container's memory limit in bytes, or `nil` when there is none.
    ///
    /// Linux control groups: `memory.max` of version 2, `memory.limit_in_bytes` of version 1, which says "none" as a number
    /// near 2^63.
    package static var limit: Int? {
        limit { try? String(contentsOfFile: $0, encoding: .utf8) }
    }

    /// Returns the limit that the control groups' files say.
    /// - Parameter read: Returns the content of a file, or `nil` when it is not there.
    package static func limit(reading read: (String) -> String?) -> Int? {
        for file in ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"] {
            guard let text = read(file) else { continue }
            return Int(text.prefix { !$0.isWhitespace }).flatMap { $0 < 1 << 60 ? $0 : nil }
        }
        return nil
    }
}
