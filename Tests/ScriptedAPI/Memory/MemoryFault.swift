package import Kubernetes

/// What goes wrong with some calls of a ``MemoryAPI``.
package struct MemoryFault: Sendable {
    /// What happens to a call.
    package enum Effect: Sendable {
        /// It fails and changes nothing.
        case fail(APIError)
        /// It is carried out, but its answer is lost.
        case loseAnswer(APIError)
        /// It is carried out after this time on the API's clock.
        case delay(Duration)
        /// It is carried out when the test opens the gate.
        case hold(Gate)
    }

    /// What happens.
    package let effect: Effect
    /// To how many calls; `nil` for all.
    package let times: Int?
    /// To which calls.
    package let matches: @Sendable (MemoryRequest) -> Bool

    /// Creates a fault.
    package init(
        _ effect: Effect,
        times: Int? = 1,
        when matches: @escaping @Sendable (MemoryRequest) -> Bool = { _ in true }
    ) {
        self.effect = effect
        self.times = times
        self.matches = matches
    }
}
