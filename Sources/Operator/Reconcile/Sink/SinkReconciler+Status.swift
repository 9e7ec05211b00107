internal import JSON
internal import Kubernetes

extension SinkReconciler {
    /// Finds out how the workers are doing.
    func observe(_ look: inout SinkLook) {
        let key = look.sink.key
        let pods = view.labelled(key, .pod)
        let isLagScaled = if case .success(let spec) = look.sink.spec { spec.scaling.mode == .lag } else { false }
        tools.workers.observe(key, pods: pods, asksForMetrics: isLagScaled)
        look.input.deployment = deployment(of: look)
        look.input.workers = WorkerObserver.observe(
            pods,
            readings: tools.workers.readings(key),
            configHash: look.input.rendered?.configHash,
            credentialsHash: look.input.rendered?.credentialsHash,
            now: date
        )
    }

    /// Writes the sink's status, if it differs enough from what the server has, and tells what happened.
    /// - Returns: When the status is to be looked at again, or `nil` when only a change can make another one.
    @discardableResult
    func writeStatus(_ look: inout SinkLook) async throws(APIError) -> Duration? {
        guard !look.isUncertain else { return nil }
        let outcome = SinkStatus.next(previous: look.status, input: look.input, now: date)
        let decision = look.memory.status.decide(next: outcome.status, current: look.status, now: instant)
        guard case .write = decision else {
            tellRotation(outcome.events, look)
            guard case .wait(let rest) = decision else { return outcome.lookAgain }
            return min(rest, outcome.lookAgain ?? rest)
        }
        if let patch = SinkStatus.patch(from: look.status, to: outcome.status) {
            do throws(APIError) {
                let answer = try await view.patch(
                    look.reference,
                    subresource: "status",
                    .merge(patch),
                    manager: SinkMarks.statusManager
                )
                look.status = answer.json["status"]
                let isThere = answer.uid == look.sink.object.uid && answer.deletionTimestamp == nil
                look.seen = isThere ? clock.now() : nil
            } catch {
                tellRotation(outcome.events, look)
                // The sink was deleted meanwhile, or the server has no status to write.
                guard error.code == .notFound, try await live(&look) == nil else { throw error }
                return nil
            }
            metrics.countStatusWrite(look.sink.key)
        }
        look.memory.status.wrote(outcome.status, kept: look.status, now: instant)
        // Told only with the status that says it, so that nothing is told twice.
        for event in outcome.events { tools.record(event, look.sink.object) }
        return outcome.lookAgain
    }

    /// Tells of a rotation, which is seen by one look only, whatever becomes of the status.
    private func tellRotation(_ events: [SinkEvent], _ look: SinkLook) {
        for event in events where event.reason == .secretRotated { tools.record(event, look.sink.object) }
    }

    /// Asks the server for the sink; a watch may be silent about its end for a while.
    /// - Returns: The sink as it is, or `nil` when it is gone, which ``SinkLook/isGone`` says, too.
    func live(_ look: inout SinkLook) async throws(APIError) -> KubernetesObject? {
        let live = try await view.read(look.reference)
        look.isGone = live?.uid != look.sink.object.uid
        return look.isGone ? nil : live
    }
}
