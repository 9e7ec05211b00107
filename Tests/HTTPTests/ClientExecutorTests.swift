import Foundation
import HTTP
import HTTPServer
import Logging
import Testing

@Suite("The HTTP client's executor", .timeLimit(.minutes(3)))
struct ClientExecutorTests {
    private static let logger = Logger(label: "test", sink: MemoryLogSink())

    /// The name of the thread that asks.
    @concurrent
    private static func threadName() async -> String {
        let name = try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)
        return name?.trimmingCharacters(in: .newlines) ?? "unknown"
    }

    @Test("tasks go on at the client's thread between their requests, and many at a time")
    func runs() async throws {
        let server = HTTPListener(configuration: .init(), logger: Self.logger) { request in
            HTTPServerResponse(status: 200, body: .bytes(Array(request.query.utf8)))
        }
        try server.start()
        let client = try HTTPClient(logger: Self.logger)
        let port = server.port
        await withTaskExecutorPreference(client.executor) {
            await withTaskGroup(of: Void.self) { group in
                for task in 0..<20 {
                    group.addTask {
                        for step in 0..<10 {
                            let url = "http://127.0.0.1:\(port)/?\(task).\(step)"
                            let response = try? await client.execute(HTTPRequest(url: url))
                            #expect(response?.body == Array("\(task).\(step)".utf8))
                            #expect(await Self.threadName() == "http")
                        }
                    }
                }
            }
        }
        await client.shutdown()
        await server.stop()
    }

    @Test("what prefers a client that is shut down is run all the same")
    func survives() async throws {
        let client = try HTTPClient(logger: Self.logger)
        await withTaskExecutorPreference(client.executor) {
            #expect(await Self.threadName() == "http")
            await client.shutdown()
            #expect(await Self.threadName() != "http")
            await Task.yield()
            await #expect(throws: HTTPError.self) { try await client.execute(HTTPRequest(url: "http://127.0.0.1:1/")) }
        }
    }
}
