/// Decides how many workers a sink is to have; a pure function.
package enum ScalingDecision {
    /// Decides.
    ///
    /// In the modes `Fixed` and `External` that is `spec.replicas`; the lag is then only shown.
    package static func decide(_ input: ScalingInput) -> ScalingOutcome {
        let reason: ScalingReason
        let message: String
        var decision = LagDecision(input)
        switch input.spec.mode {
        case .fixed:
            reason = .fixedReplicas
            message = "spec.replicas is \(input.replicas)"
        case .external:
            reason = .externalReplicas
            message = "spec.replicas is \(input.replicas), set through the scale subresource"
        case .lag: return decision.decide()
        }
        return decision.outcome(max(0, input.replicas), reason, message)
    }
}
