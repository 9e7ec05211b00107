import Daemon
import HTTP
import JSON
import Kubernetes
import Logging
import Metrics
import ScriptedAPI
import Synchronization
import Testing

@testable import Operator

/// The whole operator, its watches and its election, over an API in memory.
@Suite("The operator put together", .timeLimit(.minutes(10)))
struct OperatorAssemblyTests {
    private final class Health: OperatorHealth {
        private let reasons = Mutex<[String: String]>(["caches": "nobody has said anything"])

        var isReady: Bool { reasons.withLock { $0.isEmpty } }
        var reason: String { reasons.withLock { $0.values.joined() } }

        func beat(_ part: String) {}
        func wait(for part: String, because reason: String) { reasons.withLock { $0[part] = reason } }
        func isReady(_ part: String) { reasons.withLock { $0[part] = nil } }
    }

    private let harness = ReconcileHarness()
    private let lease = ObjectReference(.lease, namespace: "operators", name: "kusto-sink-operator")

    private func makeGroup(
        _ process: String,
        namespaces: [String] = [],
        leaseName: String? = nil,
        health: Health = Health(),
        clock: KubernetesClock = .system,
        log: MemoryLogSink = MemoryLogSink()
    ) -> ServiceGroup {
        let logger = Logger(label: "test", level: .warning, sink: log)
        var settings = OperatorSettings(workers: WorkerSettings(image: "worker:1"), version: "1")
        settings.namespaces = namespaces
        if let leaseName { settings.leaseName = leaseName }
        // On a busy machine a test may wait long for its turn, which is no reason to lose the lease.
        settings.leaseTiming = LeaseTiming(
            leaseDuration: .seconds(900),
            renewDeadline: .seconds(800),
            retryPeriod: .milliseconds(200)
        )
        let assembly = OperatorAssembly(
            settings,
            api: harness.api,
            leases: harness.api,
            leaseNamespace: lease.namespace,
            process: process,
            probes: { _ throws(HTTPError) in HTTPResponse(status: 503, headers: [], body: []) },
            registry: MetricsRegistry(),
            health: health,
            clock: clock,
            logger: logger
        )
        return ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: assembly.services,
                handlesSignals: false
            ),
            logger: logger
        )
    }

    @Test("turns a sink into its objects, and follows its Secret, its spec and its objects")
    func follows() async throws {
        try harness.put("replicas: 2")
        let health = Health()
        let group = makeGroup("one", health: health)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await eventually("the missing Secret is told") {
                harness.condition(.secretsResolved)?["status"] == "False"
            }
            #expect(health.isReady)
            try harness.putSecret("first")
            try await eventually("the Deployment is there") { harness.worker?.replicas == 2 }
            let hash = {
                harness.worker?.json["spec"]?["template"]?["metadata"]?["annotations"]?[SinkMarks.credentialsAnnotation]
            }
            let before = hash()
            try harness.putSecret("second")
            try await eventually("the Secret's new content rolls the workers") { hash() != before }
            try harness.put("replicas: 3")
            try await eventually("the spec's number of workers is there") { harness.worker?.replicas == 3 }
            try harness.api.set(["spec", "replicas"], to: 9, of: ReconcileHarness.deployment)
            try await eventually("an edit is put right") { harness.worker?.replicas == 3 }
            harness.api.remove(ReconcileHarness.deployment)
            try await eventually("what is deleted comes again") { harness.worker?.replicas == 3 }
            try await eventually("events are written") { !harness.api.objects(.event).isEmpty }
            group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        #expect(
            harness.api.object(lease)?.json["spec"]?["holderIdentity"]?.stringValue ?? "" == "",
            "the lease is given back"
        )
    }

    @Test("is quiet when nothing happens: what it wrote itself leads to no second write")
    func quiet() async throws {
        try harness.prepare("replicas: 2")
        let group = makeGroup("one")
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await eventually("the sink is told about") {
                harness.condition(.workersAvailable)?["status"] == "False"
            }
            let before = harness.api.objects(.deployment).map(\.resourceVersion)
            try harness.api.set(["metadata", "annotations", "other.example/note"], to: "x", of: ReconcileHarness.sink)
            try harness.put("replicas: 4")
            try await eventually("the change is made") { harness.worker?.replicas == 4 }
            #expect(before != harness.api.objects(.deployment).map(\.resourceVersion))
            group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        let applies = harness.api.writes.filter { $0.request.verb == .apply }
        #expect(applies.count { $0.outcome == .unchanged } <= 1, "\(applies.map(\.outcome))")
    }

    @Test("writes in one process only, and the next one takes over")
    func handOver() async throws {
        try harness.prepare()
        let healths = [Health(), Health()]
        let groups = [makeGroup("one", health: healths[0]), makeGroup("two", health: healths[1])]
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await groups[0].run() }
            try await eventually("the first leads") { harness.worker != nil }
            tasks.addTask { try await groups[1].run() }
            try await eventually("the second has its caches filled") { healths[1].isReady }
            let holder = harness.api.object(lease)?.json["spec"]?["holderIdentity"]?.stringValue
            #expect(holder?.hasPrefix("one_") == true)
            groups[0].triggerGracefulShutdown()
            try await eventually("the second leads") {
                harness.api.object(lease)?.json["spec"]?["holderIdentity"]?.stringValue?.hasPrefix("two_") == true
            }
            try harness.put("replicas: 3")
            try await eventually("the second works") { harness.worker?.replicas == 3 }
            groups[1].triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    @Test("works beside another one whose lease has another name")
    func twoLeases() async throws {
        try harness.prepare()
        let groups = [makeGroup("one"), makeGroup("two", leaseName: "team-b")]
        let other = ObjectReference(.lease, namespace: "operators", name: "team-b")
        func holder(_ lease: ObjectReference) -> String {
            harness.api.object(lease)?.json["spec"]?["holderIdentity"]?.stringValue ?? ""
        }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for group in groups { tasks.addTask { try await group.run() } }
            try await eventually("each leads by its own lease") {
                holder(lease).hasPrefix("one_") && holder(other).hasPrefix("two_")
            }
            for group in groups { group.triggerGracefulShutdown() }
            try await tasks.waitForAll()
        }
    }

    @Test("works in the namespaces that it may read, and says which it may not", arguments: ["closed", "zzz-closed"])
    func closedNamespace(closed: String) async throws {
        try harness.prepare("replicas: 2")
        harness.api.add(
            MemoryFault(.fail(MemoryAPI.forbiddenError), times: nil) { $0.verb == .list && $0.namespace == closed }
        )
        let health = Health()
        let time = harness.time
        let log = MemoryLogSink()
        let group = makeGroup(
            "one",
            namespaces: [closed, "data"].sorted(),
            health: health,
            clock: time.clock,
            log: log
        )
        func told() -> [String] { log.entries.map(\.message).filter { $0.contains("namespace \(closed): forbidden") } }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await eventually("the sink of the other namespace has its workers") {
                if harness.worker == nil { time.advance(by: .milliseconds(500)) }
                return harness.worker?.replicas == 2
            }
            // One namespace that does not let us in is no reason to take another operator.
            try await eventually("it is ready, and the log says what it may not") {
                if told().isEmpty || !health.isReady { time.advance(by: .milliseconds(500)) }
                return health.isReady && !told().isEmpty
            }
            // Once the namespace lets us in, its sinks are looked after, too.
            try harness.api.put(
                KubernetesObject(
                    try #require(harness.api.object(ReconcileHarness.sink)).json
                        .setting(["name": "other", "namespace": .string(closed)], at: ["metadata"]).removing(["status"])
                )
            )
            harness.api.clearFaults()
            let other = ObjectReference(KustoSink.kind, namespace: closed, name: "other")
            try await eventually("the sink there is looked at") {
                if harness.api.object(other)?.json["status"] == nil { time.advance(by: .milliseconds(500)) }
                return harness.api.object(other)?.json["status"] != nil
            }
            group.triggerGracefulShutdown()
            tasks.addTask {
                while !Task.isCancelled {
                    time.advance(by: .seconds(1))
                    try? await Task.sleep(for: .milliseconds(10))
                }
            }
            try await tasks.next()
            tasks.cancelAll()
        }
    }

    @Test("gives up with what the server says when it is not let in for half a minute")
    func refused() async throws {
        let time = ManualClock()
        let check = StartupCheck(
            clock: time.clock,
            logger: Logger(label: "test", level: .error, sink: MemoryLogSink())
        ) { () throws(APIError) in throw MemoryAPI.forbiddenError }
        let error = try await withThrowingTaskGroup(of: ExitError?.self) { tasks in
            tasks.addTask {
                do {
                    try await check.run(GracefulShutdown())
                    return nil
                } catch {
                    return error as? ExitError
                }
            }
            for _ in 0..<30 {
                try await eventually("it waits") { time.sleepers > 0 }
                time.advanceToNextWake()
            }
            return try await tasks.next() ?? nil
        }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("forbidden") == true)
    }
}
