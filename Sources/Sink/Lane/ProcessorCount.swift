internal import FoundationEssentials

/// How many processors this process may use.
enum ProcessorCount {
    /// The processors of the machine, or fewer when a container's CPU limit allows fewer; at least 1.
    static var available: Int {
        let online = max(1, ProcessInfo.processInfo.activeProcessorCount)
        // Linux control groups v2: "<quota in microseconds or max> <period>".
        guard let text = try? String(contentsOfFile: "/sys/fs/cgroup/cpu.max", encoding: .utf8) else { return online }
        let parts = text.split(whereSeparator: \.isWhitespace)
        guard parts.count == 2, let quota = Int(parts[0]), let period = Int(parts[1]), period > 0 else { return online }
        return min(online, max(1, (quota + period - 1) / period))
    }
}
