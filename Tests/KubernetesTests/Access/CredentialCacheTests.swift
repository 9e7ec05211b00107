import Foundation
import Logging
import ScriptedAPI
import Secrets
import Synchronization
import Testing

@testable import Kubernetes

@Suite("The credentials of requests", .timeLimit(.minutes(10)))
struct CredentialCacheTests {
    /// Gives numbered tokens, each when the test lets it.
    private final class SlowSource: CredentialSource {
        let started = Mutex(0)
        private let allowed = DispatchSemaphore(value: 0)
        private let usableFor: Duration?
        let isSlow = true

        init(usableFor: Duration? = nil) { self.usableFor = usableFor }

        func allow() { allowed.signal() }

        func fetch() throws(APIError) -> FetchedCredential {
            let number = started.withLock { started in
                started += 1
                return started
            }
            guard allowed.wait(timeout: .now() + 500) == .success else { throw APIError(.other, "not allowed") }
            return FetchedCredential(
                credential: Credential(authorization: Secret("token \(number)")),
                freshFor: .seconds(50),
                usableFor: usableFor
            )
        }
    }

    private let clock = ManualClock()
    private let sink = MemoryLogSink()
    private let folder = TemporaryFolder()

    private func cache(_ source: any CredentialSource) -> CredentialCache {
        CredentialCache(source: source, clock: clock.clock, logger: Logger(label: "test", sink: sink))
    }

    private func token(_ cache: CredentialCache) async throws(APIError) -> String? {
        try await cache.current(limit: .seconds(3600)).credential.authorization?.reveal()
    }

    @Test("a token's file is read again after 50 seconds, and after a refusal")
    func rotation() async throws {
        let file = try folder.write("token", "one\n")
        let cache = cache(TokenFileSource(path: file))
        #expect(try await token(cache) == "Bearer one")
        try folder.write("token", "two\n")
        clock.advance(by: .seconds(49))
        #expect(try await token(cache) == "Bearer one")
        clock.advance(by: .seconds(1))
        #expect(try await token(cache) == "Bearer two")
        try folder.write("token", "three\n")
        #expect(try await token(cache) == "Bearer two")
        cache.reject(generation: 1)
        #expect(try await token(cache) == "Bearer two")
        cache.reject(generation: 2)
        #expect(try await token(cache) == "Bearer three")
    }

    @Test("a file that cannot be read leaves the token as it is, and the log says why")
    func keepsTheLast() async throws {
        let file = try folder.write("token", "one")
        let cache = cache(TokenFileSource(path: file))
        #expect(try await token(cache) == "Bearer one")
        for text in ["", "two words"] {
            try folder.write("token", text)
            clock.advance(by: .seconds(50))
            #expect(try await token(cache) == "Bearer one")
        }
        try FileManager.default.removeItem(atPath: file)
        clock.advance(by: .seconds(50))
        #expect(try await token(cache) == "Bearer one")
        #expect(sink.entries.count { $0.message == "credential not renewed" } == 3)
        #expect(!sink.entries.contains { "\($0.metadata)".contains("two words") })
        try folder.write("token", "four")
        clock.advance(by: .seconds(10))
        #expect(try await token(cache) == "Bearer four")
    }

    @Test("many callers share one fetch, and an old credential is served while the next is fetched")
    func singleFlight() async throws {
        let source = SlowSource()
        let cache = cache(source)
        try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<20 { group.addTask { try await token(cache) } }
            try await eventually { source.started.withLock { $0 } == 1 }
            source.allow()
            for try await token in group { #expect(token == "token 1") }
        }
        clock.advance(by: .seconds(50))
        for _ in 0..<5 { #expect(try await token(cache) == "token 1") }
        source.allow()
        try await eventually { try await token(cache) == "token 2" }
        #expect(source.started.withLock { $0 } == 2)
    }

    @Test("a caller waits no longer than its request may take, and no longer than its task")
    func bounds() async throws {
        let source = SlowSource()
        let cache = cache(source)
        let late = Task { try await cache.current(limit: .seconds(5)) }
        let cancelled = Task { try await cache.current(limit: .seconds(3600)) }
        try await eventually { clock.sleepers == 2 && source.started.withLock { $0 } == 1 }
        clock.advance(by: .seconds(5))
        let timeout = await #expect(throws: APIError.self) { try await late.value }
        #expect(timeout?.message.contains("within 5.0 seconds") == true)
        cancelled.cancel()
        let error = await #expect(throws: APIError.self) { try await cancelled.value }
        #expect(error?.code == .cancelled)
        source.allow()
    }
}
