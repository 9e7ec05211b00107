internal import FoundationEssentials
internal import JSON
internal import Kubernetes
internal import Logging

extension SinkReconciler {
    /// How long the deletion of a consumer group is tried before the sink is let go.
    static let groupPatience = Duration.seconds(300)
    /// How long one attempt to delete a group may take.
    static let groupDeadline = Duration.seconds(5)

    /// Holds the sink until its consumer group is deleted, if the spec says so; and no longer than that.
    func keepFinalizer(_ look: inout SinkLook, _ spec: SinkSpec) async throws(APIError) {
        let isHeld = look.sink.object.finalizers.contains(SinkMarks.groupFinalizer)
        guard isHeld != spec.deletionPolicy.deletesConsumerGroup else { return }
        try await setFinalizer(look, held: !isHeld)
    }

    /// Lets a sink go that is being deleted; what it led to is removed by its owner references.
    func release(_ look: inout SinkLook) async throws(APIError) -> ReconcileOutcome {
        let key = look.sink.key
        tools.lag.forget(key)
        guard look.sink.object.finalizers.contains(SinkMarks.groupFinalizer) else {
            // Others hold it; the event of its end looks again.
            return .settled(lookAgain: nil)
        }
        if look.input.isHandsOff {
            look.input.failure = ReconcileFailure(
                retried: "the consumer group is deleted when the annotation kustosink.dev/reconcile: paused is removed"
            )
            return .settled(lookAgain: pause(Self.resync))
        }
        let problem = try await deleteGroup(&look)
        guard let problem else {
            try await setFinalizer(look, held: false)
            look.isGone = true
            logger.info("consumer group is deleted", ["sink.key": "\(key)"])
            return .settled(lookAgain: nil)
        }
        guard try await mayGiveUp(look) else {
            look.input.failure = ReconcileFailure(retried: problem)
            let rest = look.memory.groupDeletion.rest(at: clock.now())
            return .waiting(lookAgain: rest > .zero ? rest : Self.leavingPause)
        }
        let note = "the consumer group stays: \(problem)"
        tools.record(SinkEvent(.groupNotDeleted, note), look.sink.object)
        logger.warning("consumer group is not deleted", ["sink.key": "\(key)", "error": problem])
        try await setFinalizer(look, held: false)
        look.isGone = true
        return .settled(lookAgain: nil)
    }

    /// Deletes the group once no worker is left in it.
    /// - Returns: Why it is not deleted yet, or `nil` when it is.
    private func deleteGroup(_ look: inout SinkLook) async throws(APIError) -> String? {
        guard case .success(let spec) = look.sink.spec else { return "the spec is not in order" }
        guard spec.deletionPolicy.deletesConsumerGroup else { return nil }
        if let deployment = deployment(of: look), deployment.replicas != 0 {
            let reference = ObjectReference(.deployment, namespace: look.sink.key.namespace, name: deployment.name)
            try await setReplicas(0, of: deployment, reference)
        }
        // A pod that has ended lies about until somebody clears it away, and is in the group no longer.
        let pods = view.labelled(look.sink.key, .pod).filter {
            !["Succeeded", "Failed"].contains($0.json["status"]?["phase"]?.stringValue)
        }
        guard pods.isEmpty else { return Self.waiting(forWorkers: pods.count) }
        // Whatever makes the sink be looked at meanwhile, such as its own status, is no reason to try sooner.
        guard look.memory.groupDeletion.rest(at: clock.now()) == .zero else { return look.memory.groupDeletion.problem }
        _ = try await render(&look, spec)
        guard let rendered = look.input.rendered else {
            return "how the brokers are reached cannot be told: a Secret or another object is missing"
        }
        do {
            try await tools.groups.deleteGroup(connection(rendered, look), deadline: Self.groupDeadline)
            return nil
        } catch let error as APIError {
            throw error
        } catch {
            let problem = "\(error)"
            look.memory.groupDeletion.fail(problem, at: clock.now())
            return problem
        }
    }

    /// What is said while workers of a sink that is being deleted have not ended yet.
    static func waiting(forWorkers count: Int) -> String {
        count == 1 ? "1 worker still has to end" : "\(count) workers still have to end"
    }

    /// Whether it has been tried for long enough, or the namespace is on its way out.
    private func mayGiveUp(_ look: SinkLook) async throws(APIError) -> Bool {
        let since = look.sink.object.deletionTimestamp.flatMap { try? Date($0, strategy: .iso8601) }
        if let since, date.timeIntervalSince(since) > Self.groupPatience / .seconds(1) { return true }
        do throws(APIError) {
            let namespace = try await view.read(path: "/api/v1/namespaces/\(look.sink.key.namespace)")
            return namespace?["status"]?["phase"]?.stringValue == "Terminating"
        } catch {
            // Whoever may not read namespaces waits for the whole time.
            guard error.code == .forbidden else { throw error }
            return false
        }
    }

    private func setFinalizer(_ look: SinkLook, held: Bool) async throws(APIError) {
        // What was read may be old: the version makes the server refuse a list that others have changed.
        let others = look.sink.object.finalizers.filter { $0 != SinkMarks.groupFinalizer }
        let list = others + (held ? [SinkMarks.groupFinalizer] : [])
        let version = (view.known(look.reference) ?? look.sink.object).resourceVersion
        do throws(APIError) {
            _ = try await view.patch(
                look.reference,
                .merge([
                    "metadata": [
                        "resourceVersion": .string(version),
                        "finalizers": .array(list.map { .string($0) }),
                    ]
                ]),
                manager: SinkMarks.childrenManager
            )
        } catch {
            guard error.code == .notFound, !held else { throw error }
        }
    }
}
