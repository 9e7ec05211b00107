internal import FoundationEssentials
internal import SinkConfiguration

/// Compares what the sink may need with the memory limit of its container.
enum MemoryCheck {
    /// The container's limit in bytes, or `nil` when there is none.
    ///
    /// Linux control groups: `memory.max` of version 2, `memory.limit_in_bytes` of version 1, which says "none" as a number
    /// near 2^63.
    static var limit: Int? {
        for file in ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"] {
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { continue }
            let bytes = Int(text.prefix { !$0.isWhitespace })
            return bytes.flatMap { $0 < 1 << 60 ? $0 : nil }
        }
        return nil
    }

    /// Returns a sentence when the limit is too small for the settings.
    static func warning(for settings: SinkSettings, limit: Int? = Self.limit) -> String? {
        let need = settings.memoryNeed
        guard let limit, limit < need else { return nil }
        return """
            the container's memory limit is \(mebibytes(limit)) MiB, but buffer.memory.bytes, tasks.max and what is fetched \
            ahead may need \(mebibytes(need)) MiB: raise the limit or lower buffer.memory.bytes, or the kernel may kill the \
            process
            """
    }

    private static func mebibytes(_ bytes: Int) -> Int { (bytes + 1 << 20 - 1) >> 20 }
}
