import Observability
import Operator

/// Passes on to the endpoint how the operator's parts are doing.
struct OperatorProbes: OperatorHealth {
    let health: HealthState

    func beat(_ part: String) { health.beat(part) }

    func wait(for part: String, because reason: String) { health.setReady(part, unless: reason) }

    func isReady(_ part: String) { health.setReady(part) }
}
