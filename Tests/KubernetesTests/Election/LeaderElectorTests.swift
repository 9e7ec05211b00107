import Daemon
import JSON
import Logging
import Metrics
import ScriptedAPI
import Synchronization
import Testing

@testable import Kubernetes

@Suite("Candidates for the lease", .timeLimit(.minutes(10)))
struct LeaderElectorTests {
    private static let lease = ObjectReference(.lease, namespace: "n", name: "operator")

    /// A candidate with a clock, a stop and a view of the API of its own.
    private final class Candidate: Sendable {
        let time = ManualClock()
        let shutdown = GracefulShutdown()
        let registry = MetricsRegistry()
        let changes = Mutex<[LeaderElector.Change]>([])
        let failure = Mutex<LeaderElectionError?>(nil)
        let elector: LeaderElector

        init(_ name: String, _ api: any KubernetesAPI) {
            elector = LeaderElector(
                api: api,
                lease: LeaderElectorTests.lease,
                identity: name,
                registry: registry,
                clock: time.clock,
                logger: Logger(label: "test", sink: MemoryLogSink())
            )
            elector.onChange { [self] change in changes.withLock { $0.append(change) } }
        }

        func run() async {
            await GracefulShutdown.$current.withValue(shutdown) {
                do { try await elector.run() } catch {
                    failure.withLock { $0 = error as? LeaderElectionError }
                }
            }
        }

        var told: [LeaderElector.Change] { changes.withLock { $0 } }
    }

    /// Runs candidates while `body` runs; the first one leads.
    private func run(_ candidates: Candidate..., body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            do {
                for candidate in candidates {
                    group.addTask { await candidate.run() }
                    try await eventually("a leader") { candidates[0].elector.isLeader }
                }
                try await body()
            } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
        }
    }

    /// Moves a candidate's time on in steps, as it goes on in reality: its loop turns between them.
    private func go(_ candidate: Candidate, seconds: Int, _ check: () -> Void = {}) async throws {
        for _ in 0..<(seconds * 2) {
            try await eventually("a pause") { candidate.time.sleepers > 0 || candidate.failure.withLock { $0 } != nil }
            candidate.time.advance(by: .milliseconds(500))
            // Whoever was due pauses again: for less than a request may take, which is bounded by a sleep too.
            try await eventually("a turn") {
                if candidate.failure.withLock({ $0 }) != nil { return true }
                guard let wake = candidate.time.nextWake else { return false }
                return wake > candidate.time.now && wake - candidate.time.now < .seconds(5)
            }
            check()
        }
    }

    @Test("the first leads, the second follows, and takes over when the first gives back")
    func handOver() async throws {
        let api = MemoryAPI()
        let (leader, follower) = (Candidate("first", api), Candidate("second", api))
        try await run(leader, follower) {
            #expect(!follower.elector.mayWrite && leader.elector.mayWrite)
            try await eventually { follower.elector.leader == "first" }
            try await go(follower, seconds: 5)
            leader.shutdown.trigger()
            try await eventually { leader.told == [.acquired, .released] }
            #expect(!leader.elector.mayWrite)
            try await eventually { api.object(Self.lease)?.json["spec"]?["holderIdentity"] == "" }
            // One period with the whole jitter, not the lease's duration.
            try await go(follower, seconds: 5)
            try await eventually { follower.elector.mayWrite }
            #expect(api.object(Self.lease)?.json["spec"]?["leaseTransitions"] == 1)
            #expect(follower.registry.render().contains("leader_election_master_status{name=\"operator\"} 1"))
            #expect(leader.registry.render().contains("leader_election_master_status{name=\"operator\"} 0"))
        }
    }

    @Test("a process that was stopped may not write when it goes on, and another has taken over meanwhile")
    func stopped() async throws {
        let api = MemoryAPI()
        let leader = Candidate("leader", api)
        let follower = Candidate("follower", api)
        try await run(leader, follower) {
            try await eventually { follower.elector.leader == "leader" }
            // The leader is stopped: its loop does not turn, but its clock goes on, as the other's does.
            var held = 0
            let checkNoOverlap = {
                // At every moment, as far as each of them has come, at most one may write.
                if leader.elector.mayWrite && follower.elector.mayWrite { held += 1 }
            }
            var takenOverAfter: Int?
            for second in 1...40 where takenOverAfter == nil {
                try await go(follower, seconds: 1, checkNoOverlap)
                leader.time.skip(.seconds(1))
                if follower.elector.mayWrite { takenOverAfter = second }
                checkNoOverlap()
            }
            #expect(held == 0)
            let after = try #require(takenOverAfter)
            // The lease, and at most one period with the whole jitter.
            #expect((15...20).contains(after))
            // The leader goes on: the first thing it finds is that it may not write.
            #expect(!leader.elector.mayWrite)
            leader.time.advance(by: .zero)
            try await eventually { leader.failure.withLock { $0 } != nil }
            #expect(leader.told == [.acquired, .lost])
            #expect(leader.failure.withLock { $0 }?.code == .lost)
            #expect(follower.elector.mayWrite)
        }
    }

    @Test("a leader that the server does not answer stops writing before another may begin")
    func cutOff() async throws {
        let api = MemoryAPI()
        let cut = Gate()
        let (leader, follower) = (Candidate("leader", SwitchedAPI(api, cut)), Candidate("follower", api))
        try await run(leader, follower) {
            try await eventually { follower.elector.leader == "leader" }
            cut.open()
            var overlaps = 0
            for _ in 0..<40 where !follower.elector.mayWrite {
                if leader.failure.withLock({ $0 }) == nil { try await go(leader, seconds: 1) }
                try await go(follower, seconds: 1)
                if leader.elector.mayWrite && follower.elector.mayWrite { overlaps += 1 }
            }
            #expect(overlaps == 0 && follower.elector.mayWrite)
            let failure = try #require(leader.failure.withLock { $0 })
            #expect(failure.message == "the lease n/operator was not renewed within 10.0 seconds: connection refused")
        }
    }

    @Test("a renewal reads the Lease only when it was changed by somebody else")
    func slowPath() async throws {
        let api = MemoryAPI()
        let leader = Candidate("leader", api)
        let name = "leader_election_slowpath_total{name=\"operator\"}"
        try await run(leader) {
            try await go(leader, seconds: 20)
            #expect(leader.elector.mayWrite)
            #expect(leader.registry.render().contains("\(name) 0\n"))
            try api.set(["metadata", "labels"], to: ["a": "b"], of: Self.lease)
            try await go(leader, seconds: 3)
            try await eventually("a renewal by reading") { leader.registry.render().contains("\(name) 1\n") }
            #expect(leader.elector.mayWrite)
            #expect(api.object(Self.lease)?.labels == ["a": "b"])
        }
    }

    @Test("what newer servers keep in a Lease stays, and its times are microseconds")
    func unknownFields() async throws {
        let api = MemoryAPI()
        try api.put(
            KubernetesObject([
                "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
                "metadata": ["name": "operator", "namespace": "n"],
                "spec": ["preferredHolder": "x", "holderIdentity": "", "leaseTransitions": 4],
            ])
        )
        let leader = Candidate("leader", api)
        try await run(leader) {
            let spec = api.object(Self.lease)?.json["spec"]
            #expect(spec?["preferredHolder"] == "x" && spec?["leaseTransitions"] == 5)
            #expect(spec?["acquireTime"] == "2027-01-15T08:00:00.000000Z" && spec?["renewTime"] == spec?["acquireTime"])
        }
    }

    @Test("a lease is given back that has changed meanwhile and is still its own")
    func releaseAfterChange() async throws {
        let api = MemoryAPI()
        let leader = Candidate("leader", api)
        try await run(leader) {
            try api.set(["metadata", "labels"], to: ["a": "b"], of: Self.lease)
            await leader.elector.release()
            let lease = api.object(Self.lease)
            #expect(lease?.json["spec"]?["holderIdentity"] == "" && lease?.labels == ["a": "b"])
        }
    }

    @Test("a lease that is given back while the server is away ends by itself")
    func releaseFails() async throws {
        let api = MemoryAPI()
        let leader = Candidate("leader", api)
        try await run(leader) {
            api.fail(with: MemoryAPI.unreachableError, times: nil, kind: .lease)
            await leader.elector.release()
            #expect(!leader.elector.mayWrite && leader.told == [.acquired, .released])
            #expect(api.object(Self.lease)?.json["spec"]?["holderIdentity"] == "leader")
        }
    }
}

