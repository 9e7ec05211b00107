import Foundation
import HTTP
import JSON
import Logging
import Metrics
import ScriptedAPI
import Secrets
import Synchronization
import Testing

@testable import Kubernetes

@Suite("The API client", .timeLimit(.minutes(10)))
struct APIClientTests {
    private static let path = "/api/v1/namespaces/shop/pods"
    private static let pod = ObjectReference(.pod, namespace: "shop", name: "p")
    private static let scope = ObjectScope(.pod, namespace: "shop")
    private static let object: JSONValue = [
        "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "p", "namespace": "shop"], "spec": ["a": [1, 2]],
    ]

    private let sink = MemoryLogSink()
    private let registry = MetricsRegistry()
    private let folder = TemporaryFolder()

    private func client(
        _ server: ScriptedAPIServer,
        login: ClusterAccess.Login = .none,
        impersonation: [HTTPHeader] = [],
        clock: KubernetesClock = .system,
        timeout: Duration = .seconds(500),
        silence: Duration = .seconds(500),
        pageLimit: Int = APIClient.pageLimit
    ) throws -> APIClient {
        try APIClient(
            access: ClusterAccess(
                server: server.url,
                namespace: "shop",
                origin: "test",
                login: login,
                impersonation: impersonation
            ),
            userAgent: "tests/1",
            registry: registry,
            logger: Logger(label: "test", level: .debug, sink: sink),
            clock: clock,
            timeout: timeout,
            silence: silence,
            pageLimit: pageLimit
        )
    }

    @Test("says who it is and what it takes, and compresses lists alone")
    func headers() async throws {
        try await ScriptedAPIServer.run { server in
            server.on("GET", Self.path, query: ["limit": "100"], .list([], version: "5"))
            server.on("GET", Self.path, query: ["watch": "1"], .chunks([]))
            let client = try client(
                server,
                login: .token(Secret("t")),
                impersonation: [HTTPHeader("Impersonate-User", "anna")]
            )
            #expect(try await client.list(Self.scope, continuing: nil).resourceVersion == "5")
            try await client.watch(Self.scope, from: "5") { _ in }
            let (list, watch) = (server.requests[0], server.requests[1])
            #expect(list.headers["authorization"] == "Bearer t" && list.headers["impersonate-user"] == "anna")
            #expect(list.headers["accept"] == "application/json" && list.headers["user-agent"] == "tests/1")
            #expect(list.headers["accept-encoding"] == "gzip" && watch.headers["accept-encoding"] == nil)
            #expect(list.query["resourceVersion"] == nil)
            #expect(watch.query["resourceVersion"] == "5" && watch.query["allowWatchBookmarks"] == "true")
            #expect((240...290).contains(watch.query["timeoutSeconds"].flatMap { Int($0) } ?? 0))
        }
    }

    @Test("applies and patches under a manager's name, strictly")
    func patches() async throws {
        try await ScriptedAPIServer.run { server in
            server.on("PATCH", "\(Self.path)/p", repeatsLast: true, .json(Self.object))
            server.on("PATCH", "\(Self.path)/p/status", .json(Self.object))
            let client = try client(server)
            var managed = Self.object.objectValue ?? [:]
            managed["metadata"] = ["name": "p", "namespace": "shop", "managedFields": []]
            _ = try await client.apply(KubernetesObject(.object(managed)), manager: "m")
            _ = try await client.patch(Self.pod, subresource: "status", .merge(["a": nil]), manager: "m")
            _ = try await client.patch(Self.pod, subresource: nil, .operations([]), manager: "m")
            let (apply, merge, operations) = (server.requests[0], server.requests[1], server.requests[2])
            #expect(apply.query == ["fieldManager": "m", "force": "true", "fieldValidation": "Strict"])
            #expect(apply.headers["content-type"] == "application/apply-patch+yaml" && apply.json == Self.object)
            #expect(merge.query == ["fieldManager": "m", "fieldValidation": "Strict"])
            #expect(merge.headers["content-type"] == "application/merge-patch+json" && merge.json == ["a": nil])
            #expect(operations.headers["content-type"] == "application/json-patch+json")
            #expect(operations.path == "\(Self.path)/p")
        }
    }

