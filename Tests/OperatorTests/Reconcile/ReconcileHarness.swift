import JSON
import Kubernetes
import Logging
import Metrics
import ScriptedAPI
import Synchronization
import Testing
import YAML

@testable import Operator

/// A reconciler over an API in memory, whose caches are always current, with fakes for what is outside the cluster.
final class ReconcileHarness: Sendable {
    static let key = SinkKey(namespace: "data", name: "telemetry")
    static let sink = ObjectReference(KustoSink.kind, namespace: "data", name: "telemetry")
    static let deployment = ObjectReference(.deployment, namespace: "data", name: "telemetry-worker")
    static let secret = ObjectReference(.secret, namespace: "data", name: "adx")

    let api: MemoryAPI
    let time: ManualClock
    let lag = FakeLag()
    let groups = FakeGroups()
    let registry = MetricsRegistry()
    let events = Mutex<[SinkEvent]>([])
    let mayWrite = Mutex(true)
    let kinds = Mutex<Set<ResourceKind>>([])

    /// An empty cluster, in which time stands still until a test moves it.
    init() {
        time = ManualClock()
        api = MemoryAPI(serving: [KustoSink.kind, .replicaSet], clock: time.clock)
    }

    /// The metrics as they are scraped.
    var metrics: String { registry.render() }

    /// Takes the right to write away.
    func loseLease() { mayWrite.withLock { $0 = false } }

    /// What events said so far.
    var told: [SinkEvent.Reason] { events.withLock { $0.map(\.reason) } }

    /// A reconciler that remembers nothing, as a new process has it.
    /// - Parameters:
    ///   - cache: What watches have brought; what the API has at the moment, unless said otherwise.
    ///   - discovery: Knows which kinds there are; without one those of ``kinds`` are there.
    func start(_ cache: (any ClusterCache)? = nil, discovery: APIDiscovery? = nil) -> SinkReconciler {
        var tools = SinkTools(
            settings: WorkerSettings(image: "registry.example/kusto-sink-worker:0.1.0"),
            record: { [self] event, _ in events.withLock { $0.append(event) } },
            hasKind: { [self] kind in
                guard let discovery else { return kinds.withLock { $0.contains(kind) } }
                return await discovery.has(kind)
            },
            lag: lag,
            scalingMetrics: ScalingMetrics(registry: registry),
            groups: groups,
            workers: SilentWorkers()
        )
        tools.missedKind = { discovery?.forget($0) }
        return SinkReconciler(
            api: FencedAPI(api, by: WriteFence { [self] in mayWrite.withLock { $0 } ? .seconds(10) : nil }),
            cache: cache ?? MirrorCache(api: api),
            tools: tools,
            registry: registry,
            clock: time.clock,
            logger: Logger(label: "test", level: .trace, sink: MemoryLogSink())
        )
    }

    /// Puts the sample sink and the Secret that it names into the cluster.
    func prepare(_ spec: String = "") throws {
        try putSecret("first")
        try put(spec)
    }

    /// Makes the sink's spec the sample one with more lines, each `member: value`.
    func put(_ more: String = "") throws {
        let yaml = """
            apiVersion: kustosink.dev/v1alpha1
            kind: KustoSink
            metadata: {name: telemetry, namespace: data}
            spec:
              kafka: {bootstrapServers: ["broker-1:9092"]}
              kusto:
                ingestionUrl: https://ingest-c.westeurope.kusto.windows.net
                auth:
                  strategy: application
                  tenantId: {value: contoso.example}
                  clientId: {value: 2c9c3a0e-0000-4000-8000-5d2c9f0b0a11}
                  clientSecret: {secretKeyRef: {name: adx, key: secret}}
              topics:
              - {topic: orders, database: shop, table: Orders}
            """ + more.split(separator: "\n").map { "\n  \($0)" }.joined()
        let object = KubernetesObject(try JSONValue(parsingYAML: yaml))
        guard let live = api.object(Self.sink) else {
            try api.put(object)
            return
        }
        let spec = object.json["spec"]
        guard live.json["spec"] != spec else { return }
        try api.set(["spec"], to: spec, of: Self.sink)
    }

    func putSecret(_ value: String) throws {
        let json: JSONValue = [
            "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "adx", "namespace": "data"],
            "data": ["secret": .string(value), "unused": "x"],
        ]
        try api.put(KubernetesObject(json))
    }

    /// Looks at the sink until nothing is written any more, as the queue would; minutes pass between.
    @discardableResult
    func settle(_ reconciler: SinkReconciler) async -> ReconcileOutcome {
        var outcome = ReconcileOutcome.settled(lookAgain: nil)
        for _ in 0..<20 {
            let before = api.writes.count
            outcome = await reconciler.reconcile(Self.key)
            if api.writes.count == before || api.hasCrashed { break }
            time.advance(by: .seconds(60))
        }
        return outcome
    }

    var status: JSONValue? { api.object(Self.sink)?.json["status"] }

    func condition(_ kind: Condition.Kind) -> JSONValue? { status?.condition(kind) }

    var worker: KubernetesObject? { api.object(Self.deployment) }

    var configurations: [String] {
        api.objects(.configMap).map(\.name).filter { $0.hasPrefix("telemetry-config-") }
    }

    /// Plays the Deployment's controller: all workers are there and ready.
    func rollOut() throws {
        let live = try #require(worker)
        let count = JSONValue.integer(Int64(live.replicas))
        try api.set(
            ["status"],
            to: [
                "observedGeneration": .integer(Int64(live.generation)), "replicas": count, "updatedReplicas": count,
                "readyReplicas": count, "availableReplicas": count,
            ],
            of: Self.deployment
        )
    }

