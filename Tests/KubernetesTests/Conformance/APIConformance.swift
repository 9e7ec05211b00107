import JSON
import Kubernetes
import ScriptedAPI
import Testing

/// What every ``KubernetesAPI`` must do: the real server says what is right, the one in memory must do the same.
struct APIConformance {
    /// The rules, each of which is a test.
    enum Rule: String, CaseIterable, Sendable {
        case unchangedApply, omittedFields, sharedFields, listItems, duplicateItems, replicasHandOver
        case generation, statusSubresource, scale, mergePatch, operations, staleWrites, createTwice
        case finalizers, preconditions, immutableData, immutableSelector, selectors, watch, unknownKind, discovery
        case partOfItem
    }

    static let configMap = ResourceKind(group: "", version: "v1", kind: "ConfigMap", plural: "configmaps")

    let api: any KubernetesAPI
    let namespace: String

    func check(_ rule: Rule) async throws {
        switch rule {
        case .unchangedApply: try await unchangedApply()
        case .omittedFields: try await omittedFields()
        case .sharedFields: try await sharedFields()
        case .listItems: try await listItems()
        case .duplicateItems: try await duplicateItems()
        case .replicasHandOver: try await replicasHandOver()
        case .partOfItem: try await partOfItem()
        case .generation: try await generation()
        case .statusSubresource: try await statusSubresource()
        case .scale: try await scale()
        case .mergePatch: try await mergePatch()
        case .operations: try await operations()
        case .staleWrites: try await staleWrites()
        case .createTwice: try await createTwice()
        case .finalizers: try await finalizers()
        case .preconditions: try await preconditions()
        case .immutableData: try await immutableData()
        case .immutableSelector: try await immutableSelector()
        case .selectors: try await selectors()
        case .watch: try await watch()
        case .unknownKind: try await unknownKind()
        case .discovery: try await discovery()
        }
    }

    // MARK: Objects

    func map(_ data: JSONObject, labels: JSONObject = [:], name: String = "m") -> KubernetesObject {
        var metadata: JSONObject = ["name": .string(name), "namespace": .string(namespace)]
        if !labels.isEmpty { metadata["labels"] = .object(labels) }
        return KubernetesObject([
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": .object(metadata), "data": .object(data),
        ])
    }

    func deployment(
        replicas: JSONValue? = nil,
        containers: [JSONValue] = [["name": "a", "image": "a:1"]]
    ) -> KubernetesObject {
        var spec: JSONObject = [
            "selector": ["matchLabels": ["app": "x"]],
            "template": ["metadata": ["labels": ["app": "x"]], "spec": ["containers": .array(containers)]],
        ]
        if let replicas { spec["replicas"] = replicas }
        return KubernetesObject([
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": ["name": "d", "namespace": .string(namespace)], "spec": .object(spec),
        ])
    }

    func reference(_ kind: ResourceKind, _ name: String) -> ObjectReference {
        ObjectReference(kind, namespace: namespace, name: name)
    }

    func containers(_ object: KubernetesObject) -> [JSONValue] {
        object.json["spec"]?["template"]?["spec"]?["containers"]?.arrayValue ?? []
    }

    func code(_ body: () async throws -> Void) async -> APIError.Code? {
        do { try await body() } catch { return (error as? APIError)?.code }
        return nil
    }

    // MARK: Server-side apply

    private func unchangedApply() async throws {
        let first = try await api.apply(map(["a": "1"], labels: ["l": "x"]), manager: "one")
        let second = try await api.apply(map(["a": "1"], labels: ["l": "x"]), manager: "one")
        #expect(first.resourceVersion == second.resourceVersion && !first.uid.isEmpty)
        let third = try await api.apply(map(["a": "2"], labels: ["l": "x"]), manager: "one")
        #expect(third.resourceVersion != second.resourceVersion && third.uid == first.uid)
    }

    private func omittedFields() async throws {
        _ = try await api.apply(map(["a": "1", "b": "2"], labels: ["l": "x", "m": "y"]), manager: "one")
        let object = try await api.apply(map(["b": "2"], labels: ["m": "y"]), manager: "one")
        #expect(object.json["data"] == ["b": "2"] && object.labels == ["m": "y"])
    }

