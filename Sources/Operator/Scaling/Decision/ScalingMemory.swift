internal import Kafka

/// What scaling remembers of a sink between two decisions.
///
/// What must outlive the operator's process is in `status.scaling` (``ScalingOutcome/status(current:now:date:)``): when the number of
/// workers changed last, and how fast a worker is. The rest is observed anew, and until the observations span a
/// stabilisation window nothing is scaled in.
package struct ScalingMemory: Sendable, Hashable {
    /// A number of workers that a reading called for.
    struct Recommendation: Sendable, Hashable {
        let time: ContinuousClock.Instant
        let workers: Int
    }

    /// What a partition's last reading said.
    struct Progress: Sendable, Hashable {
        var committed: Int64?
        var end: Int64
        /// How many readings in a row found records and the same committed offset.
        var unmoved = 0
        /// The time of the reading before the first of these.
        var unmovedSince: ContinuousClock.Instant?
        /// Whether that lasts for so long that the partition is stuck.
        var isStuck = false
    }

    /// How fast the group was before workers were added.
    struct Trial: Sendable, Hashable {
        let workers: Int
        let recordsPerSecond: Double
        /// How fast it is since.
        var result = RateEstimate()
    }

    /// When the operator changed the number of workers last, other than from none to the first.
    package var lastScaleTime: ContinuousClock.Instant?
    /// How many readings in a row failed or were not complete.
    package var consecutiveFailures = 0
    /// The lag of the last good reading.
    package var lastGoodLag: Int?
    /// When the newest reading was made that is taken into account.
    var lastReading: ContinuousClock.Instant?
    /// When the newest complete reading of a stable group was made.
    var lastComplete: ContinuousClock.Instant?
    /// Records that come in a second.
    var arrival = RateEstimate()
    /// Records that a busy worker ingests in a second.
    var speed = RateEstimate()
    /// How many partitions share what has come lately: the sum over the largest.
    var arrivalSpread = 0.0
    /// Seconds of all workers in which a busy group has committed nothing, since it did last.
    var quietWorkerSeconds = 0.0
    /// Since when a busy group has committed nothing.
    var quietSince: ContinuousClock.Instant?
    /// Since when there is no lag and nothing has come.
    var idleSince: ContinuousClock.Instant?
    /// What the readings called for, within the longer of both windows and one before.
    var recommendations: [Recommendation] = []
    /// What the partitions did.
    var progress: [TopicPartition: Progress] = [:]
    /// How many workers were ready at the last complete reading.
    var lastReady = 0
    /// Whether the group was busy at the last complete reading.
    var wasBusy = false
    /// What the last addition of workers is measured against.
    var trial: Trial?
    /// Until when no more workers are added, because the last ones made nothing faster.
    var noGainUntil: ContinuousClock.Instant?

    /// Creates a memory of nothing.
    package init() {}
}
