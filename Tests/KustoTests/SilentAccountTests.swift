import HTTP
import Identity
import Logging
import Metrics
import Secrets
import Synchronization
import Testing

@testable import Kusto

/// A cluster with two accounts, of which one takes requests and does not answer until it is told to.
private final class HalfSilent: HTTPTransport {
    private struct State {
        var stuck: [CheckedContinuation<Void, Never>] = []
        var isReleased = false
    }

    private let state = Mutex(State())
    private let inner = ScriptedTransport()

    /// How many requests have no answer.
    var stuck: Int { state.withLock { $0.stuck.count } }

    func release() {
        let waiting = state.withLock { state in
            state.isReleased = true
            defer { state.stuck = [] }
            return state.stuck
        }
        for continuation in waiting { continuation.resume() }
    }

    func execute(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        if request.url.contains("//a1.blob") {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isReleased { return true }
                    state.stuck.append(continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        }
        return try await inner.execute(request)
    }
}

private final class Progress: Sendable {
    let begun = Atomic(0)
    let done = Atomic(0)
}

@Suite("A storage account that takes connections and says nothing", .timeLimit(.minutes(3)))
struct SilentAccountTests {
    private let fixture = ClientFixture()

    @Test("holds half of the requests at most, while everything else goes on")
    func holdsItsShare() async throws {
        let transport = HalfSilent()
        let client = fixture.client(transport)
        let total = 400
        let progress = Progress()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    while progress.begun.wrappingAdd(1, ordering: .relaxed).newValue <= total {
                        _ = try? await client.upload(Bytes(bytes: [1]), name: "b")
                        progress.done.wrappingAdd(1, ordering: .relaxed)
                    }
                }
            }
            while progress.done.load(ordering: .relaxed) + transport.stuck < total, transport.stuck <= 8 {
                await Task.yield()
            }
            #expect(transport.stuck > 0 && transport.stuck <= 8)
            #expect(progress.done.load(ordering: .relaxed) == total - transport.stuck)
            transport.release()
        }
        #expect(progress.done.load(ordering: .relaxed) == total)
    }

    @Test("is noticed, and what it holds goes to the others")
    func isNoticed() async throws {
        let (silent, good) = (
            try SilentPort(), try SilentPort(answering: "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")
        )
        let http = try HTTPClient(logger: Logger(label: "test", sink: fixture.log))
        let resources = ScriptedTransport { request, _ in
            guard ScriptedTransport.body(request).contains(".get ingestion resources") else { return nil }
            return ScriptedTransport.json(
                ScriptedTransport.table(
                    ["ResourceTypeName", "StorageRoot"],
                    [
                        ["TempStorage", "http://127.0.0.1:\(silent.port)/silent/c?sig=1"],
                        ["TempStorage", "http://127.0.0.1:\(good.port)/good/c?sig=1"],
                        ["SecuredReadyForAggregationQueue", "http://127.0.0.1:\(good.port)/good/q?sig=1"],
                    ]
                )
            )
        }
        let client = KustoClient(
            configuration: KustoConfiguration(
                ingestionURL: "https://ingest-c.example",
                queryURL: "https://c.example",
                trust: TrustedEndpoints(additionalHosts: ClientFixture.trust.additionalHosts + ["127.0.0.1"]),
                credential: .token(RotatedSecret(Secret("t"))),
                // Longer than a busy machine keeps the other account from its answers.
                storageStallTimeout: .seconds(5)
            ),
            transport: SplitTransport(storage: http, rest: resources),
            logger: Logger(label: "test", level: .trace, sink: fixture.log),
            metrics: fixture.registry
        )
        try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<32 {
                group.addTask { "\(try await client.upload(Bytes(bytes: [1, 2, 3]), name: "b\(number)"))" }
            }
            for try await place in group { #expect(place.contains("/good/c/b")) }
        }
        #expect(silent.connections > 0)
        #expect(fixture.registry.render().contains("kusto_sink_storage_accounts_failing 1"))
        #expect(
            fixture.log.entries.contains {
                $0.level == .warning && $0.message.hasPrefix("storage account fails or does not answer")
                    && $0.metadata["kusto.storage_account"]?.hasSuffix("/silent") == true
            }
        )
        await http.shutdown()
        for port in [silent, good] { port.close() }
    }
}

/// Sends what goes to this machine by one transport, and everything else by another.
private struct SplitTransport: HTTPTransport {
    let storage: any HTTPTransport
    let rest: any HTTPTransport

    func execute(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        try await (request.url.hasPrefix("http://127.0.0.1") ? storage : rest).execute(request)
    }
}
