internal import Daemon
internal import FoundationEssentials
internal import Glibc
package import Metrics

/// The metrics that every process has, under the names that Prometheus's own client libraries give them where they do.
package enum ProcessMetrics {
    /// Adds the metrics to a registry; they are read from `/proc` at each scrape.
    /// - Parameters:
    ///   - build: What runs, the labels of `kusto_sink_build_info`.
    ///   - memoryLimit: How much memory the container may use, in bytes; `nil` without a limit.
    package static func register(
        in registry: MetricsRegistry,
        build: [String: String],
        memoryLimit: Int? = ContainerMemory.limit
    ) {
        let memory = registry.gauge("process_resident_memory_bytes", help: "Resident memory size in bytes.")
        registry.counter(
            "process_cpu_seconds_total",
            help: "User and system CPU time spent in seconds.",
            reading: cpuSeconds
        )
        let files = registry.gauge("process_open_fds", help: "Number of open file descriptors.")
        let start = registry.gauge("process_start_time_seconds", help: "Start time since the Unix epoch in seconds.")
        registry.gauge(
            "kusto_sink_build_info",
            help: "Always 1; the labels say what runs.",
            labels: build
        )
        .set(1)
        if let time = startTime() { start.set(time) }
        if let memoryLimit {
            registry.gauge(
                "kusto_sink_memory_limit_bytes",
                help: "Memory limit of the process's container; absent without one."
            )
            .set(Double(memoryLimit))
        }
        registry.onCollect {
            if let bytes = residentBytes() { memory.set(bytes) }
            if let count = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count {
                // Listing the directory itself holds one descriptor.
                files.set(Double(count - 1))
            }
        }
    }

    private static func residentBytes() -> Double? {
        guard let fields = text("/proc/self/statm")?.split(separator: " "), fields.count > 1 else { return nil }
        return Double(fields[1]).map { $0 * Double(sysconf(Int32(_SC_PAGESIZE))) }
    }

    private static func cpuSeconds() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Returns the time of the boot plus the time from there to the start (proc(5), field 22 of `stat`).
    private static func startTime() -> Double? {
        // The command's name, in parentheses, may hold blanks.
        guard let fields = text("/proc/self/stat")?.split(separator: ")").last?.split(separator: " "),
            fields.count > 19,
            let ticks = Double(fields[19]),
            let boot = text("/proc/stat")?.split(separator: "\n").first(where: { $0.hasPrefix("btime ") }),
            let seconds = Double(boot.dropFirst("btime ".count))
        else { return nil }
        return seconds + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}
