internal import FoundationEssentials
internal import JSON
internal import Kubernetes
internal import Logging

extension SinkReconciler {
    /// The Deployment of a sink's workers as it is known, if it is the sink's.
    func deployment(of look: SinkLook) -> KubernetesObject? {
        let name = ChildNames(look.sink.key.name).deployment
        let reference = ObjectReference(.deployment, namespace: look.sink.key.namespace, name: name)
        guard case .ours(let live) = Presence(view.known(reference), for: look.sink.object) else { return nil }
        return live
    }

    /// How many workers a Deployment begins with.
    func startingReplicas(_ look: SinkLook, _ spec: SinkSpec) -> Int {
        if spec.isPaused { return 0 }
        return spec.scaling.mode == .lag ? min(max(spec.scaling.minReplicas, 1), spec.scaling.maxReplicas) : spec.replicas
    }

    /// Makes as many workers run as are wanted.
    /// - Returns: When scaling wants to look again, or `nil` when only the spec decides.
    func scale(_ look: inout SinkLook, _ spec: SinkSpec) async throws(APIError) -> ReconcileOutcome? {
        let key = look.sink.key
        if spec.scaling.mode == .lag {
            try await follow(&look)
        } else if look.memory.followed != nil {
            tools.lag.forget(key)
            look.memory.followed = nil
        }
        guard let deployment = deployment(of: look) else { return nil }
        let current = deployment.replicas
        let (desired, reason) = spec.isPaused ? rest(&look, current) : decide(&look, spec, deployment)
        look.input.desiredReplicas = desired
        if current != desired {
            let reference = ObjectReference(.deployment, namespace: key.namespace, name: deployment.name)
            try await setReplicas(desired, of: deployment, reference)
            metrics.countScaling(key, from: current, to: desired, reason: reason)
            logger.info(
                "workers are scaled",
                [
                    "sink.key": "\(key)", "workers.from": "\(current)", "workers.to": "\(desired)",
                    "scaling.reason": reason,
                ]
            )
        }
        return spec.scaling.mode == .lag && !spec.isPaused ? .waiting(lookAgain: Self.scalingPause) : nil
    }

    private func rest(_ look: inout SinkLook, _ current: Int) -> (desired: Int, reason: String) {
        let reason = "Paused"
        look.input.scaling = ScalingReport(
            activity: .off,
            block: [
                "currentReplicas": .integer(Int64(current)), "desiredReplicas": 0, "reason": .string(reason),
            ]
        )
        return (0, reason)
    }

    private func decide(
        _ look: inout SinkLook,
        _ spec: SinkSpec,
        _ deployment: KubernetesObject
    ) -> (desired: Int, reason: String) {
        let now = instant
        let reading = tools.lag.latest(look.sink.key)
        let pods = view.labelled(look.sink.key, .pod)
        let outcome = ScalingDecision.decide(
            ScalingInput(
                spec,
                memory: look.memory.scaling
                    ?? ScalingMemory(restoring: look.status?["scaling"], now: now, date: date),
                reading: reading.map { ScalingInput.Reading(time: $0.time, outcome: $0.outcome) },
                workers: ScalingInput.Workers(
                    current: deployment.replicas,
                    ready: deployment.json["status"]?["readyReplicas"]?.intValue ?? 0,
                    terminating: pods.count { $0.deletionTimestamp != nil }
                ),
                isThrottled: tools.workers.isThrottled(look.sink.key),
                now: now
            )
        )
        look.memory.scaling = outcome.memory
        look.input.scaling = report(outcome, spec.scaling.mode, current: deployment.replicas)
        return (outcome.desired, outcome.reason.rawValue)
    }

    private func report(_ outcome: ScalingOutcome, _ mode: ScalingSpec.Mode, current: Int) -> ScalingReport {
        let activity: ScalingReport.Activity =
            if mode != .lag {
                .off
            } else if outcome.reason == .awaitingLag {
                .starting
            } else if outcome.isActive {
                .active
            } else {
                .unknown(outcome.message)
            }
        return ScalingReport(activity: activity, block: outcome.status(current: current, now: instant, date: date))
    }

    /// Lets the sink's lag be read, with the newest configuration and credentials.
    private func follow(_ look: inout SinkLook) async throws(APIError) {
        guard let rendered = look.input.rendered else { return }
        let version = "\(rendered.configHash) \(rendered.credentialsHash)"
        guard look.memory.followed != version else { return }
        guard let connection = try await connection(rendered, look) else { return }
        tools.lag.follow(look.sink.key, connection)
        look.memory.followed = version
    }

    /// How the sink's brokers are reached; `nil` when a Secret is gone that says so.
    ///
    /// The Secrets' values are read for this alone, and kept by whoever talks to the brokers.
    func connection(_ rendered: RenderedSink, _ look: SinkLook) async throws(APIError) -> LagConnection? {
        nil
    }
}
