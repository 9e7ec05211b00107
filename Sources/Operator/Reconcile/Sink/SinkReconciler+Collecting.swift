internal import JSON
internal import Kubernetes
internal import Logging

extension SinkReconciler {
    /// Removes what the sink made and no longer wants.
    ///
    /// A configuration stays for as long as a pod or a ReplicaSet names it: a pod that starts again needs it, and so
    /// does a rollback.
    func collect(_ look: inout SinkLook) async throws(APIError) {
        guard let rendered = look.input.rendered else { return }
        let wanted = Set(rendered.objects.compactMap { Manifest($0)?.reference })
        let names = ChildNames(look.sink.key.name)
        var configurations: [(ObjectReference, KubernetesObject)] = []
        for kind in ResourceKind.ownedKinds where kind != .deployment {
            for object in view.labelled(look.sink.key, kind) {
                let reference = ObjectReference(kind, namespace: look.sink.key.namespace, name: object.name)
                guard !wanted.contains(reference), isOurs(object, look), object.deletionTimestamp == nil else {
                    continue
                }
                if kind == .configMap, names.isConfig(object.name) {
                    configurations.append((reference, object))
                } else {
                    try await delete(reference, object, &look)
                }
            }
        }
        try await collect(configurations, &look)
    }

    /// Whether an object is the sink's, or was an earlier sink's that was deleted with `--cascade=orphan`: nobody
    /// controls it then, but it has the digest that the operator leaves on what it applies.
    private func isOurs(_ object: KubernetesObject, _ look: SinkLook) -> Bool {
        guard let controller = object.controller else {
            return object.annotations[SinkMarks.appliedAnnotation] != nil
                && object.labels[ChildLabels.managedBy] == ChildLabels.manager
        }
        return controller.uid == look.sink.object.uid
    }

    private func collect(
        _ configurations: [(ObjectReference, KubernetesObject)],
        _ look: inout SinkLook
    ) async throws(APIError) {
        let pods = view.labelled(look.sink.key, .pod)
        var hasher = Hasher()
        hasher.combine(configurations.map(\.1.name))
        hasher.combine(pods.map(\.name))
        hasher.combine(deployment(of: look)?.json["status"]?["observedGeneration"])
        let signature = hasher.finalize()
        // ReplicaSets are asked for, not watched: they only matter here, and only when something has changed. Their own
        // end, some time after a rollout's, shows in nothing else, so they are also asked for once per resync.
        let now = clock.now()
        if let last = look.memory.collected, last.signature == signature, now - last.time < Self.resync * 0.9 { return }
        guard !configurations.isEmpty else { return }
        let scope = ObjectScope(
            .replicaSet,
            namespace: look.sink.key.namespace,
            labelSelector: "\(ChildLabels.sink)=\(ChildNames(look.sink.key.name).label)"
        )
        let templates = try await view.list(scope).map { $0.json["spec"]?["template"]?["spec"] }
        let used = Set((templates + pods.map { $0.json["spec"] }).flatMap(Self.configurations(of:)))
        for (reference, object) in configurations where !used.contains(reference.name) {
            try await delete(reference, object, &look)
        }
        look.memory.collected = (now, signature)
    }

    private func delete(
        _ reference: ObjectReference,
        _ object: KubernetesObject,
        _ look: inout SinkLook
    ) async throws(APIError) {
        try await view.delete(reference, object)
        look.memory.applied[reference] = nil
        logger.info("object removed", ["sink.key": "\(look.sink.key)", "object.reference": "\(reference)"])
    }

    /// The names of the ConfigMaps that a pod's volumes bring in.
    private static func configurations(of spec: JSONValue?) -> [String] {
        (spec?["volumes"]?.arrayValue ?? []).flatMap { volume in
            let projected = (volume["projected"]?["sources"]?.arrayValue ?? []).map { $0["configMap"]?["name"] }
            return ([volume["configMap"]?["name"]] + projected).compactMap { $0?.stringValue }
        }
    }
}