    private func sharedFields() async throws {
        _ = try await api.apply(map(["a": "1", "b": "2"]), manager: "one")
        _ = try await api.apply(map(["a": "1", "c": "3"]), manager: "two")
        // Both own a; it stays until the last of them omits it.
        let kept = try await api.apply(map(["b": "2"]), manager: "one")
        #expect(kept.json["data"] == ["a": "1", "b": "2", "c": "3"])
        let gone = try await api.apply(map(["c": "3"]), manager: "two")
        #expect(gone.json["data"] == ["b": "2", "c": "3"])
        // With force the last one wins, and the other owns it no more.
        _ = try await api.apply(map(["b": "20"]), manager: "two")
        let lost = try await api.apply(map(["x": "y"]), manager: "one")
        #expect(lost.json["data"] == ["b": "20", "x": "y"])
        // Who edits a field owns it: the next apply of its owner takes it back, and omitting it afterwards removes it.
        _ = try await api.patch(
            reference(Self.configMap, "m"),
            subresource: nil,
            .merge(["data": ["x": "z"]]),
            manager: "e"
        )
        let edited = try await api.apply(map([:]), manager: "one")
        #expect(edited.json["data"]?["x"] == "z")
    }

    private func listItems() async throws {
        let one: [JSONValue] = [
            ["name": "a", "image": "a:1", "env": [["name": "X", "value": "1"], ["name": "Y", "value": "2"]]],
            ["name": "b", "image": "b:1", "ports": [["containerPort": 80], ["containerPort": 81]]],
        ]
        _ = try await api.apply(deployment(containers: one), manager: "one")
        let two: [JSONValue] = [
            ["name": "a", "image": "a:2", "env": [["name": "Y", "value": "3"]]],
            ["name": "c", "image": "c:1", "args": ["x", "y"]],
        ]
        let object = try await api.apply(deployment(containers: two), manager: "one")
        let list = containers(object)
        #expect(Set(list.compactMap { $0["name"]?.stringValue }) == ["a", "c"])
        let a = list.first { $0["name"] == "a" }
        #expect(a?["image"] == "a:2" && a?["env"] == [["name": "Y", "value": "3"]])
        #expect(list.first { $0["name"] == "c" }?["args"] == ["x", "y"])
    }

    private func partOfItem() async throws {
        _ = try await api.apply(
            deployment(containers: [["name": "a", "image": "a:1"], ["name": "b", "image": "b:1"]]),
            manager: "one"
        )
        // Another owns a part of an item; the item stays with that part when its first owner omits it.
        let part: JSONValue = [
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": ["name": "d", "namespace": .string(namespace)],
            "spec": ["template": ["spec": ["containers": [["name": "b", "image": "b:1", "workingDir": "/w"]]]]],
        ]
        _ = try await api.apply(KubernetesObject(part), manager: "two")
        let object = try await api.apply(deployment(), manager: "one")
        let b = containers(object).first { $0["name"] == "b" }
        #expect(b?["workingDir"] == "/w" && b?["image"] == "b:1")
    }

    private func duplicateItems() async throws {
        let twice: [JSONValue] = [
            ["name": "a", "image": "a:1", "env": [["name": "X", "value": "1"], ["name": "X", "value": "2"]]]
        ]
        #expect(await code { _ = try await api.apply(deployment(containers: twice), manager: "one") } != nil)
        #expect(try await api.get(reference(.deployment, "d")) == nil)
    }

    private func replicasHandOver() async throws {
        let created = try await api.apply(deployment(), manager: "one")
        #expect(created.json["spec"]?["replicas"] == 1)
        _ = try await api.apply(deployment(replicas: 3), manager: "one")
        let replicas: JSONValue = ["spec": ["replicas": 4]]
        _ = try await api.patch(reference(.deployment, "d"), subresource: "scale", .merge(replicas), manager: "two")
        // The new owner keeps it, so the old one may omit it.
        let kept = try await api.apply(deployment(), manager: "one")
        #expect(kept.json["spec"]?["replicas"] == 4)
        _ = try await api.apply(deployment(replicas: 5), manager: "one")
        let dropped = try await api.apply(deployment(), manager: "one")
        #expect(dropped.json["spec"]?["replicas"] == 1)
    }

    // MARK: Generation and subresources

    private func generation() async throws {
        let first = try await api.apply(deployment(replicas: 0), manager: "one")
        let target = reference(.deployment, "d")
        let labelled = try await api.patch(
            target,
            subresource: nil,
            .merge(["metadata": ["labels": ["a": "b"]]]),
            manager: "e"
        )
        #expect(first.generation == 1 && labelled.generation == 1)
        let changed = try await api.patch(target, subresource: nil, .merge(["spec": ["paused": true]]), manager: "e")
        #expect(changed.generation == 2)
    }

