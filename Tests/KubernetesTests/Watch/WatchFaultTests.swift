import JSON
import Logging
import Metrics
import ScriptedAPI
import Testing

@testable import Kubernetes

/// What servers and networks do to a watch, over real connections.
@Suite("A watch over the network", .timeLimit(.minutes(10)))
struct WatchFaultTests {
    private static let path = "/api/v1/namespaces/n/secrets"

    /// Runs a watcher of a scripted server, whose list is the Secret `a` of version 10.
    private func run(
        listsA: Bool = true,
        login: ClusterAccess.Login = .none,
        _ body: (ScriptedAPIServer, WatcherFixture) async throws -> Void,
        script: (ScriptedAPIServer) -> Void
    ) async throws {
        try await ScriptedAPIServer.run { server in
            if listsA {
                server.on(
                    "GET",
                    Self.path,
                    query: ["limit": "20"],
                    .list([WatcherFixture.secret("a", 10)], version: "10")
                )
            }
            script(server)
            let client = try APIClient(
                access: ClusterAccess(server: server.url, namespace: "n", origin: "the test", login: login),
                userAgent: "test",
                registry: MetricsRegistry(),
                logger: Logger(label: "test", sink: MemoryLogSink()),
                // The server takes its turn among many tests, and a second request would be one too many.
                clock: .system,
                timeout: .seconds(500),
                silence: .seconds(500)
            )
            try await WatcherFixture.run(client) { fixture in try await body(server, fixture) }
            #expect(server.unexpected.filter { $0.query["watch"] == nil } == [])
        }
    }

    private func on(_ server: ScriptedAPIServer, version: String, _ answers: ScriptedAnswer...) {
        for answer in answers {
            server.on("GET", Self.path, query: ["watch": "1", "resourceVersion": version], answer)
        }
    }

    private func event(_ type: String, _ name: String, _ version: Int) -> String {
        JSONValue.object(["type": .string(type), "object": WatcherFixture.secret(name, version)]).text
    }

    @Test("reads events whose lines are split between chunks, and several in one chunk")
    func splitLines() async throws {
        let watch = ScriptedWatch()
        try await run { _, fixture in
            let line = Array((event("ADDED", "größe", 11) + "\n").utf8)
            for byte in line.prefix(120) { try await watch.send(bytes: [byte]) }
            try await watch.send(bytes: Array(line.dropFirst(120)))
            try await watch.send(text: event("ADDED", "c", 12) + "\n" + event("DELETED", "a", 13) + "\n" + "{\"type\"")
            try await fixture.awaitNames("c", "größe")
            try await watch.send(text: ":\"ADDED\",\"object\":\(WatcherFixture.secret("d", 14).text)}\n")
            try await fixture.awaitNames("c", "d", "größe")
        } script: {
            on($0, version: "10", .watch(watch))
        }
    }

    @Test("lists anew when the version is answered with 410")
    func goneStatus() async throws {
        let watch = ScriptedWatch()
        try await run { _, fixture in
            try await fixture.awaitNames("b")
            #expect(fixture.restarts("expired") == 1)
        } script: { server in
            on(server, version: "10", .failure(410, reason: "Expired"))
            server.on("GET", Self.path, query: ["limit": "20"], .list([WatcherFixture.secret("b", 20)], version: "20"))
            on(server, version: "20", .watch(watch))
        }
    }

    @Test("lists anew when an event says 410", arguments: ["Expired", "Gone"])
    func goneEvent(reason: String) async throws {
        let (first, second) = (ScriptedWatch(), ScriptedWatch())
        try await run { _, fixture in
            await first.awaitOpen()
            try await first.sendError(410, reason: reason)
            try await fixture.awaitNames("b")
        } script: { server in
            on(server, version: "10", .watch(first))
            server.on("GET", Self.path, query: ["limit": "20"], .list([WatcherFixture.secret("b", 20)], version: "20"))
            on(server, version: "20", .watch(second))
        }
    }

