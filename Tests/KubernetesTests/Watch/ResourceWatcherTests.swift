import JSON
import Kubernetes
import Logging
import Metrics
import ScriptedAPI
import Testing

@Suite("A watcher", .timeLimit(.minutes(10)))
struct ResourceWatcherTests {
    private static func object(_ name: String) -> KubernetesObject {
        KubernetesObject([
            "apiVersion": "v1", "kind": "Secret", "metadata": ["name": .string(name), "namespace": "n"],
        ])
    }

    @Test("lists page by page and then follows what changes")
    func follows() async throws {
        let api = MemoryAPI()
        api.pageSize = 2
        for name in ["a", "b", "c", "d", "e"] { try api.put(Self.object(name)) }
        try await WatcherFixture.run(api) { fixture in
            try await fixture.awaitNames("a", "b", "c", "d", "e")
            #expect(api.requests.filter { $0.verb == .list }.count == 3)
            #expect(await fixture.store.awaitSync(within: .seconds(1), clock: fixture.time.clock))
            try api.put(Self.object("f"))
            api.remove(WatcherFixture.reference("a"))
            try await fixture.awaitNames("b", "c", "d", "e", "f")
            try api.set(["data"], to: ["k": "v"], of: WatcherFixture.reference("f"))
            try await eventually { fixture.store.get(namespace: "n", name: "f")?.json["data"]?["k"] == "v" }
        }
    }

    @Test("holds nothing any more when the kind was taken out of the cluster, until it is back")
    func withdrawn() async throws {
        let api = MemoryAPI()
        try api.put(Self.object("a"))
        try await WatcherFixture.run(api) { fixture in
            try await fixture.awaitNames("a")
            try await eventually { api.watches == 1 }
            api.fail(with: APIError(.notFound, "no such kind", status: 404), times: nil, verb: .list)
            api.endWatches(.error(MemoryAPI.goneError))
            try await fixture.awaitNames()
            #expect(fixture.watcher.problem?.code == .notFound)
            api.clearFaults()
            try await fixture.passWait()
            try await fixture.awaitNames("a")
            #expect(fixture.watcher.problem == nil)
        }
    }

    @Test("says for how long it has had a problem without an end")
    func lastingProblem() async throws {
        let api = MemoryAPI()
        try await WatcherFixture.run(api) { fixture in
            try await eventually { api.watches == 1 }
            for verb in [MemoryRequest.Verb.list, .watch] {
                api.fail(with: MemoryAPI.forbiddenError, times: nil, verb: verb)
            }
            api.endWatches(.error(MemoryAPI.forbiddenError))
            try await eventually { fixture.watcher.problem?.code == .forbidden }
            let begin = fixture.time.now
            for _ in 0..<4 { try await fixture.passWait() }
            let lasted = fixture.time.now - begin
            #expect(fixture.watcher.problem(lastingFor: lasted) == nil)
            #expect(fixture.watcher.problem(lastingFor: lasted - .milliseconds(1))?.code == .forbidden)
        }
    }

    @Test("lists anew when it is asked to, and says when it has")
    func relists() async throws {
        let api = MemoryAPI()
        try api.put(Self.object("a"))
        try await WatcherFixture.run(api) { fixture in
            try await eventually { api.watches == 1 }
            fixture.time.advance(by: .milliseconds(1))
            let gate = Gate()
            api.add(MemoryFault(.hold(gate)) { $0.verb == .list })
            let asked = fixture.watcher.relist()
            await gate.awaitArrivals()
            #expect(!fixture.watcher.isListed(since: asked))
            gate.open()
            try await eventually { fixture.watcher.isListed(since: asked) }
            try await eventually { api.watches == 1 }
            #expect(fixture.names == ["a"])
        }
    }

    @Test("keeps only what its selectors mean, also when an object leaves them and comes back")
    func selectors() async throws {
        let api = MemoryAPI()
        try api.put(Self.object("a"))
        let scope = ObjectScope(.secret, labelSelector: "app=x", fieldSelector: "metadata.namespace=n")
        try await WatcherFixture.run(api, scope: scope) { fixture in
            try await eventually { fixture.store.isSynced }
            try api.set(["metadata", "labels"], to: ["app": "x"], of: WatcherFixture.reference("a"))
            try await fixture.awaitNames("a")
            for _ in 0..<2 {
                try api.set(["metadata", "labels"], to: ["app": "y"], of: WatcherFixture.reference("a"))
                try await fixture.awaitNames()
                try api.set(["metadata", "labels"], to: ["app": "x"], of: WatcherFixture.reference("a"))
                try await fixture.awaitNames("a")
            }
        }
    }

    @Test(
        "lists anew after 410, as a status and as an event, and misses no deletion",
        arguments: [MemoryAPI.WatchEnding.event(MemoryAPI.goneError), .error(MemoryAPI.goneError)]
    )
    func expired(ending: MemoryAPI.WatchEnding) async throws {
        let api = MemoryAPI()
        for name in ["a", "b"] { try api.put(Self.object(name)) }
        try await WatcherFixture.run(api) { fixture in
            try await fixture.awaitNames("a", "b")
            try await eventually { api.watches == 1 }
            let gate = Gate()
            api.add(MemoryFault(.hold(gate)) { $0.verb == .list })
            api.endWatches(ending)
            await gate.awaitArrivals()
            // Nobody watches while this happens.
            api.remove(WatcherFixture.reference("a"))
            gate.open()
            try await fixture.awaitNames("b")
            #expect(fixture.restarts("expired") == 1)
        }
    }