    private func statusSubresource() async throws {
        _ = try await api.apply(deployment(replicas: 0), manager: "one")
        let target = reference(.deployment, "d")
        let ignored = try await api.patch(
            target,
            subresource: nil,
            .merge(["status": ["availableReplicas": 9]]),
            manager: "e"
        )
        #expect(ignored.json["status"]?["availableReplicas"] == nil)
        let status = try await api.patch(
            target,
            subresource: "status",
            .merge([
                "spec": ["replicas": 7], "status": ["conditions": [["type": "T", "status": "True", "reason": "R"]]],
            ]),
            manager: "e"
        )
        #expect(status.json["spec"]?["replicas"] == 0 && status.generation == 1)
        #expect(status.json["status"]?["conditions"]?[0]?["type"] == "T")
    }

    private func scale() async throws {
        _ = try await api.apply(deployment(replicas: 0), manager: "one")
        let target = reference(.deployment, "d")
        let scale = try await api.patch(target, subresource: "scale", .merge(["spec": ["replicas": 2]]), manager: "two")
        #expect(scale.kind == "Scale" && scale.json["spec"]?["replicas"] == 2 && scale.name == "d")
        let object = try await api.get(target)
        #expect(object?.json["spec"]?["replicas"] == 2 && object?.generation == 2)
        let refused = await code {
            _ = try await api.patch(target, subresource: "scale", .merge(["spec": ["replicas": -1]]), manager: "two")
        }
        #expect(refused == .invalid)
    }

    // MARK: Reading

    private func selectors() async throws {
        for name in ["a", "b", "c"] {
            _ = try await api.create(map([:], labels: ["l": .string(name), "all": "x"], name: name))
        }
        func names(_ labels: String?, _ fields: String?) async throws -> [String] {
            let scope = ObjectScope(Self.configMap, namespace: namespace, labelSelector: labels, fieldSelector: fields)
            let page = try await api.list(scope, continuing: nil)
            #expect(!page.resourceVersion.isEmpty && page.continuation == nil)
            // Items of kinds that come with the server do not say what they are.
            #expect(page.objects.allSatisfy { $0.kind.isEmpty && $0.apiVersion.isEmpty })
            // A real namespace gets a ConfigMap with the certificates of the cluster.
            return page.objects.map(\.name).filter { $0 != "kube-root-ca.crt" }.sorted()
        }
        #expect(try await names("l=a", nil) == ["a"])
        #expect(try await names("all,l!=a", nil) == ["b", "c"])
        #expect(try await names("all=x,!l", nil) == [])
        #expect(try await names(nil, "metadata.name=b") == ["b"])
        #expect(try await names(nil, nil) == ["a", "b", "c"])
    }

    private func watch() async throws {
        _ = try await api.create(map([:], labels: ["l": "x"], name: "a"))
        let scope = ObjectScope(Self.configMap, namespace: namespace, labelSelector: "l=x")
        let version = try await api.list(scope, continuing: nil).resourceVersion
        let log = EventLog()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await api.watch(scope, from: version) { log.append($0) } }
            _ = try await api.create(map([:], labels: ["l": "x"], name: "b"))
            let b = reference(Self.configMap, "b")
            _ = try await api.patch(b, subresource: nil, .merge(["data": ["k": "v"]]), manager: "e")
            let left = try await api.patch(
                b,
                subresource: nil,
                .merge(["metadata": ["labels": ["l": "y"]]]),
                manager: "e"
            )
            _ = try await api.delete(reference(Self.configMap, "a"), uid: nil, resourceVersion: nil)
            try await log.wait { $0.count == 4 }
            group.cancelAll()
            let words = log.all.map { event in
                switch event {
                case .added(let object): "added \(object.name)"
                case .modified(let object): "modified \(object.name)"
                case .deleted(let object): "deleted \(object.name)"
                case .bookmark, .failed: "other"
                }
            }
            #expect(words == ["added b", "modified b", "deleted b", "deleted a"])
            guard case .deleted(let last) = log.all[2] else { return }
            #expect(last.resourceVersion == left.resourceVersion)
        }
    }

    private func unknownKind() async throws {
        let kind = ResourceKind(group: "none.dev", version: "v1", kind: "None", plural: "nones")
        #expect(
            await code { _ = try await api.list(ObjectScope(kind, namespace: namespace), continuing: nil) } == .notFound
        )
        #expect(try await api.read(path: "/apis/none.dev/v1") == nil)
    }

    private func discovery() async throws {
        let apps = try await api.read(path: "/apis/apps/v1")
        #expect(apps?["resources"]?.arrayValue?.contains { $0["name"] == "deployments" } == true)
        let core = try await api.read(path: "/api/v1")
        #expect(core?["resources"]?.arrayValue?.contains { $0["name"] == "secrets" } == true)
        #expect(try await api.read(path: "/version")?["major"] == "1")
    }
}