    @Test("goes on from the last whole event when the answer ends within a line", arguments: [true, false])
    func endsWithinLine(isCut: Bool) async throws {
        let (first, second) = (ScriptedWatch(), ScriptedWatch())
        try await run { server, fixture in
            try await first.send(text: event("ADDED", "b", 11) + "\n" + String(event("ADDED", "c", 12).dropLast(9)))
            try await fixture.awaitNames("a", "b")
            if isCut { first.cut() } else { first.end() }
            try await fixture.passWait()
            await second.awaitOpen()
            try await second.send(text: event("ADDED", "c", 12) + "\n")
            try await fixture.awaitNames("a", "b", "c")
            #expect(server.requests.count == 3)
        } script: { server in
            on(server, version: "10", .watch(first))
            on(server, version: "11", .watch(second))
        }
    }

    @Test("goes on from its version when the connection is closed without an answer")
    func closed() async throws {
        let watch = ScriptedWatch()
        try await run { server, fixture in
            try await fixture.passWait()
            await watch.awaitOpen()
            #expect(server.requests.filter { $0.query["watch"] == nil }.count == 1)
        } script: {
            on($0, version: "10", .nothing, .nothing, .watch(watch))
        }
    }

    @Test("waits as long as a server with too much to do asks, and goes on from its version")
    func throttled() async throws {
        let watch = ScriptedWatch()
        try await run { _, fixture in
            #expect(try await fixture.passWait() == .seconds(7))
            await watch.awaitOpen()
            try await watch.send(text: event("ADDED", "b", 11) + "\n")
            try await fixture.awaitNames("a", "b")
            #expect(fixture.restarts("throttled") == 1)
        } script: {
            on($0, version: "10", .failure(429, reason: "TooManyRequests").header("Retry-After", "7"), .watch(watch))
        }
    }

    @Test("goes on from its version when an event says that the server failed, or has too much to do")
    func errorEvents() async throws {
        let watches = (0..<3).map { _ in ScriptedWatch() }
        try await run { server, fixture in
            await watches[0].awaitOpen()
            try await watches[0].sendError(500, reason: "InternalError")
            try await fixture.passWait()
            await watches[1].awaitOpen()
            try await watches[1].sendError(429, reason: "TooManyRequests")
            try await fixture.passWait()
            await watches[2].awaitOpen()
            #expect(fixture.restarts("server_error") == 1 && fixture.restarts("throttled") == 1)
            #expect(server.requests.filter { $0.query["watch"] == nil }.count == 1)
        } script: {
            on($0, version: "10", .watch(watches[0]), .watch(watches[1]), .watch(watches[2]))
        }
    }

    @Test("gives up a watch in which nothing comes, and goes on from its version")
    func silence() async throws {
        let (first, second) = (ScriptedWatch(), ScriptedWatch())
        try await run { _, fixture in
            await first.awaitOpen()
            try await first.send(text: event("ADDED", "b", 11) + "\n")
            try await fixture.awaitNames("a", "b")
            fixture.time.advance(by: .seconds(310))
            try await fixture.passWait()
            await second.awaitOpen()
            try await second.send(text: event("ADDED", "c", 12) + "\n")
            try await fixture.awaitNames("a", "b", "c")
        } script: { server in
            on(server, version: "10", .watch(first))
            on(server, version: "11", .watch(second))
        }
    }

    @Test("reads a token that has changed when the server no longer takes the old one")
    func tokenRotation() async throws {
        let folder = TemporaryFolder()
        let file = try folder.write("token", "first")
        let (first, second) = (ScriptedWatch(), ScriptedWatch())
        try await run(login: .tokenFile(file)) { server, fixture in
            await first.awaitOpen()
            try folder.write("token", "second")
            try await first.send(text: event("ADDED", "b", 11) + "\n")
            first.end()
            await second.awaitOpen()
            let tokens = server.requests.map { $0.headers["authorization"] ?? "" }
            #expect(tokens == ["Bearer first", "Bearer first", "Bearer first", "Bearer second"])
            #expect(server.requests.allSatisfy { $0.query["resourceVersion"] != "10" || $0.query["watch"] == "1" })
        } script: { server in
            on(server, version: "10", .watch(first))
            on(server, version: "11", .failure(401, reason: "Unauthorized"), .watch(second))
        }
    }

