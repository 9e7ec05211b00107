internal import FoundationEssentials
internal import SinkConfiguration

/// Compares what the sink may need with the memory limit of its container.
enum MemoryCheck {
    /// What a worker uses beside its buffers and what its clients fetched ahead, in bytes: code, heap, lanes, connections.
    private static let baseBytes = 40 << 20

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

    /// What the sink may need, in bytes.
    static func need(of settings: SinkSettings) -> Int {
        let queue = settings.consumer["queued.max.messages.kbytes"].flatMap(Int.init).map { $0 << 10 } ?? 64 << 20
        let response = settings.consumer["fetch.max.bytes"].flatMap(Int.init) ?? 50 << 20
        return baseBytes + settings.buffers.memoryBytes + settings.tasksMax * (queue + response)
    }

    /// Returns a sentence when the limit is too small for the settings.
    static func warning(for settings: SinkSettings, limit: Int? = Self.limit) -> String? {
        let need = need(of: settings)
        guard let limit, limit < need else { return nil }
        return """
            the container's memory limit is \(mebibytes(limit)) MiB, but buffer.memory.bytes, tasks.max and what is fetched \
            ahead may need \(mebibytes(need)) MiB: raise the limit or lower buffer.memory.bytes, or the kernel may kill the \
            process
            """
    }

    private static func mebibytes(_ bytes: Int) -> Int { (bytes + 1 << 20 - 1) >> 20 }
}