/// An API that is out of reach from when a gate opens.
private struct SwitchedAPI: KubernetesAPI {
    private let api: MemoryAPI
    private let cut: Gate

    init(_ api: MemoryAPI, _ cut: Gate) {
        self.api = api
        self.cut = cut
    }

    private var reachable: MemoryAPI {
        get throws(APIError) {
            if cut.isOpen { throw MemoryAPI.unreachableError }
            return api
        }
    }

    func get(_ reference: ObjectReference) async throws(APIError) -> KubernetesObject? {
        try await reachable.get(reference)
    }
    func list(_ scope: ObjectScope, continuing: String?) async throws(APIError) -> ObjectPage {
        try await reachable.list(scope, continuing: continuing)
    }
    func watch(
        _ scope: ObjectScope,
        from version: String,
        onEvent: @Sendable (WatchEvent) async throws(APIError) -> Void
    ) async throws(APIError) { try await reachable.watch(scope, from: version, onEvent: onEvent) }
    func apply(_ object: KubernetesObject, manager: String) async throws(APIError) -> KubernetesObject {
        try await reachable.apply(object, manager: manager)
    }
    func patch(
        _ reference: ObjectReference,
        subresource: String?,
        _ patch: ObjectPatch,
        manager: String
    ) async throws(APIError) -> KubernetesObject {
        try await reachable.patch(reference, subresource: subresource, patch, manager: manager)
    }
    func create(_ object: KubernetesObject) async throws(APIError) -> KubernetesObject {
        try await reachable.create(object)
    }
    func replace(_ object: KubernetesObject) async throws(APIError) -> KubernetesObject {
        try await reachable.replace(object)
    }
    func delete(_ reference: ObjectReference, uid: String?, resourceVersion: String?) async throws(APIError) -> Bool {
        try await reachable.delete(reference, uid: uid, resourceVersion: resourceVersion)
    }
    func read(path: String) async throws(APIError) -> JSONValue? { try await reachable.read(path: path) }
}