    @Test("takes the version of a bookmark, also when nothing else comes")
    func bookmarksOnly() async throws {
        let (first, second) = (ScriptedWatch(), ScriptedWatch())
        try await run { server, fixture in
            await first.awaitOpen()
            try await first.sendBookmark("500")
            try await first.sendBookmark("900")
            first.end()
            await second.awaitOpen()
            #expect(fixture.names == ["a"] && fixture.restarts("ended") == 1)
            #expect(server.requests.last?.query["allowWatchBookmarks"] == "true")
        } script: { server in
            on(server, version: "10", .watch(first))
            on(server, version: "900", .watch(second))
        }
    }

    @Test("is not confused by events that come twice or out of order")
    func duplicates() async throws {
        let (first, second) = (ScriptedWatch(), ScriptedWatch())
        try await run { _, fixture in
            let lines = [
                event("ADDED", "b", 11), event("MODIFIED", "b", 15), event("MODIFIED", "b", 12),
                event("ADDED", "b", 11),
                event("DELETED", "a", 16), event("MODIFIED", "a", 14), event("ADDED", "c", 13),
            ]
            try await first.send(text: lines.joined(separator: "\n") + "\n")
            try await fixture.awaitNames("b", "c")
            #expect(fixture.store.get(namespace: "n", name: "b")?.resourceVersion == "15")
            first.end()
            await second.awaitOpen()
        } script: { server in
            on(server, version: "10", .watch(first))
            on(server, version: "16", .watch(second))
        }
    }

    @Test("takes an object of five megabytes")
    func largeObject() async throws {
        let watch = ScriptedWatch()
        try await run { _, fixture in
            let data = String(repeating: "x", count: 5 << 20)
            try await watch.send("ADDED", WatcherFixture.secret("large", 11, data: data))
            try await fixture.awaitNames("a", "large")
            #expect(
                fixture.store.get(namespace: "n", name: "large")?.json["data"]?["key"]?.stringValue?.count == 5 << 20
            )
        } script: {
            on($0, version: "10", .watch(watch))
        }
    }

    @Test("begins a list at its first page again when the token of the next one has expired")
    func continueTokenExpired() async throws {
        let watch = ScriptedWatch()
        try await run(listsA: false) { server, fixture in
            try await fixture.awaitNames("b")
            await watch.awaitOpen()
            let tokens = server.requests.prefix(3).map { $0.query["continue"] }
            #expect(tokens == [nil, "t1", nil])
        } script: { server in
            server.on("GET", Self.path, query: ["continue": "t1"], .failure(410, reason: "Expired"))
            server.on(
                "GET",
                Self.path,
                query: ["limit": "20"],
                .list([WatcherFixture.secret("a", 10)], version: "10", continuation: "t1"),
                .list([WatcherFixture.secret("b", 20)], version: "20")
            )
            on(server, version: "20", .watch(watch))
        }
    }

    @Test("finds what was deleted while it could not watch")
    func tombstones() async throws {
        let watch = ScriptedWatch()
        try await run { _, fixture in
            try await fixture.awaitNames()
            await watch.awaitOpen()
        } script: { server in
            on(server, version: "10", .failure(410, reason: "Expired"))
            server.on("GET", Self.path, query: ["limit": "20"], .list([], version: "20"))
            on(server, version: "20", .watch(watch))
        }
    }

    @Test("does not hurry a server that ends each watch at once")
    func shortWatches() async throws {
        let (short, long) = (ScriptedWatch(), ScriptedWatch())
        short.end()
        try await run { _, fixture in
            let wait = try await fixture.passWait()
            #expect(wait == .milliseconds(1200))
            await long.awaitOpen()
            #expect(fixture.restarts("short") == 1)
        } script: {
            on($0, version: "10", .watch(short), .watch(long))
        }
    }

    @Test("lists anew after an event that makes no sense")
    func nonsense() async throws {
        let (first, second) = (ScriptedWatch(), ScriptedWatch())
        try await run { _, fixture in
            await first.awaitOpen()
            try await first.send(text: "<html>\n")
            try await fixture.passWait()
            try await fixture.awaitNames("b")
            await second.awaitOpen()
        } script: { server in
            on(server, version: "10", .watch(first))
            server.on("GET", Self.path, query: ["limit": "20"], .list([WatcherFixture.secret("b", 20)], version: "20"))
            on(server, version: "20", .watch(second))
        }
    }
}