    /// What differs from another harness's cluster, in few words.
    func differences(from other: ReconcileHarness) -> [String] {
        let (ours, theirs) = (state, other.state)
        return Set(ours.keys).union(theirs.keys).sorted().filter { ours[$0] != theirs[$0] }
            .map { "\($0): \(ours[$0] ?? "absent") instead of \(theirs[$0] ?? "absent")" }
    }

    private static func sorted(_ json: JSONValue) -> JSONValue {
        switch json {
        case .object(let members):
            .object(JSONObject(members.sorted { $0.key < $1.key }.map { ($0.key, sorted($0.value)) }))
        case .array(let elements): .array(elements.map(sorted))
        default: json
        }
    }

    /// What was written, in few words.
    var writes: [String] {
        api.writes.map { write in
            let request = write.request
            let part = request.subresource.map { "/\($0)" } ?? ""
            return "\(request.verb) \(request.kind?.kind ?? "") \(request.name)\(part)"
        }
    }

    /// Everything in the cluster that a reconciliation answers for, without what depends on the moment.
    var state: [String: String] {
        var state: [String: String] = [:]
        for kind in ResourceKind.ownedKinds + [KustoSink.kind] {
            for object in api.objects(kind) {
                let reference = ObjectReference(kind, namespace: object.namespace, name: object.name)
                var json = object.json
                for name in ["resourceVersion", "uid", "creationTimestamp", "generation", "managedFields"] {
                    json = json.removing(["metadata", name])
                }
                if let conditions = json["status"]?["conditions"]?.arrayValue {
                    let timeless = conditions.map { $0.removing(["lastTransitionTime"]) }
                    json = json.setting(.array(timeless), at: ["status", "conditions"])
                }
                let owners = [SinkMarks.childrenManager, SinkMarks.scalerManager, SinkMarks.statusManager].map {
                    JSONValue.array(api.ownedFields(reference, by: $0).sorted().map { .string($0) })
                }
                state["\(reference)"] = JSONValue.array([Self.sorted(json)] + owners).text
            }
        }
        return state
    }
}

/// Reads the API in memory directly, as caches would that are always current.
struct MirrorCache: ClusterCache {
    let api: MemoryAPI

    func get(_ reference: ObjectReference) -> KubernetesObject? {
        guard keeps(reference.kind), let object = api.object(reference) else { return nil }
        guard reference.kind == KustoSink.kind || object.labels[ChildLabels.managedBy] == ChildLabels.manager else {
            return nil
        }
        return ClusterView.kept(object, reference.kind)
    }

    func labelled(_ key: SinkKey, _ kind: ResourceKind) -> [KubernetesObject] {
        api.objects(kind, in: key.namespace)
            .filter { $0.labels[ChildLabels.sink] == ChildNames(key.name).label }
            .map { ClusterView.kept($0, kind) }
    }

    func keeps(_ kind: ResourceKind) -> Bool { kind != .podMonitor }

    func follow(_ secrets: Set<String>, for key: SinkKey) {}

    func secret(namespace: String, name: String) -> SecretKnowledge {
        let secret = api.object(ObjectReference(.secret, namespace: namespace, name: name))
        return secret.map { .present(SecretDigests.keys(of: SecretDigests.reduced($0))) } ?? .absent
    }
}

/// Lag as the test says.
final class FakeLag: LagSource {
    private struct State {
        var followed: [SinkKey: LagConnection] = [:]
        var reading: (time: ContinuousClock.Instant, outcome: Result<GroupLag, LagError>)?
    }

    private let state = Mutex(State())

    var followed: [SinkKey: LagConnection] { state.withLock { $0.followed } }

    /// Gives what is read from now on.
    func read(_ outcome: Result<GroupLag, LagError>, at time: ContinuousClock.Instant) {
        state.withLock { $0.reading = (time, outcome) }
    }

    func follow(_ key: SinkKey, _ connection: LagConnection) { state.withLock { $0.followed[key] = connection } }

    func forget(_ key: SinkKey) { state.withLock { $0.followed[key] = nil } }

    func latest(_ key: SinkKey) -> (time: ContinuousClock.Instant, outcome: Result<GroupLag, LagError>)? {
        state.withLock { $0.reading }
    }
}

/// Deletes groups as the test says.
final class FakeGroups: GroupDeleting {
    private let state = Mutex<(deleted: [String], problem: String?, tries: Int)>(([], nil, 0))

    /// How often a deletion was asked for.
    var tries: Int { state.withLock { $0.tries } }

    var deleted: [String] { state.withLock { $0.deleted } }

    func refuse(_ problem: String?) { state.withLock { $0.problem = problem } }

    func deleteGroup(_ connection: LagConnection, deadline: Duration) async throws(LagError) {
        let problem = state.withLock { state in
            state.tries += 1
            if state.problem == nil { state.deleted.append(connection.group) }
            return state.problem
        }
        if let problem { throw LagError(problem) }
    }
}

/// Workers that say nothing.
struct SilentWorkers: WorkerAsking {
    func observe(_ sink: SinkKey, pods: [KubernetesObject], asksForMetrics: Bool) {}
    func readings(_ sink: SinkKey) -> [String: WorkerReading] { [:] }
    func isThrottled(_ sink: SinkKey) -> Bool? { nil }
    func forget(_ sink: SinkKey) {}
}