    @Test("deletes under conditions, and replaces nothing without a version")
    func deletes() async throws {
        try await ScriptedAPIServer.run { server in
            server.on("DELETE", "\(Self.path)/p", .json(["kind": "Status"]), .failure(404, reason: "NotFound"))
            let client = try client(server)
            #expect(try await client.delete(Self.pod, uid: "u", resourceVersion: "7"))
            #expect(try await !client.delete(Self.pod, uid: nil, resourceVersion: nil))
            let body = server.requests[0].json
            #expect(body?["preconditions"] == ["uid": "u", "resourceVersion": "7"])
            #expect(body?["propagationPolicy"] == "Background" && server.requests[1].json?["preconditions"] == nil)
            let error = await #expect(throws: APIError.self) {
                try await client.replace(KubernetesObject(Self.object))
            }
            #expect(error?.code == .invalid && server.requests.count == 2)
        }
    }

    @Test("reads its token again after a 401, once")
    func refreshes() async throws {
        let file = try folder.write("token", "old")
        try await ScriptedAPIServer.run { server in
            let gate = Gate()
            server.on("GET", "\(Self.path)/p", .failure(401, reason: "Unauthorized").held(by: gate), .json(Self.object))
            server.on("GET", "\(Self.path)/p", repeatsLast: true, .failure(401, reason: "Unauthorized"))
            let client = try client(server, login: .tokenFile(file))
            let asking = Task { try await client.get(Self.pod) }
            await gate.awaitArrivals()
            try folder.write("token", "new")
            gate.open()
            #expect(try await asking.value?.name == "p")
            #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer old", "Bearer new"])
            let error = await #expect(throws: APIError.self) { try await client.get(Self.pod) }
            #expect(error?.code == .unauthorized && server.requests.count == 4)
            #expect(error?.message.contains("new") == false)
            // A watch refreshes as well.
            server.on("GET", Self.path, .failure(401, reason: "Unauthorized"), .chunks([]))
            try await client.watch(Self.scope, from: "1") { _ in }
            #expect(server.requests.count == 6)
        }
    }

    @Test("waits as long as the server asks, but not longer than the request may take")
    func waits() async throws {
        try await ScriptedAPIServer.run { server in
            let busy = ScriptedAnswer.failure(429, reason: "TooManyRequests").header("Retry-After", "20")
            server.on("GET", "\(Self.path)/p", busy, busy, .json(Self.object), busy, busy, busy)
            let time = ManualClock()
            let client = try client(server, clock: time.clock, timeout: .seconds(60))
            let asking = Task { try await client.get(Self.pod) }
            for number in 1...2 {
                try await eventually { time.nextWake == .seconds(20 * number) }
                time.advanceToNextWake()
            }
            #expect(try await asking.value?.name == "p")
            let late = Task { try await client.get(Self.pod) }
            for number in 3...4 {
                try await eventually { time.nextWake == .seconds(20 * number) }
                time.advanceToNextWake()
            }
            // 40 of 60 seconds are over, and 20 more would be all of them.
            let error = await #expect(throws: APIError.self) { try await late.value }
            #expect(error?.code == .tooManyRequests && error?.retryAfter == .seconds(20))
            #expect(server.requests.count == 6)
        }
    }

    @Test("looks a creation up that got no answer, and repeats it only when it is not there")
    func creations() async throws {
        let created: JSONValue = [
            "apiVersion": "v1", "kind": "Pod", "spec": ["a": [1, 2], "default": 1],
            "metadata": ["name": "p", "namespace": "shop", "uid": "u"],
        ]
        var other = created.objectValue ?? [:]
        other["spec"] = ["a": [1]]
        for unclear in [ScriptedAnswer.nothing, .failure(500, reason: "InternalError"), .cut("{\"kind\"", after: 3)] {
            try await ScriptedAPIServer.run { server in
                server.on("POST", Self.path, unclear, unclear, unclear, .json(created, status: 201))
                server.on("GET", "\(Self.path)/p", .json(created), .json(.object(other)))
                let client = try client(server)
                let object = KubernetesObject(Self.object)
                #expect(try await client.create(object).uid == "u")
                let taken = await #expect(throws: APIError.self) { try await client.create(object) }
                #expect(taken?.code == .alreadyExists)
                // Now it is not there, so it is created after all.
                #expect(try await client.create(object).uid == "u")
                #expect(server.requests.map(\.method) == ["POST", "GET", "POST", "GET", "POST", "GET", "POST"])
                #expect(server.requests[0].query == ["fieldValidation": "Strict"])
            }
        }
    }

    @Test("tells what is no answer from what is a wrong one, and what was given up")
    func failures() async throws {
        try await ScriptedAPIServer.run { server in
            server.on("GET", "\(Self.path)/p", .nothing, .text("<html>"), .cut("{\"kind\":", after: 4))
            server.on("GET", Self.path, .json(["kind": "Pod"]))
            let client = try client(server, login: .token(Secret("hunter2")))
            for code in [APIError.Code.unreachable, .malformed, .unreachable] {
                let error = await #expect(throws: APIError.self) { try await client.get(Self.pod) }
                #expect(error?.code == code && error?.message.hasPrefix("cannot get Pod shop/p: ") == true)
            }
            let list = await #expect(throws: APIError.self) { try await client.list(Self.scope, continuing: nil) }
            #expect(list?.code == .malformed)
            let gate = Gate()
            server.on("GET", "\(Self.path)/p", ScriptedAnswer.nothing.held(by: gate))
            let asking = Task { try await client.get(Self.pod) }
            await gate.awaitArrivals()
            asking.cancel()
            let cancelled = await #expect(throws: APIError.self) { try await asking.value }
            #expect(cancelled?.code == .cancelled)
            gate.open()
            let text = registry.render()
            #expect(
                text.contains("code=\"<error>\"") && text.contains("code=\"200\",host=\"127.0.0.1:\(server.port)\"")
            )
            #expect(!sink.entries.contains { "\($0)".contains("hunter2") })
        }
    }

    @Test("gives a request no more time than it may take, on a client of its own too")
    func timeouts() async throws {
        try await ScriptedAPIServer.run { server in
            server.on("GET", "\(Self.path)/p", repeatsLast: true, .never)
            let client = try client(server, timeout: .milliseconds(200))
            for each in [client, try client.separate(timeout: .milliseconds(300))] {
                let error = await #expect(throws: APIError.self) { try await each.get(Self.pod) }
                #expect(error?.code == .unreachable)
            }
        }
    }

    @Test("logs a warning of the server once")
    func warnings() async throws {
        try await ScriptedAPIServer.run { server in
            let answer = ScriptedAnswer.json(Self.object).header("Warning", "299 - \"old\"")
            server.on("GET", "\(Self.path)/p", repeatsLast: true, answer)
            let client = try client(server)
            for _ in 0..<3 { _ = try await client.get(Self.pod) }
            #expect(sink.entries.filter { $0.level == .warning }.map { $0.metadata["warning"] } == ["old"])
        }
    }

    @Test("hands on events as they come, whatever the chunks, and passes over what it does not know")
    func watches() async throws {
        try await ScriptedAPIServer.run { server in
            let object = Self.object.text
            server.on(
                "GET",
                Self.path,
                .chunks([
                    "{\"type\":\"ADDED\",\"obj", "ect\":\(object)}", "\n{\"type\":\"NEWS\",\"object\":{}}\n{\"type\":",
                    "\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"9\"}}}\n",
                    "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410,\"reason\":\"Expired\"}}\n",
                ])
            )
            let log = EventLog()
            try await client(server).watch(Self.scope, from: "1") { event throws(APIError) in log.append(event) }
            #expect(log.all.count == 3 && log.all[0] == .added(KubernetesObject(Self.object)))
            #expect(log.all[1] == .bookmark(resourceVersion: "9"))
            if case .failed(let error) = log.all[2] { #expect(error.code == .gone) }
            #expect(sink.entries.contains { $0.metadata["event.type"] == "NEWS" })
        }
    }

    @Test("ends a watch at refusals, half lines and events that are no JSON or too large")
    func watchFailures() async throws {
        let cases: [(ScriptedAnswer, APIError.Code)] = [
            (.failure(410, reason: "Expired"), .gone),
            (.failure(429, reason: "TooManyRequests").header("Retry-After", "1"), .tooManyRequests),
            (.chunks(["{\"type\":"]), .unreachable), (.cut("{\"type\":\"ADDED\"", after: 5), .unreachable),
            (.chunks(["nonsense\n"]), .malformed),
            (.chunks([String(repeating: "x", count: 9 << 20)]), .malformed),
        ]
        for (answer, code) in cases {
            try await ScriptedAPIServer.run { server in
                server.on("GET", Self.path, answer)
                let error = await #expect(throws: APIError.self) {
                    try await client(server).watch(Self.scope, from: "1") { _ in }
                }
                #expect(error?.code == code, "\(error?.message ?? "")")
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test("passes on what the reader of a watch throws")
    func readers() async throws {
        try await ScriptedAPIServer.run { server in
            server.on("GET", Self.path, .chunks(["{\"type\":\"ADDED\",\"object\":{}}\n"]))
            let error = await #expect(throws: APIError.self) {
                try await client(server).watch(Self.scope, from: "1") { _ throws(APIError) in
                    throw APIError(.other, "enough")
                }
            }
            #expect(error == APIError(.other, "enough"))
        }
    }

    @Test("a watch that falls silent is cut, and one that never said a word has to begin with a list")
    func silence() async throws {
        try await ScriptedAPIServer.run { server in
            server.on("GET", Self.path, .never, .watch(ScriptedWatch()))
            let client = try client(server, silence: .milliseconds(400))
            for _ in 0..<2 {
                let error = await #expect(throws: APIError.self) {
                    try await client.watch(Self.scope, from: "99") { _ in }
                }
                #expect(error?.code == .gone && error?.message.contains("said nothing for 0.4 seconds") == true)
            }
            // A machine that takes longer to bring the word than the silence may last says nothing about the client.
            for silence in [Duration.seconds(3), .seconds(30)] {
                let spoken = ScriptedWatch()
                server.on("GET", Self.path, .watch(spoken))
                // What it says is there before it is asked for, and then it is silent.
                try await spoken.sendBookmark("10")
                let log = EventLog()
                let patient = try self.client(server, silence: silence)
                let error = await #expect(throws: APIError.self) {
                    try await patient.watch(Self.scope, from: "9") { event throws(APIError) in log.append(event) }
                }
                if log.all.isEmpty, silence < .seconds(30) { continue }
                #expect(log.all == [.bookmark(resourceVersion: "10")])
                #expect(error?.code == .unreachable)
                break
            }
        }
    }

    @Test("runs a credential plugin when it needs one, and again after a 401")
    func plugins() async throws {
        let script = """
            #!/bin/sh
            echo x >> "$0.runs"
            number=$(wc -l < "$0.runs" | tr -d ' ')
            echo "{\\"kind\\":\\"ExecCredential\\",\\"apiVersion\\":\\"client.authentication.k8s.io/v1\\",\
            \\"status\\":{\\"token\\":\\"t$number\\"}}"
            """
        try folder.write("plugin", script, executable: true)
        try await ScriptedAPIServer.run { server in
            server.on(
                "GET",
                "\(Self.path)/p",
                .json(Self.object),
                .failure(401, reason: "Unauthorized"),
                .json(Self.object)
            )
            let text = """
                current-context: x
                clusters: [{name: c, cluster: {server: '\(server.url)'}}]
                users:
                - name: u
                  user:
                    exec: {command: ./plugin, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never}
                contexts: [{name: x, context: {cluster: c, user: u}}]
                """
            let access = try ClusterAccess.load(
                kubeconfig: folder.write("config", text),
                environment: ["PATH": "/usr/bin:/bin"]
            )
            let client = try APIClient(
                access: access,
                userAgent: "tests/1",
                registry: registry,
                logger: Logger(label: "test", sink: sink)
            )
            for _ in 0..<2 { #expect(try await client.get(Self.pod)?.name == "p") }
            #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer t1", "Bearer t1", "Bearer t2"])
        }
    }

    @Test("lists Secrets in small pages, since each of them may be large")
    func secretPages() async throws {
        try await ScriptedAPIServer.run { server in
            server.on("GET", "/api/v1/secrets", query: ["limit": "20"], .list([], version: "5"))
            let client = try client(server)
            #expect(try await client.list(ObjectScope(.secret), continuing: nil).resourceVersion == "5")
        }
        // A page of the largest Secrets there can be is taken: a mebibyte of data, in base64.
        #expect(20 * ((1 << 20) * 4 / 3 + 65_536) < APIClient.pageLimit)
    }

    @Test("asks for half of a page that is too large, until it fits or is one object")
    func largePages() async throws {
        try await ScriptedAPIServer.run { server in
            let large = Array(repeating: Self.object, count: 40)
            for size in ["100", "50"] {
                server.on("GET", Self.path, query: ["limit": size], .list(large, version: "5"))
            }
            let fitting = ScriptedAnswer.list([Self.object], version: "5", continuation: "more")
            server.on("GET", Self.path, query: ["limit": "25"], fitting)
            let small = try client(server, pageLimit: 1000)
            let page = try await small.list(Self.scope, continuing: nil)
            #expect(page.objects.count == 1 && page.continuation == "more")
            #expect(server.requests.map { $0.query["limit"] } == ["100", "50", "25"])
        }
        try await ScriptedAPIServer.run { server in
            let large = ScriptedAnswer.list(Array(repeating: Self.object, count: 40), version: "5")
            server.on("GET", Self.path, repeatsLast: true, large)
            let small = try client(server, pageLimit: 1000)
            let error = await #expect(throws: APIError.self) { try await small.list(Self.scope, continuing: "t") }
            #expect(error?.code == .tooLarge)
            #expect(
                server.requests.map { $0.query["limit"] } == ["100", "50", "25", "12", "6", "3", "1"]
            )
            #expect(server.requests.allSatisfy { $0.query["continue"] == "t" })
        }
    }
}
