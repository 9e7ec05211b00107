internal import JSON
internal import Kubernetes
internal import Logging

extension SinkReconciler {
    /// Makes the objects that were rendered be there.
    ///
    /// Nothing at all is written while one of the names belongs to somebody else.
    /// - Returns: Why it was not done yet, or `nil` when all of it stands.
    func apply(
        _ rendered: RenderedSink,
        _ look: inout SinkLook,
        _ spec: SinkSpec
    ) async throws(APIError) -> ReconcileOutcome? {
        var children: [(manifest: Manifest, live: KubernetesObject?)] = []
        var isLeaving = false
        for object in rendered.objects {
            guard let manifest = Manifest(object) else { continue }
            // An object of a kind that is not watched is looked at once per resync, not at every look.
            if isTrusted(manifest, look.memory) { continue }
            switch Presence(try await view.find(manifest.reference), for: look.sink.object) {
            case .absent: children.append((manifest, nil))
            case .ours(let live): children.append((manifest, live))
            case .leaving: isLeaving = true
            case .foreign: look.input.conflicts.append(manifest.reference)
            }
        }
        guard look.input.conflicts.isEmpty else {
            let names = look.input.conflicts.map(\.description).joined(separator: ", ")
            return .refused("not made by this sink and left alone: \(names)", lookAgain: pause(Self.refusalPause))
        }
        guard !isLeaving else { return .waiting(lookAgain: Self.leavingPause) }
        tellRotation(&look)
        for child in children { try await apply(child.manifest, child.live, &look, spec) }
        look.memory.secretDigests = look.secretDigests
        look.isApplied = true
        return nil
    }

    private func apply(
        _ manifest: Manifest,
        _ found: KubernetesObject?,
        _ look: inout SinkLook,
        _ spec: SinkSpec
    ) async throws(APIError) {
        var live = found
        if live == nil, manifest.reference.kind == .deployment {
            // A Deployment without replicas would begin with one worker, also where none is wanted. The first apply
            // says how many; from then on they are the scaler's.
            let count = startingReplicas(look, spec)
            let first = KubernetesObject(
                manifest.wanted.json.setting(.integer(Int64(count)), at: ["spec", "replicas"])
            )
            guard let start = Manifest(first) else { return }
            live = try await view.apply(start.object, start.reference, manager: SinkMarks.childrenManager)
            logger.info("workers are created", ["sink.key": "\(look.sink.key)", "workers.replicas": "\(count)"])
        }
        if let live, !AppliedState.needsApply(manifest, live: live, last: look.memory.applied[manifest.reference]) {
            remember(manifest, live, &look)
            return
        }
        if let live, manifest.reference.kind == .deployment {
            // The field must have another owner before we leave it out, or the server sets it back to 1.
            try await setReplicas(live.replicas, of: live, manifest.reference)
        }
        let answer = try await view.apply(manifest.object, manifest.reference, manager: SinkMarks.childrenManager)
        logger.info("object applied", ["sink.key": "\(look.sink.key)", "object.reference": "\(manifest.reference)"])
        remember(manifest, answer, &look)
    }

    private func remember(_ manifest: Manifest, _ live: KubernetesObject, _ look: inout SinkLook) {
        look.memory.applied[manifest.reference] = AppliedState(manifest, live: live)
        if !view.keeps(manifest.reference.kind) { look.memory.checked[manifest.reference] = clock.now() }
    }

    private func isTrusted(_ manifest: Manifest, _ memory: SinkMemory) -> Bool {
        guard let time = memory.checked[manifest.reference], let applied = memory.applied[manifest.reference] else {
            return false
        }
        return applied.digest == manifest.digest && clock.now() - time < Self.resync * 0.9
    }

    private func tellRotation(_ look: inout SinkLook) {
        let before = look.memory.secretDigests
        let rotated = look.secretDigests.filter { name, digest in before[name].map { $0 != digest } ?? false }
        look.input.rotatedSecrets = rotated.keys.sorted()
        guard !rotated.isEmpty else { return }
        metrics.countRotation(look.sink.key)
        logger.info(
            "the content of Secrets has changed and workers roll",
            ["sink.key": "\(look.sink.key)", "secret.names": look.input.rotatedSecrets.joined(separator: ",")]
        )
    }

    // MARK: Replicas

    /// Writes how many workers run, as the one owner of that field.
    @discardableResult
    func setReplicas(
        _ count: Int,
        of deployment: KubernetesObject,
        _ reference: ObjectReference
    ) async throws(APIError) -> KubernetesObject {
        let object: JSONValue = [
            "apiVersion": .string(reference.kind.apiVersion),
            "kind": .string(reference.kind.kind),
            "metadata": [
                "name": .string(reference.name), "namespace": .string(reference.namespace),
                // A Deployment that was deleted meanwhile must not come back as a torso.
                "uid": .string(deployment.uid),
            ],
            "spec": ["replicas": .integer(Int64(count))],
        ]
        return try await view.apply(KubernetesObject(object), reference, manager: SinkMarks.scalerManager)
    }
}

extension KubernetesObject {
    /// A Deployment's `spec.replicas`; 1 when it does not say.
    var replicas: Int { json["spec"]?["replicas"]?.intValue ?? 1 }
}
