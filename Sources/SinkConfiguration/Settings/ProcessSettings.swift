package import Logging

/// The process around the sink.
package struct ProcessSettings: Sendable, Hashable {
    /// Where the health and metrics endpoint listens.
    package struct Address: Sendable, Hashable, CustomStringConvertible {
        /// A host's name or address; an IPv6 address stands without brackets.
        package var host: String
        /// The port; 0 takes any that is free.
        package var port: Int

        package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    }

    /// How often the offsets of ingested records are committed at most.
    package var commitInterval: Duration
    /// How long what was read may take to be ingested when the process is told to stop.
    package var shutdownDrain: Duration
    /// How long an unreachable service is waited for at start.
    package var startupTimeout: Duration
    /// Where the health and metrics endpoint listens; `nil` for none.
    package var metricsAddress: Address?
    /// From which level on lines are logged.
    package var logLevel: LogLevel
    /// How lines are written; `nil` for what suits standard error.
    package var logFormat: LogFormat?
}
