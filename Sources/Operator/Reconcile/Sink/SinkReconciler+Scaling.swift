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
        return spec.scaling.mode == .lag
            ? min(max(spec.scaling.minReplicas, 1), spec.scaling.maxReplicas) : spec.replicas
    }

    /// Makes as many workers run as are wanted.
    /// - Returns: When scaling wants to look again, or `nil` when only the spec decides.
    func scale(_ look: inout SinkLook, _ spec: SinkSpec) async throws(APIError) -> ReconcileOutcome? {
        let key = look.sink.key
        let isScaledByLag = spec.scaling.mode == .lag && !spec.isPaused
        // Where lag decides nothing it is still shown: who waits for data asks for it first.
        try await follow(
            &look,
            every: isScaledByLag ? LagConnection.scalingInterval : LagConnection.showingInterval
        )
        guard let deployment = deployment(of: look) else { return nil }
        let current = deployment.replicas
        let outcome = spec.isPaused ? rest(look, spec, deployment) : decide(look, spec, deployment)
        look.memory.scaling = outcome.memory
        look.input.desiredReplicas = outcome.desired
        look.input.scaling = report(outcome, spec, current: current)
        if current != outcome.desired {
            let reference = ObjectReference(.deployment, namespace: key.namespace, name: deployment.name)
            try await setReplicas(outcome.desired, of: deployment, reference)
            logger.info(
                "workers are scaled",
                [
                    "sink.key": "\(key)", "workers.from": current, "workers.to": outcome.desired,
                    "scaling.reason": outcome.reason.rawValue, "scaling.message": outcome.message,
                ]
            )
        }
        tools.scalingMetrics.record(outcome, of: key, current: current)
        return isScaledByLag ? .waiting(lookAgain: Self.scalingPause) : nil
    }

    /// What is decided for a sink that rests: no workers, whatever the lag is.
    private func rest(_ look: SinkLook, _ spec: SinkSpec, _ deployment: KubernetesObject) -> ScalingOutcome {
        var spec = spec
        (spec.scaling.mode, spec.replicas) = (.fixed, 0)
        var outcome = decide(look, spec, deployment)
        outcome.message = "spec.paused is true"
        return outcome
    }

    private func decide(_ look: SinkLook, _ spec: SinkSpec, _ deployment: KubernetesObject) -> ScalingOutcome {
        let now = instant
        var reading = tools.lag.latest(look.sink.key).map {
            ScalingInput.Reading(time: $0.time, outcome: $0.outcome)
        }
        if let problem = look.memory.followProblem {
            reading = ScalingInput.Reading(time: now, outcome: .failure(problem))
        }
        return ScalingDecision.decide(
            ScalingInput(
                spec,
                memory: look.memory.scaling
                    ?? ScalingMemory(restoring: look.status?["scaling"], now: now, date: date),
                reading: reading,
                workers: ScalingInput.Workers(
                    current: deployment.replicas,
                    ready: deployment.json["status"]?["readyReplicas"]?.intValue ?? 0,
                    terminating: view.labelled(look.sink.key, .pod).count { $0.deletionTimestamp != nil }
                ),
                isThrottled: tools.workers.isThrottled(look.sink.key),
                now: now
            )
        )
    }

    private func report(_ outcome: ScalingOutcome, _ spec: SinkSpec, current: Int) -> ScalingReport {
        let activity: ScalingReport.Activity =
            if spec.scaling.mode != .lag || spec.isPaused {
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
    private func follow(_ look: inout SinkLook, every interval: Duration) async throws(APIError) {
        guard let rendered = look.input.rendered else { return }
        let version = "\(rendered.configHash) \(rendered.credentialsHash) \(interval)"
        guard look.memory.followed != version else { return }
        do {
            tools.lag.follow(look.sink.key, try await connection(rendered, look, every: interval))
            look.memory.followProblem = nil
        } catch let error as LagError {
            // What was followed has credentials that are not the sink's any more.
            tools.lag.forget(look.sink.key)
            look.memory.followProblem = error
        } catch let error as APIError {
            throw error
        } catch {
            look.memory.followProblem = LagError("\(error)")
        }
        look.memory.followed = version
    }

    /// How the sink's brokers are reached.
    ///
    /// The Secrets' values are read for this alone, and kept by nobody but who talks to the brokers.
    /// - Throws: `APIError` when they cannot be read, ``LagError`` when they do not make a connection.
    func connection(
        _ rendered: RenderedSink,
        _ look: SinkLook,
        every interval: Duration = LagConnection.showingInterval
    ) async throws -> LagConnection {
        var secrets: [String: [String: [UInt8]]] = [:]
        for name in look.secretDigests.keys.sorted() {
            let secret = try await view.readSecret(namespace: look.sink.key.namespace, name: name)
            var values: [String: [UInt8]] = [:]
            for (key, value) in secret?.json["data"]?.objectValue ?? [:] {
                values[key] = Data(base64Encoded: value.stringValue ?? "").map { Array($0) }
            }
            secrets[name] = values
        }
        return try LagConnection.make(from: rendered.properties, secrets: secrets, interval: interval)
    }
}
