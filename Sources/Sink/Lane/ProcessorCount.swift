internal import FoundationEssentials

/// How many processors this process may use.
enum ProcessorCount {
    /// The processors of the machine, or fewer when a container's CPU limit allows fewer; at least 1.
    ///
    /// The limit is read anew each time, since Kubernetes can change that of a running container.
    static var available: Int {
        let online = max(1, ProcessInfo.processInfo.activeProcessorCount)
        return available(of: online) { try? String(contentsOfFile: $0, encoding: .utf8) }
    }

    /// - Parameter read: Returns the text of a file, or `nil` when it is not there.
    static func available(of online: Int, read: (String) -> String?) -> Int {
        guard let (quota, period) = limit(read), period > 0, quota > 0 else { return online }
        return min(online, max(1, (quota + period - 1) / period))
    }

    /// The microseconds of CPU time that may be used in each period of so many microseconds; `nil` for no limit.
    private static func limit(_ read: (String) -> String?) -> (quota: Int, period: Int)? {
        // Linux control groups, version 2: "<quota or max> <period>"; version 1: a file for each, and -1 for no limit.
        if let text = read("/sys/fs/cgroup/cpu.max") {
            let parts = text.split(whereSeparator: \.isWhitespace).map { Int($0) }
            guard parts.count == 2, let quota = parts[0], let period = parts[1] else { return nil }
            return (quota, period)
        }
        func number(_ name: String) -> Int? {
            read("/sys/fs/cgroup/cpu/\(name)").flatMap { Int($0.prefix { !$0.isWhitespace }) }
        }
        guard let quota = number("cpu.cfs_quota_us"), let period = number("cpu.cfs_period_us") else { return nil }
        return (quota, period)
    }
}
