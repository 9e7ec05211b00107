package import FoundationEssentials

/// What is known about the number of workers, for `status.scaling`.
package struct ScalingReport: Sendable, Hashable {
    /// Whether lag decides.
    package enum Activity: Sendable, Hashable {
        /// The mode is not `Lag`.
        case off
        /// Lag has not been read yet.
        case starting
        /// Lag is known and decides.
        case active
        /// Lag cannot be read, for the reason in this sentence.
        case unknown(String)
    }

    /// Whether lag decides.
    package var activity: Activity
    /// How many workers there are.
    package var currentReplicas: Int
    /// How many workers are wanted.
    package var desiredReplicas: Int
    /// Records behind, or `nil` when unknown.
    package var lag: Int64?
    /// The time to work off the lag at the present speed, in seconds, or `nil` when unknown.
    package var lagSeconds: Int?
    /// Why so many are wanted, in one word, such as `LagAboveTarget` or `Fixed`.
    package var reason: String
    /// When the number last changed, or `nil` if it never has.
    package var lastScaleTime: Date?

    /// Creates a report.
    package init(
        activity: Activity,
        currentReplicas: Int,
        desiredReplicas: Int,
        lag: Int64? = nil,
        lagSeconds: Int? = nil,
        reason: String,
        lastScaleTime: Date? = nil
    ) {
        self.activity = activity
        self.currentReplicas = currentReplicas
        self.desiredReplicas = desiredReplicas
        self.lag = lag
        self.lagSeconds = lagSeconds
        self.reason = reason
        self.lastScaleTime = lastScaleTime
    }
}
