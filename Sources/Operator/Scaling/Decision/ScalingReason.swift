/// Why a sink has the number of workers that it has: `status.scaling.reason`, the reason of events and a label of metrics.
///
/// The raw values are API: they are never renamed.
package enum ScalingReason: String, Sendable, CaseIterable {
    /// Mode `Fixed`: `spec.replicas` says it.
    case fixedReplicas = "FixedReplicas"
    /// Mode `External`: somebody else sets `spec.replicas` through the scale subresource.
    case externalReplicas = "ExternalReplicas"
    /// There were fewer workers than `minReplicas` or more than `maxReplicas`, which is put right at once.
    case outsideLimits = "OutsideLimits"

    /// Lag has not been read yet.
    case awaitingLag = "AwaitingLag"
    /// Lag was read once: how fast records come and go shows at the next reading only.
    case measuringRates = "MeasuringRates"
    /// Lag cannot be read, or not of all partitions; what is unknown is not taken for zero. A sink without workers gets
    /// one when it lasts.
    case lagUnknown = "LagUnknown"
    /// The topics have no partitions, or no topic matches: that is no proof of having nothing to do.
    case noPartitions = "NoPartitions"
    /// The group is handing partitions over, so that its offsets stand still and say nothing about its speed.
    case groupRebalancing = "GroupRebalancing"
    /// Fewer workers would do, but no broker says whether the group hands partitions over.
    case groupStateUnknown = "GroupStateUnknown"

    /// The lag is worked off in time with what there is.
    case lagOnTarget = "LagOnTarget"
    /// More workers were asked for, because the lag is not worked off in `targetDrainTime`.
    case lagAboveTarget = "LagAboveTarget"
    /// Fewer workers were asked for, because fewer work the lag off in time.
    case lagBelowTarget = "LagBelowTarget"
    /// The last worker was sent home: no lag, and nothing came for `cooldown`.
    case idle = "Idle"
    /// A sink without workers got its first one: there is something to do.
    case woken = "Woken"
    /// A partition has no committed offset: one worker runs so that the group's place is marked.
    case startPositionsMissing = "StartPositionsMissing"

    /// Another number is needed, but not for long enough yet (`scaleUpStabilization`, `scaleDownStabilization`).
    case stabilizing = "Stabilizing"
    /// Another number is needed, but the last change is too recent: the group must settle first.
    case settling = "Settling"
    /// More workers are needed, but those that there are have not all started.
    case workersStarting = "WorkersStarting"
    /// Fewer workers are needed, but some are still on their way out.
    case workersStopping = "WorkersStopping"
    /// More workers would be needed than `maxReplicas` allows.
    case atMaximum = "AtMaximum"
    /// Fewer workers would do than `minReplicas` allows.
    case atMinimum = "AtMinimum"
    /// More workers would be needed than there are partitions, or partitions with lag, for them to work on.
    case limitedByPartitions = "LimitedByPartitions"
    /// More workers are not asked for, because ADX throttles: they would only share the same quota.
    case sinkThrottled = "SinkThrottled"
    /// More workers are not asked for, because the last ones made nothing faster.
    case noGain = "NoGain"
    /// Nothing is ingested at all, which more workers do not change.
    case noProgress = "NoProgress"
    /// A partition does not advance although it has records; it is left out of what is needed, and a worker is kept.
    case partitionStuck = "PartitionStuck"
}
