import Daemon
import JSON
import Logging
import Metrics
import ScriptedAPI
import Synchronization
import Testing

@testable import Kubernetes

/// A watcher of Secrets that runs, with a clock that only the test moves.
struct WatcherFixture: Sendable {
    let store = ResourceStore(kind: .secret)
    let time = ManualClock()
    let registry = MetricsRegistry()
    let metrics: WatchMetrics
    let watcher: ResourceWatcher
    let logs = MemoryLogSink()
    let shutdown = GracefulShutdown()

    private init(_ api: any KubernetesAPI, scope: ObjectScope) {
        metrics = WatchMetrics(registry: registry, clock: time.clock)
        watcher = ResourceWatcher(
            api: api,
            scope: scope,
            store: store,
            metrics: metrics,
            logger: Logger(label: "test", sink: logs),
            clock: time.clock
        )
    }

    /// Runs a watcher while `body` runs.
    static func run(
        _ api: any KubernetesAPI,
        scope: ObjectScope = ObjectScope(.secret, namespace: "n"),
        _ body: (WatcherFixture) async throws -> Void
    ) async throws {
        let fixture = WatcherFixture(api, scope: scope)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await GracefulShutdown.$current.withValue(fixture.shutdown) { try await fixture.watcher.run() }
            }
            do { try await body(fixture) } catch {
                group.cancelAll()
                throw error
            }
            fixture.shutdown.trigger()
            try await group.next()
        }
    }

    /// The names in the store.
    var names: [String] { store.all.map(\.name).sorted() }

    /// Waits until the store holds these names.
    func awaitNames(_ names: String...) async throws {
        try await eventually("the names \(names), now \(self.names)") { self.names == names }
    }

    /// Moves the time over the wait after a failure, when it has begun; returns how long it was.
    @discardableResult
    func passWait() async throws -> Duration {
        // What bounds requests sleeps for longer than any wait.
        try await eventually("a wait") { time.nextWake.map { $0 - time.now <= .seconds(61) } ?? false }
        let wait = (time.nextWake ?? .zero) - time.now
        time.advance(by: wait)
        return wait
    }

    /// How often a watch was begun anew for a reason.
    func restarts(_ reason: String) -> Int {
        let line = "kusto_sink_operator_watch_restarts_total{reason=\"\(reason)\",resource=\"secrets\"} "
        let text = registry.render().split(separator: "\n").first { $0.hasPrefix(line) }
        return text.flatMap { Int($0.dropFirst(line.count)) } ?? 0
    }

    /// A Secret as a list or a watch brings it.
    static func secret(_ name: String, _ version: Int, data: String = "") -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Secret",
            "metadata": [
                "name": .string(name), "namespace": "n", "uid": .string("uid-\(name)"),
                "resourceVersion": .string(String(version)),
            ],
            "data": ["key": .string(data)],
        ]
    }

    static func reference(_ name: String) -> ObjectReference { ObjectReference(.secret, namespace: "n", name: name) }
}
