import Foundation
import HTTP
import JSON
import Logging
import Metrics
import ScriptedAPI
import Synchronization
import Testing

@testable import Kubernetes

@Suite(
    "The API client and a real API server",
    .enabled(if: TestCluster.isNamed(), "runs within Tests/Cluster/within.py only"),
    .timeLimit(.minutes(10))
)
struct APIClientClusterTests {
    private static let configMap = ResourceKind(group: "", version: "v1", kind: "ConfigMap", plural: "configmaps")
    private static let namespaceKind = ResourceKind(group: "", version: "v1", kind: "Namespace", plural: "namespaces")
    private static let agent = UserAgent.text(program: "tests", version: "1", component: "client")

    private let sink = MemoryLogSink()
    private let registry = MetricsRegistry()

    /// Runs `body` with a client and a namespace of its own.
    private func withNamespace(_ body: (APIClient, String) async throws -> Void) async throws {
        let access = try ClusterAccess.load(kubeconfig: nil, environment: ProcessInfo.processInfo.environment)
        let client = try APIClient(
            access: access,
            userAgent: Self.agent,
            registry: registry,
            logger: Logger(label: "test", sink: sink)
        )
        let name = "client-\(UUID().uuidString.lowercased().prefix(8))"
        _ = try await client.create(
            KubernetesObject(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]])
        )
        do {
            try await body(client, name)
        } catch {
            _ = try await client.delete(reference(Self.namespaceKind, "", name), uid: nil, resourceVersion: nil)
            throw error
        }
        _ = try await client.delete(reference(Self.namespaceKind, "", name), uid: nil, resourceVersion: nil)
    }

    private func reference(_ kind: ResourceKind, _ namespace: String, _ name: String) -> ObjectReference {
        ObjectReference(kind, namespace: namespace, name: name)
    }

    private func object(_ namespace: String, _ name: String, _ data: JSONObject) -> KubernetesObject {
        KubernetesObject([
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": .string(name), "namespace": .string(namespace), "labels": ["test": "client"]],
            "data": .object(data),
        ])
    }

    @Test("applies the same object twice and changes nothing, and each manager owns its fields")
    func applies() async throws {
        try await withNamespace { client, namespace in
            let first = try await client.apply(object(namespace, "a", ["x": "1"]), manager: "one")
            let second = try await client.apply(object(namespace, "a", ["x": "1"]), manager: "one")
            #expect(first.resourceVersion == second.resourceVersion)
            _ = try await client.apply(object(namespace, "a", ["y": "2"]), manager: "two")
            // What a manager does not send any more goes, what another owns stays.
            let last = try await client.apply(object(namespace, "a", ["z": "3"]), manager: "one")
            #expect(last.json["data"] == ["y": "2", "z": "3"])
            let again = try await client.apply(last, manager: "one")
            #expect(again.json["data"] == last.json["data"])
        }
    }

    @Test("patches by merge and by operations, and reads what is there")
    func patches() async throws {
        try await withNamespace { client, namespace in
            let map = reference(Self.configMap, namespace, "a")
            #expect(try await client.get(map) == nil)
            _ = try await client.create(object(namespace, "a", ["x": "1", "y": "2"]))
            let merged = try await client.patch(
                map,
                subresource: nil,
                .merge(["data": ["x": nil, "z": "3"]]),
                manager: "m"
            )
            #expect(merged.json["data"] == ["y": "2", "z": "3"])
            let failed = await #expect(throws: APIError.self) {
                try await client.patch(
                    map,
                    subresource: nil,
                    .operations([["op": "test", "path": "/data/y", "value": "9"]]),
                    manager: "m"
                )
            }
            #expect(failed?.code == .invalid)
            let removed = try await client.patch(
                map,
                subresource: nil,
                .operations([
                    ["op": "test", "path": "/data/y", "value": "2"], ["op": "remove", "path": "/data/y"],
                ]),
                manager: "m"
            )
            #expect(removed.json["data"] == ["z": "3"])
            #expect(try await client.get(map)?.json["data"] == ["z": "3"])
        }
    }

    @Test("replaces and deletes only what has not changed")
    func preconditions() async throws {
        try await withNamespace { client, namespace in
            let created = try await client.create(object(namespace, "a", ["x": "1"]))
            let twice = await #expect(throws: APIError.self) {
                try await client.create(object(namespace, "a", ["x": "1"]))
            }
            #expect(twice?.code == .alreadyExists)
            let replaced = try await client.replace(created)
            let changed = try await client.patch(
                reference(Self.configMap, namespace, "a"),
                subresource: nil,
                .merge(["data": ["x": "2"]]),
                manager: "m"
            )
            #expect(changed.resourceVersion != replaced.resourceVersion)
            let stale = await #expect(throws: APIError.self) { try await client.replace(created) }
            #expect(stale?.code == .conflict && stale?.message.contains("ConfigMap \(namespace)/a") == true)
            let map = reference(Self.configMap, namespace, "a")
            for (uid, version) in [("other", nil), (nil, created.resourceVersion)] as [(String?, String?)] {
                let kept = await #expect(throws: APIError.self) {
                    try await client.delete(map, uid: uid, resourceVersion: version)
                }
                #expect(kept?.code == .conflict)
            }
            #expect(try await client.delete(map, uid: changed.uid, resourceVersion: changed.resourceVersion))
            #expect(try await !client.delete(map, uid: nil, resourceVersion: nil))
        }
    }

    @Test("scales a Deployment through its subresource")
    func scales() async throws {
        try await withNamespace { client, namespace in
            let labels: JSONValue = ["app": "x"]
            let container: JSONValue = ["name": "c", "image": "none.invalid/x"]
            let template: JSONValue = ["metadata": ["labels": labels], "spec": ["containers": [container]]]
            _ = try await client.apply(
                KubernetesObject([
                    "apiVersion": "apps/v1", "kind": "Deployment",
                    "metadata": ["name": "d", "namespace": .string(namespace)],
                    "spec": ["replicas": 0, "selector": ["matchLabels": labels], "template": template],
                ]),
                manager: "one"
            )
            let scale = try await client.patch(
                reference(.deployment, namespace, "d"),
                subresource: "scale",
                .merge(["spec": ["replicas": 0]]),
                manager: "scaler"
            )
            #expect(scale.kind == "Scale" && scale.json["spec"]?["replicas"] == nil)
        }
    }

    @Test("says what is wrong with an object by field, and repeats no value of a Secret")
    func refusals() async throws {
        try await withNamespace { client, namespace in
            let unknown = await #expect(throws: APIError.self) {
                try await client.apply(
                    KubernetesObject([
                        "apiVersion": "v1", "kind": "ConfigMap",
                        "metadata": ["name": "a", "namespace": .string(namespace)], "dota": ["x": "1"],
                    ]),
                    manager: "m"
                )
            }
            #expect(unknown != nil && unknown?.message.contains("dota") == true)
            let invalid = await #expect(throws: APIError.self) {
                try await client.create(object(namespace, "A_b", [:]))
            }
            #expect(invalid?.code == .invalid && invalid?.status == 422)
            #expect(invalid?.causes.contains { $0.field == "metadata.name" } == true)
            let secret = await #expect(throws: APIError.self) {
                try await client.create(
                    KubernetesObject([
                        "apiVersion": "v1", "kind": "Secret",
                        "data": ["a key": "aHVudGVyMg==", "b": "hunter2 hunter2"],
                        "metadata": ["name": "s", "namespace": .string(namespace)],
                    ])
                )
            }
            #expect(secret?.message.contains("hunter2") == false && secret?.message.contains("aHVudGVyMg") == false)
            let missing = await #expect(throws: APIError.self) {
                try await client.create(object("no-such-\(namespace)", "a", [:]))
            }
            #expect(missing?.code == .notFound)
            let absent = ResourceKind(group: "none.example", version: "v1", kind: "None", plural: "nones")
            let list = await #expect(throws: APIError.self) {
                try await client.list(ObjectScope(absent, namespace: namespace), continuing: nil)
            }
            #expect(list?.code == .notFound)
            let version = try await client.read(path: "/version")
            #expect(version?["gitVersion"]?.stringValue?.hasPrefix("v1.") == true)
            #expect(try await client.read(path: "/apis/none.example/v1") == nil)
        }
    }

    @Test("names the permission that a ServiceAccount lacks")
    func forbidden() async throws {
        try await withNamespace { client, namespace in
            _ = try await client.apply(
                KubernetesObject([
                    "apiVersion": "v1", "kind": "ServiceAccount",
                    "metadata": ["name": "weak", "namespace": .string(namespace)],
                ]),
                manager: "m"
            )
            // Whoever may create namespaces may act as the account.
            let own = client.access
            let user = "system:serviceaccount:\(namespace):weak"
            let access = ClusterAccess(
                server: own.server,
                namespace: namespace,
                origin: own.origin,
                trust: own.trust,
                serverName: own.serverName,
                proxy: own.proxy,
                certificate: own.certificate,
                login: own.login,
                impersonation: [HTTPHeader("Impersonate-User", user)]
            )
            let weak = try APIClient(
                access: access,
                userAgent: Self.agent,
                registry: registry,
                logger: Logger(label: "test", sink: sink)
            )
            let error = await #expect(throws: APIError.self) {
                try await weak.apply(object(namespace, "a", [:]), manager: "m")
            }
            #expect(error?.code == .forbidden && error?.status == 403)
            #expect(
                error?.message.contains(
                    "the verb patch on configmaps of the core API group in namespace \(namespace)"
                ) == true
            )
        }
    }

    @Test("reads a list by pages, all of one version")
    func pages() async throws {
        try await withNamespace { client, namespace in
            try await withThrowingTaskGroup { group in
                for worker in 0..<8 {
                    group.addTask {
                        for number in 0..<15 {
                            _ = try await client.create(object(namespace, "m-\(worker)-\(number)", [:]))
                        }
                    }
                }
                try await group.waitForAll()
            }
            let scope = ObjectScope(Self.configMap, namespace: namespace, labelSelector: "test=client")
            let first = try await client.list(scope, continuing: nil)
            #expect(first.objects.count == 100)
            let token = try #require(first.continuation)
            let second = try await client.list(scope, continuing: token)
            #expect(second.objects.count == 20 && second.continuation == nil)
            #expect(first.resourceVersion == second.resourceVersion)
            let old = await #expect(throws: APIError.self) { try await client.list(scope, continuing: "nonsense") }
            #expect(old?.code == .invalid || old?.code == .gone)
        }
    }

    @Test("follows changes from a list on")
    func watches() async throws {
        try await withNamespace { client, namespace in
            let scope = ObjectScope(Self.configMap, namespace: namespace, labelSelector: "test=client")
            let start = try await client.list(scope, continuing: nil).resourceVersion
            let events = EventLog()
            try await withThrowingTaskGroup { group in
                group.addTask {
                    try await client.watch(scope, from: start) { event throws(APIError) in events.append(event) }
                }
                let created = try await client.create(object(namespace, "w", ["x": "1"]))
                _ = try await client.patch(
                    reference(Self.configMap, namespace, "w"),
                    subresource: nil,
                    .merge(["data": ["x": "2"]]),
                    manager: "m"
                )
                _ = try await client.delete(
                    reference(Self.configMap, namespace, "w"),
                    uid: created.uid,
                    resourceVersion: nil
                )
                try await events.wait { $0.count >= 3 }
                group.cancelAll()
                do { try await group.waitForAll() } catch let error as APIError { #expect(error.code == .cancelled) }
            }
            #expect(events.all.prefix(3).map(\.kindOfEvent) == ["added", "modified", "deleted"])
            guard case .deleted(let last)? = events.all.dropFirst(2).first else { return }
            #expect(last.name == "w" && last.json["data"] == ["x": "2"] && last.resourceVersion != start)
        }
    }

    @Test("gets a bookmark, which the server sends about once a minute")
    func bookmarks() async throws {
        try await withNamespace { client, namespace in
            let scope = ObjectScope(Self.configMap, namespace: namespace)
            let start = try await client.list(scope, continuing: nil).resourceVersion
            let events = EventLog()
            try await withThrowingTaskGroup { group in
                group.addTask {
                    try await client.watch(scope, from: start) { event throws(APIError) in events.append(event) }
                }
                try await events.wait { $0.contains { $0.kindOfEvent == "bookmark" } }
                group.cancelAll()
                do { try await group.waitForAll() } catch let error as APIError { #expect(error.code == .cancelled) }
            }
            for case .bookmark(let version) in events.all { #expect(Int(version) ?? 0 >= Int(start) ?? .max) }
        }
    }

    @Test("begins anew with a list when the server has not come as far as the version asked for")
    func versionFromTheFuture() async throws {
        let client = try APIClient(
            access: .load(kubeconfig: nil, environment: ProcessInfo.processInfo.environment),
            userAgent: Self.agent,
            registry: registry,
            logger: Logger(label: "test", sink: sink),
            clock: .system,
            silence: .seconds(5)
        )
        // As after a restored backup; the server sends nothing then, not even the head of an answer.
        let error = await #expect(throws: APIError.self) {
            try await client.watch(ObjectScope(Self.configMap), from: "999999999999") { event throws(APIError) in
                if case .failed(let error) = event { throw error }
            }
        }
        #expect(error?.code == .gone)
    }

    @Test("a client of its own shares credentials and metrics, not connections")
    func separates() async throws {
        try await withNamespace { client, namespace in
            let own = try client.separate(timeout: .seconds(10))
            #expect(try await own.get(reference(Self.configMap, namespace, "none")) == nil)
            let text = registry.render()
            #expect(text.contains("rest_client_requests_total{code=\"404\",host=\""))
            #expect(text.contains("rest_client_request_duration_seconds_count{host="))
        }
    }
}

extension WatchEvent {
    fileprivate var kindOfEvent: String {
        switch self {
        case .added: "added"
        case .modified: "modified"
        case .deleted: "deleted"
        case .bookmark: "bookmark"
        case .failed: "failed"
        }
    }
}
