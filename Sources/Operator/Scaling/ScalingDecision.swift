/// Decides how many workers a sink is to have; a pure function.
package enum ScalingDecision {
    /// Decides.
    ///
    /// In the modes `Fixed` and `External` that is `spec.replicas`.
    package static func decide(_ input: ScalingInput) -> ScalingOutcome {
        let reason: ScalingReason
        let message: String
        switch input.spec.mode {
        case .fixed:
            reason = .fixedReplicas
            message = "spec.replicas is \(input.replicas)"
        case .external:
            reason = .externalReplicas
            message = "spec.replicas is \(input.replicas), set through the scale subresource"
        case .lag:
            var decision = LagDecision(input)
            return decision.decide()
        }
        return ScalingOutcome(desired: max(0, input.replicas), reason: reason, message: message, memory: input.memory)
    }
}
