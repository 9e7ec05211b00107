/// How much a log line matters to whoever runs the system.
package enum LogLevel: String, Sendable, CaseIterable, Comparable {
    /// Each record; off in production.
    case trace
    /// Each batch or request.
    case debug
    /// Start, stop, rebalance, retry.
    case info
    /// A person should look this week.
    case warning
    /// Work was lost or stopped.
    case error

    package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .trace: 0
        case .debug: 1
        case .info: 2
        case .warning: 3
        case .error: 4
        }
    }
}
