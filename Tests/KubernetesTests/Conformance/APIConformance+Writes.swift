import JSON
import Kubernetes
import Testing

/// The rules of writes other than server-side apply.
extension APIConformance {
    func mergePatch() async throws {
        _ = try await api.create(map(["a": "1", "b": "2"]))
        let target = reference(Self.configMap, "m")
        let patched = try await api.patch(
            target,
            subresource: nil,
            .merge(["data": ["a": nil, "c": "3"]]),
            manager: "e"
        )
        #expect(patched.json["data"] == ["b": "2", "c": "3"])
        let same = try await api.patch(target, subresource: nil, .merge(["data": ["c": "3"]]), manager: "e")
        #expect(same.resourceVersion == patched.resourceVersion)
        let absent = await code {
            _ = try await api.patch(reference(Self.configMap, "none"), subresource: nil, .merge([:]), manager: "e")
        }
        #expect(absent == .notFound)
    }

    func operations() async throws {
        _ = try await api.create(map(["a": "1"]))
        let target = reference(Self.configMap, "m")
        let failing: JSONValue = [
            ["op": "test", "path": "/data/a", "value": "2"], ["op": "replace", "path": "/data/a", "value": "3"],
        ]
        let refused = await code {
            _ = try await api.patch(target, subresource: nil, .operations(failing), manager: "e")
        }
        #expect(refused == .invalid)
        let working: JSONValue = [
            ["op": "test", "path": "/data/a", "value": "1"], ["op": "replace", "path": "/data/a", "value": "3"],
            ["op": "add", "path": "/metadata/annotations", "value": ["x/y": "4"]],
            ["op": "replace", "path": "/metadata/annotations/x~1y", "value": "5"],
            ["op": "move", "from": "/data/a", "path": "/data/b"], ["op": "copy", "from": "/data/b", "path": "/data/c"],
            ["op": "remove", "path": "/data/b"],
        ]
        let object = try await api.patch(target, subresource: nil, .operations(working), manager: "e")
        #expect(object.json["data"] == ["c": "3"] && object.annotations == ["x/y": "5"])
    }

    func staleWrites() async throws {
        let first = try await api.create(map(["a": "1"]))
        var changed = first
        changed.json = PatchedObject.merge(["data": ["a": "2"]], into: first.json)
        let second = try await api.replace(changed)
        #expect(second.json["data"] == ["a": "2"])
        #expect(await code { _ = try await api.replace(changed) } == .conflict)
        let stale: JSONValue = [
            "metadata": ["resourceVersion": .string(first.resourceVersion)], "data": ["a": "3"],
        ]
        let refused = await code {
            _ = try await api.patch(reference(Self.configMap, "m"), subresource: nil, .merge(stale), manager: "e")
        }
        #expect(refused == .conflict)
    }

    func createTwice() async throws {
        _ = try await api.create(map(["a": "1"]))
        #expect(await code { _ = try await api.create(map(["a": "1"])) } == .alreadyExists)
    }

    func finalizers() async throws {
        let held: JSONValue = ["metadata": ["finalizers": ["test.dev/hold"]]]
        let created = try await api.create(KubernetesObject(PatchedObject.merge(held, into: map([:]).json)))
        let target = reference(Self.configMap, "m")
        #expect(try await api.delete(target, uid: created.uid, resourceVersion: nil))
        let deleted = try #require(try await api.get(target))
        #expect(deleted.deletionTimestamp != nil && deleted.finalizers == ["test.dev/hold"])
        // The second request changes nothing.
        #expect(try await api.delete(target, uid: nil, resourceVersion: nil))
        #expect(try await api.get(target)?.resourceVersion == deleted.resourceVersion)
        let added = await code {
            _ = try await api.patch(
                target,
                subresource: nil,
                .merge(["metadata": ["finalizers": ["test.dev/hold", "test.dev/more"]]]),
                manager: "e"
            )
        }
        #expect(added == .invalid)
        let release: JSONValue = [
            ["op": "test", "path": "/metadata/finalizers/0", "value": "test.dev/hold"],
            ["op": "remove", "path": "/metadata/finalizers/0"],
        ]
        _ = try await api.patch(target, subresource: nil, .operations(release), manager: "e")
        #expect(try await api.get(target) == nil)
        #expect(try await !api.delete(target, uid: nil, resourceVersion: nil))
    }

    func preconditions() async throws {
        let object = try await api.create(map(["a": "1"]))
        let target = reference(Self.configMap, "m")
        let other = "11111111-1111-4111-8111-111111111111"
        #expect(await code { _ = try await api.delete(target, uid: other, resourceVersion: nil) } == .conflict)
        #expect(await code { _ = try await api.delete(target, uid: object.uid, resourceVersion: "1") } == .conflict)
        #expect(try await api.delete(target, uid: object.uid, resourceVersion: object.resourceVersion))
        #expect(try await api.get(target) == nil)
    }

    func immutableData() async throws {
        for kind in ["Secret", "ConfigMap"] {
            let object: JSONValue = [
                "apiVersion": "v1", "kind": .string(kind), "metadata": ["name": "s", "namespace": .string(namespace)],
                "immutable": true, "data": ["k": "dg=="],
            ]
            _ = try await api.apply(KubernetesObject(object), manager: "one")
            let changed = KubernetesObject(PatchedObject.merge(["data": ["k": "dw=="]], into: object))
            #expect(await code { _ = try await api.apply(changed, manager: "one") } == .invalid)
            let labelled = PatchedObject.merge(["metadata": ["labels": ["a": "b"]]], into: object)
            #expect(try await api.apply(KubernetesObject(labelled), manager: "one").labels == ["a": "b"])
        }
    }

    func immutableSelector() async throws {
        _ = try await api.apply(deployment(replicas: 0), manager: "one")
        let change: JSONValue = ["spec": ["selector": ["matchLabels": ["app": "y"]]]]
        let refused = await code {
            _ = try await api.patch(reference(.deployment, "d"), subresource: nil, .merge(change), manager: "e")
        }
        #expect(refused == .invalid)
    }
}

/// RFC 7386, for the objects of tests.
enum PatchedObject {
    static func merge(_ patch: JSONValue, into target: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var members = target.objectValue ?? [:]
        for (name, value) in changes { members[name] = merge(value, into: members[name] ?? .null) }
        return .object(members)
    }
}
