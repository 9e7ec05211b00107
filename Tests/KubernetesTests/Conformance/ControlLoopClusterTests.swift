import Daemon
import Foundation
import JSON
import Kubernetes
import Logging
import Metrics
import ScriptedAPI
import Testing

@Suite(
    "Watches, leases and events of a real API server",
    .enabled(if: TestCluster.isNamed(), "runs within Tests/Cluster/within.py only"),
    .timeLimit(.minutes(10))
)
struct ControlLoopClusterTests {
    private static let logger = Logger(label: "test", sink: MemoryLogSink())

    /// Runs a service while `body` runs, and tells it to stop then.
    private func run(_ service: any Service, _ body: () async throws -> Void) async throws {
        let shutdown = GracefulShutdown()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await GracefulShutdown.$current.withValue(shutdown) { try await service.run() } }
            do { try await body() } catch {
                group.cancelAll()
                throw error
            }
            shutdown.trigger()
            try await group.next()
        }
    }

    private func secret(_ namespace: String, _ name: String) -> KubernetesObject {
        KubernetesObject([
            "apiVersion": "v1", "kind": "Secret",
            "metadata": ["name": .string(name), "namespace": .string(namespace), "labels": ["watched": "yes"]],
        ])
    }

    @Test("a watcher keeps its store as the server has the objects")
    func watch() async throws {
        try await ClusterNamespace.run { api, namespace in
            _ = try await api.create(secret(namespace, "a"))
            let store = ResourceStore(kind: .secret)
            let watcher = ResourceWatcher(
                api: api,
                scope: ObjectScope(.secret, namespace: namespace, labelSelector: "watched=yes"),
                store: store,
                metrics: WatchMetrics(registry: MetricsRegistry()),
                logger: Self.logger
            )
            try await run(watcher) {
                #expect(await store.awaitSync(within: .seconds(60)))
                let listed = try #require(store.get(namespace: namespace, name: "a"))
                #expect(listed.kind == "Secret" && listed.json["metadata"]?["managedFields"] == nil)
                _ = try await api.create(secret(namespace, "b"))
                try await eventually { store.get(namespace: namespace, name: "b")?.kind == "Secret" }
                let reference = ObjectReference(.secret, namespace: namespace, name: "a")
                _ = try await api.delete(reference, uid: nil, resourceVersion: nil)
                try await eventually { store.all.map(\.name) == ["b"] }
            }
        }
    }

    @Test("a lease goes from a process that ends to the next one")
    func election() async throws {
        try await ClusterNamespace.run { api, namespace in
            let lease = ObjectReference(.lease, namespace: namespace, name: "operator")
            func candidate(_ name: String) throws -> LeaderElector {
                LeaderElector(
                    api: try api.separate(),
                    lease: lease,
                    identity: name,
                    registry: MetricsRegistry(),
                    logger: Self.logger
                )
            }
            let (first, second) = (try candidate("first"), try candidate("second"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                try await run(first) {
                    try await eventually { first.mayWrite }
                    group.addTask {
                        try await run(second) { try await eventually { second.mayWrite } }
                    }
                    try await eventually { second.leader == "first" }
                    #expect(!second.mayWrite)
                }
                #expect(!first.mayWrite)
                try await group.waitForAll()
            }
            let spec = try await api.get(lease)?.json["spec"]
            #expect(spec?["holderIdentity"]?.stringValue ?? "" == "")
            #expect(spec?["leaseTransitions"] == 1)
        }
    }

    @Test("the server takes events, their series, and a new note as a new event")
    func events() async throws {
        try await ClusterNamespace.run { api, namespace in
            let object = try await api.create(secret(namespace, "a"))
            let time = ManualClock()
            let recorder = EventRecorder(
                api: api,
                controller: "kustosink.dev/operator",
                instance: "test",
                registry: MetricsRegistry(),
                clock: time.clock,
                logger: Self.logger
            )
            func listed() async throws -> [KubernetesObject] {
                try await api.list(ObjectScope(.event, namespace: namespace), continuing: nil).objects
            }
            func record(_ note: String) {
                recorder.record(type: .warning, reason: "Why", action: "Act", note: note, regarding: object)
            }
            try await run(recorder) {
                record("one")
                try await eventually { try await listed().count == 1 }
                record("one")
                try await eventually { try await listed().first?.json["series"]?["count"] == 2 }
                time.advance(by: .seconds(20))
                record(String(repeating: "ü", count: 600))
                try await eventually { try await listed().count == 2 }
            }
            let notes = try await listed().compactMap { $0.json["note"]?.stringValue?.utf8.count }
            #expect(notes.sorted() == [3, 1023])
        }
    }
}
