/// Is told how the operator's parts are doing, for its probes.
package protocol OperatorHealth: Sendable {
    /// A part goes round.
    func beat(_ part: String)

    /// A part is not ready yet, for a reason such as "are not filled yet".
    func wait(for part: String, because reason: String)

    /// A part is ready.
    func isReady(_ part: String)
}
