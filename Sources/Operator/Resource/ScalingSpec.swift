/// `spec.scaling`.
package struct ScalingSpec: Sendable, Hashable {
    /// Who decides how many workers run.
    package enum Mode: String, Sendable, CaseIterable {
        /// `spec.replicas` as it stands.
        case fixed = "Fixed"
        /// Somebody else through the scale subresource, which sets `spec.replicas`.
        case external = "External"
        /// The operator, by the group's lag.
        case lag = "Lag"
    }

    /// Who decides.
    package var mode = Mode.fixed
    /// The fewest workers in mode `Lag`; 0 lets an idle sink go to none.
    package var minReplicas = 1
    /// The most workers in mode `Lag`.
    package var maxReplicas = 10
    /// Records of lag that one worker may have, before its speed is known.
    package var lagThreshold = 10_000
    /// Records of lag from which on a sink without workers is woken.
    package var activationLag = 0
    /// In what time the lag is to be worked off.
    package var targetDrainTime = Duration.seconds(60)
    /// How long a need for more must last.
    package var scaleUpStabilization = Duration.seconds(15)
    /// How long a need for fewer must last.
    package var scaleDownStabilization = Duration.seconds(300)
    /// How long nothing may have come before the last worker goes.
    package var cooldown = Duration.seconds(300)

    /// Creates a part of defaults.
    package init() {}
}