    @Test("goes on from where a bookmark says, after the history before it is gone")
    func bookmark() async throws {
        let api = MemoryAPI(serving: [])
        try api.put(Self.object("a"))
        try await WatcherFixture.run(api) { fixture in
            try await fixture.awaitNames("a")
            try await eventually { api.watches == 1 }
            // What happens to other kinds moves the versions on without an event.
            try api.put(
                KubernetesObject(["apiVersion": "v1", "kind": "Pod", "metadata": ["name": "p", "namespace": "n"]])
            )
            api.expireHistory()
            api.sendBookmarks()
            api.endWatches()
            try await eventually { api.requests.filter { $0.verb == .watch }.count == 2 }
            try api.put(Self.object("b"))
            try await fixture.awaitNames("a", "b")
            #expect(api.requests.filter { $0.verb == .list }.count == 1)
            #expect(fixture.restarts("ended") == 1)
        }
    }

    @Test("gives up a watch that says nothing for longer than one lasts, and is not taken for hanging")
    func stall() async throws {
        let api = MemoryAPI()
        try await WatcherFixture.run(api) { fixture in
            try await eventually { api.watches == 1 }
            fixture.time.advance(by: .seconds(310))
            try await fixture.passWait()
            try await eventually { api.requests.filter { $0.verb == .watch }.count == 2 }
            #expect(fixture.restarts("stalled") == 1)
            #expect(api.requests.filter { $0.verb == .list }.count == 1)
            #expect(fixture.metrics.stalled == [])
        }
    }

    @Test("shows a watch that hangs, so that liveness can end the process")
    func hang() async throws {
        let api = HangingAPI()
        defer { api.gate.open() }
        try await WatcherFixture.run(api) { fixture in
            await api.gate.awaitArrivals()
            // A client that ignores its cancellation keeps the watcher from going on.
            fixture.time.advance(by: .seconds(620))
            #expect(fixture.metrics.stalled == [])
            fixture.time.advance(by: .seconds(1))
            #expect(fixture.metrics.stalled == ["the watch of secrets in n hangs for 621 s"])
            api.gate.open()
            try await eventually { fixture.metrics.stalled.isEmpty }
        }
    }

    @Test("waits and begins anew while the server cannot be reached, and says why")
    func unreachable() async throws {
        let api = MemoryAPI()
        try api.put(Self.object("a"))
        api.fail(with: MemoryAPI.unreachableError, times: 3, verb: .list)
        try await WatcherFixture.run(api) { fixture in
            var waits: [Duration] = []
            for _ in 0..<3 { waits.append(try await fixture.passWait()) }
            #expect(waits == [.milliseconds(1200), .milliseconds(2400), .milliseconds(4800)])
            try await fixture.awaitNames("a")
            #expect(fixture.watcher.problem == nil)
            #expect(fixture.restarts("unreachable") == 3)
            #expect(fixture.logs.entries.filter { $0.message == "list failed" }.count == 3)
        }
    }

    @Test("reports a missing permission, and asks again half a minute later")
    func forbidden() async throws {
        let api = MemoryAPI()
        api.fail(with: MemoryAPI.forbiddenError, verb: .list)
        try await WatcherFixture.run(api) { fixture in
            try await eventually { fixture.watcher.problem?.code == .forbidden }
            #expect(try await fixture.passWait() == .seconds(30))
            try await eventually { fixture.store.isSynced }
            #expect(fixture.logs.entries.contains { $0.level == .warning && $0.metadata["error"] == "forbidden" })
        }
    }

    @Test("says when the server last spoke, and forgets that when it ends")
    func metrics() async throws {
        let api = MemoryAPI()
        let name = "kusto_sink_operator_watch_last_event_timestamp_seconds{resource=\"secrets\"}"
        var registry: @Sendable () -> String = { "" }
        try await WatcherFixture.run(api) { fixture in
            registry = { fixture.registry.render() }
            try await eventually { api.watches == 1 }
            fixture.time.advance(by: .seconds(60))
            try api.put(Self.object("a"))
            try await fixture.awaitNames("a")
            #expect(fixture.registry.render().contains("\(name) 1800000060\n"))
        }
        #expect(!registry().contains(name))
    }
}

/// An API whose calls hang, whatever becomes of their task.
private struct HangingAPI: KubernetesAPI {
    let gate = Gate()

    private func hang() async -> APIError {
        // A task of its own is not cancelled with the one that waits for it.
        await Task { [gate] in await gate.pass() }.value
        return APIError(.unreachable, "no answer")
    }

    func get(_: ObjectReference) async throws(APIError) -> KubernetesObject? { throw await hang() }
    func list(_: ObjectScope, continuing: String?) async throws(APIError) -> ObjectPage { throw await hang() }
    func watch(
        _: ObjectScope,
        from: String,
        onEvent: @Sendable (WatchEvent) async throws(APIError) -> Void
    ) async throws(APIError) { throw await hang() }
    func apply(_: KubernetesObject, manager: String) async throws(APIError) -> KubernetesObject { throw await hang() }
    func patch(
        _: ObjectReference,
        subresource: String?,
        _: ObjectPatch,
        manager: String
    ) async throws(APIError) -> KubernetesObject { throw await hang() }
    func create(_: KubernetesObject) async throws(APIError) -> KubernetesObject { throw await hang() }
    func replace(_: KubernetesObject) async throws(APIError) -> KubernetesObject { throw await hang() }
    func delete(_: ObjectReference, uid: String?, resourceVersion: String?) async throws(APIError) -> Bool {
        throw await hang()
    }
    func read(path: String) async throws(APIError) -> JSONValue? { throw await hang() }
}
