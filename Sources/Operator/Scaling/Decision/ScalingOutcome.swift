package import Kafka

/// What was decided about a sink's workers, and why.
package struct ScalingOutcome: Sendable {
    /// How many workers the Deployment is to have.
    package var desired: Int
    /// Why, as a word.
    package var reason: ScalingReason
    /// Why, as a sentence with its figures.
    package var message: String
    /// Records that are not ingested yet; `nil` in the other modes and before the first good reading.
    package var lag: Int?
    /// In how many seconds the lag is worked off at the present speed; `nil` when the speed is not known.
    package var lagSeconds: Int?
    /// Partitions that do not advance although they have records.
    package var stuckPartitions: [TopicPartition]
    /// Whether scaling works: false when lag could not be read several times in a row.
    package var isActive: Bool
    /// What to remember until the next decision.
    package var memory: ScalingMemory

    /// Creates an outcome.
    package init(
        desired: Int,
        reason: ScalingReason,
        message: String,
        lag: Int? = nil,
        lagSeconds: Int? = nil,
        stuckPartitions: [TopicPartition] = [],
        isActive: Bool = true,
        memory: ScalingMemory
    ) {
        self.desired = desired
        self.reason = reason
        self.message = message
        self.lag = lag
        self.lagSeconds = lagSeconds
        self.stuckPartitions = stuckPartitions
        self.isActive = isActive
        self.memory = memory
    }
}
