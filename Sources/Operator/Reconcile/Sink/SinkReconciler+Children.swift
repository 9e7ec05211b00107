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
        var leaving: [ObjectReference] = []
        var spared: APIError?
        for object in rendered.objects {
            guard let manifest = Manifest(object) else { continue }
            // An object of a kind that is not watched is looked at once per resync, not at every look.
            if isTrusted(manifest, look.memory) || isUnserved(manifest, &look) { continue }
            var found: KubernetesObject?
            do throws(APIError) {
                found = try await view.find(manifest.reference)
            } catch {
                spared = try spare(error, manifest, &look) ?? spared
                continue
            }
            switch Presence(found, for: look.sink.object) {
            case .absent: children.append((manifest, nil))
            case .ours(let live): children.append((manifest, live))
            case .leaving: leaving.append(manifest.reference)
            case .foreign: look.input.conflicts.append(manifest.reference)
            }
        }
        guard look.input.conflicts.isEmpty else {
            let names = look.input.conflicts.map(\.description).joined(separator: ", ")
            return .refused("not made by this sink and left alone: \(names)", lookAgain: pause(Self.refusalPause))
        }
        guard leaving.isEmpty else { return wait(for: leaving, &look) }
        look.memory.leavingLooks = 0
        if children.contains(where: { $0.live == nil && $0.manifest.reference.kind == .deployment }) {
            // What a sink leads to must not be made anew only because nobody has told us of its end yet.
            if !wasSeenLately(look) {
                guard let sink = try await live(&look) else { return .settled(lookAgain: nil) }
                guard sink.deletionTimestamp == nil else { return .waiting(lookAgain: Self.watchPause) }
            }
        }
        for child in children {
            do throws(APIError) {
                try await apply(child.manifest, child.live, &look, spec)
            } catch {
                spared = try spare(error, child.manifest, &look) ?? spared
            }
        }
        look.memory.secretDigests = look.secretDigests
        look.isApplied = true
        return spared.map { fail($0, &look) }
    }

    /// Whether the server itself has shown a moment ago that the sink is there and is not being deleted.
    private func wasSeenLately(_ look: SinkLook) -> Bool {
        look.seen.map { clock.now() - $0 < Self.sightPatience } ?? false
    }

    /// Waits until objects are gone whose names are wanted, longer each time.
    private func wait(for leaving: [ObjectReference], _ look: inout SinkLook) -> ReconcileOutcome {
        let names = leaving.map(\.description).joined(separator: ", ")
        look.input.failure = ReconcileFailure(
            waiting: "waits for the end of what is being deleted, to make it anew: \(names); "
                + "if it stays, look for finalizers that hold it"
        )
        let pause = Self.leavingPause * (1 << min(look.memory.leavingLooks, 5))
        look.memory.leavingLooks += 1
        return .waiting(lookAgain: min(pause, Self.leavingLimit))
    }

    // MARK: Scraping

    /// Returns an error about an object without which workers do their work all the same, to be told when the rest is
    /// done; `nil` when the object's kind is not served any more, which is no failure.
    /// - Throws: An error about any other object.
    private func spare(
        _ error: APIError,
        _ manifest: Manifest,
        _ look: inout SinkLook
    ) throws(APIError) -> APIError? {
        let kind = manifest.reference.kind
        guard kind == .podMonitor || kind == .service, error.code != .cancelled else { throw error }
        guard kind == .podMonitor, error.code == .notFound else { return error }
        look.memory.unserved[manifest.reference] = clock.now()
        logger.warning(
            "the cluster has no PodMonitors any more",
            ["sink.key": "\(look.sink.key)", "error": error.message]
        )
        _ = isUnserved(manifest, &look)
        return nil
    }

    /// Whether the server has said lately that it has no such kind; the status warns of it.
    private func isUnserved(_ manifest: Manifest, _ look: inout SinkLook) -> Bool {
        guard let time = look.memory.unserved[manifest.reference] else { return false }
        guard clock.now() - time < Self.resync * 0.9 else {
            look.memory.unserved[manifest.reference] = nil
            return false
        }
        look.input.rendered?.warnings.append(
            "nothing scrapes the workers: the cluster does not have \(manifest.reference.kind) any more"
        )
        return true
    }

    private func apply(
        _ manifest: Manifest,
        _ found: KubernetesObject?,
        _ look: inout SinkLook,
        _ spec: SinkSpec
    ) async throws(APIError) {
        if found == nil, manifest.reference.kind == .deployment {
            // A Deployment without replicas would begin with one worker, also where none is wanted. So the first apply
            // says how many, and owns the field until their number changes or something else is applied.
            let count = startingReplicas(look, spec)
            let first = KubernetesObject(
                manifest.object.json.setting(.integer(Int64(count)), at: ["spec", "replicas"])
            )
            let answer = try await view.apply(first, manifest.reference, manager: SinkMarks.childrenManager)
            logger.info("workers are created", ["sink.key": "\(look.sink.key)", "workers.replicas": count])
            remember(manifest, answer, &look)
            return
        }
        if let live = found,
            !AppliedState.needsApply(manifest, live: live, last: look.memory.applied[manifest.reference])
        {
            remember(manifest, live, &look)
            return
        }
        if let live = found, manifest.reference.kind == .deployment {
            // The field must have another owner before we leave it out, or the server sets it back to 1.
            try await setReplicas(live.replicas, of: live, manifest.reference)
        }
        let answer = try await view.apply(manifest.object, manifest.reference, manager: SinkMarks.childrenManager)
        logger.info("object applied", ["sink.key": "\(look.sink.key)", "object.reference": "\(manifest.reference)"])
        remember(manifest, answer, &look)
        if let found, manifest.reference.kind == .deployment { tellRotation(from: found, &look) }
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

    /// Tells of new content that the workers have just been given, so once however often applying it was tried.
    ///
    /// What the Deployment had before says whether there is any, also when it came while no operator ran. Which Secrets
    /// it was is not known then; all are named, unless the configuration is another one too and may name others.
    /// - Parameter before: The Deployment before it was applied.
    private func tellRotation(from before: KubernetesObject, _ look: inout SinkLook) {
        let annotations = before.json["spec"]?["template"]?["metadata"]?["annotations"]
        guard let rendered = look.input.rendered,
            let credentials = annotations?[SinkMarks.credentialsAnnotation]?.stringValue,
            credentials != rendered.credentialsHash
        else { return }
        let known = look.memory.secretDigests
        var rotated = look.secretDigests.filter { name, digest in known[name].map { $0 != digest } ?? false }
        if known.isEmpty, annotations?[SinkMarks.configAnnotation]?.stringValue == rendered.configHash {
            rotated = look.secretDigests
        }
        guard !rotated.isEmpty else { return }
        look.input.rotatedSecrets = rotated.keys.sorted()
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
