internal import JSON
internal import Kubernetes

extension SinkReconciler {
    /// Finds out how the workers are doing.
    func observe(_ look: inout SinkLook) async {
        look.input.deployment = deployment(of: look)
        let pods = view.labelled(look.sink.key, .pod)
        look.input.workers = await tools.observe(pods, look.input.deployment)
    }

    /// Writes the sink's status, if it differs enough from what the server has, and tells what happened.
    /// - Returns: When the status is to be looked at again, or `nil` when only a change can make another one.
    @discardableResult
    func writeStatus(_ look: inout SinkLook) async throws(APIError) -> Duration? {
        guard !look.isUncertain else { return nil }
        let outcome = SinkStatus.next(previous: look.status, input: look.input, now: date)
        switch look.memory.status.decide(next: outcome.status, current: look.status, now: instant) {
        case .skip: return outcome.lookAgain
        case .wait(let rest): return min(rest, outcome.lookAgain ?? rest)
        case .write: break
        }
        if let patch = SinkStatus.patch(from: look.status, to: outcome.status) {
            do throws(APIError) {
                _ = try await view.patch(
                    look.reference,
                    subresource: "status",
                    .merge(patch),
                    manager: SinkMarks.statusManager
                )
            } catch {
                // The sink was deleted meanwhile.
                guard error.code == .notFound else { throw error }
                return nil
            }
            metrics.countStatusWrite(look.sink.key)
        }
        look.memory.status.wrote(now: instant)
        look.status = outcome.status
        // Told only with the status that says it, so that nothing is told twice.
        for event in outcome.events { tools.record(event, look.sink.object) }
        return outcome.lookAgain
    }
}
