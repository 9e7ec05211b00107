internal import Daemon
internal import SinkConfiguration

/// Compares what the sink may need with the memory limit of its container.
enum MemoryCheck {
    /// Returns a sentence when the limit is too small for the settings.
    static func warning(for settings: SinkSettings, limit: Int? = ContainerMemory.limit) -> String? {
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
