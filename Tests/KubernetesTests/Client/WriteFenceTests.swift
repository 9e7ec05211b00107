import JSON
import Logging
import Metrics
import ScriptedAPI
import Synchronization
import Testing

@testable import Kubernetes

@Suite("The fence around writes", .timeLimit(.minutes(10)))
final class WriteFenceTests: Sendable {
    private static let path = "/api/v1/namespaces/shop/pods"
    private static let pod = ObjectReference(.pod, namespace: "shop", name: "p")
    private static let object: JSONValue = [
        "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "p", "namespace": "shop", "resourceVersion": "1"],
    ]

    private let limit = Mutex<Duration?>(.seconds(10))

    private func client(_ server: ScriptedAPIServer, clock: KubernetesClock = .system) throws -> any KubernetesAPI {
        try APIClient(
            access: ClusterAccess(server: server.url, namespace: "shop", origin: "test"),
            userAgent: "tests/1",
            registry: MetricsRegistry(),
            logger: Logger(label: "test", level: .error, sink: MemoryLogSink()),
            clock: clock
        ).fenced(by: WriteFence { [self] in limit.withLock { $0 } })
    }

    @Test("is asked again before an attempt that the server put off")
    func putOff() async throws {
        try await ScriptedAPIServer.run { server in
            let busy = ScriptedAnswer.failure(429, reason: "TooManyRequests").header("Retry-After", "20")
            server.on("PATCH", "\(Self.path)/p", busy, .json(Self.object))
            let time = ManualClock()
            let client = try client(server, clock: time.clock)
            let write = Task { try await client.apply(KubernetesObject(Self.object), manager: "m") }
            try await eventually("the wait that the server asks for") { time.nextWake == .seconds(20) }
            limit.withLock { $0 = nil }
            time.advanceToNextWake()
            let error = await #expect(throws: APIError.self) { try await write.value }
            #expect(error?.message.contains("does not lead") == true)
            #expect(server.requests.count == 1)
        }
    }

    @Test("holds every write back, and nothing that only reads")
    func verbs() async throws {
        try await ScriptedAPIServer.run { server in
            server.on("GET", "\(Self.path)/p", .json(Self.object))
            limit.withLock { $0 = nil }
            let client = try client(server)
            let object = KubernetesObject(Self.object)
            await #expect(throws: APIError.self) { try await client.apply(object, manager: "m") }
            await #expect(throws: APIError.self) {
                try await client.patch(Self.pod, subresource: nil, .merge([:]), manager: "m")
            }
            await #expect(throws: APIError.self) { try await client.create(object) }
            await #expect(throws: APIError.self) { try await client.replace(object) }
            await #expect(throws: APIError.self) {
                try await client.delete(Self.pod, uid: nil, resourceVersion: nil)
            }
            #expect(server.requests.isEmpty)
            #expect(try await client.get(Self.pod)?.name == "p")
        }
    }

    @Test("bounds how long a write waits for its answer")
    func bounds() async throws {
        try await ScriptedAPIServer.run { server in
            server.on("PATCH", "\(Self.path)/p", .never)
            limit.withLock { $0 = .milliseconds(50) }
            let client = try client(server)
            // Without the fence's limit it would be a minute.
            let begin = ContinuousClock.now
            let error = await #expect(throws: APIError.self) {
                try await client.apply(KubernetesObject(Self.object), manager: "m")
            }
            #expect(error?.code == .unreachable)
            #expect(ContinuousClock.now - begin < APIClient.timeout)
        }
    }
}
