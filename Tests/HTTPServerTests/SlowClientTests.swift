import HTTPServer
import Logging
import Testing

@Suite("Clients that take their time", .timeLimit(.minutes(3)))
struct SlowClientTests {
    private func withServer(
        _ configuration: HTTPServerConfiguration,
        _ body: (HTTPListener) async throws -> Void
    ) async throws {
        let logger = Logger(label: "test", sink: MemoryLogSink())
        let server = HTTPListener(configuration: configuration, logger: logger) { request in
            _ = try? await request.collect(upTo: 1 << 20)
            return HTTPServerResponse(status: 200, body: .bytes(Array("ok\n".utf8)))
        }
        try server.start()
        do { try await body(server) } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    private static let head = "GET /healthz HTTP/1.1\r\nHost: h\r\n"

    private func answer(_ port: Int) async -> Int? {
        let connection = RawConnection(port: port)
        await connection.send(Self.head + "\r\n")
        return await connection.response()?.status
    }

    @Test(
        "do not keep others from an answer, however many they are",
        arguments: ["", "G", Self.head, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n"]
    )
    func crowd(sent: String) async throws {
        try await withServer(.init(maximumConnections: 16, maximumConnectionsPerAddress: 8)) { server in
            var crowd: [RawConnection] = []
            for _ in 0..<40 {
                let connection = RawConnection(port: server.port)
                await connection.send(sent)
                crowd.append(connection)
            }
            for _ in 0..<20 { #expect(await answer(server.port) == 200) }
            _ = crowd
        }
    }

    @Test("are closed when a request takes too long, though they are never silent for long")
    func trickle() async throws {
        try await withServer(.init(exchangeTimeout: .milliseconds(300))) { server in
            let connection = RawConnection(port: server.port)
            // Longer than any head that a server would take.
            for byte in Self.head.utf8 + Array(repeating: UInt8(ascii: "x"), count: 100_000) {
                await connection.send([byte])
                if await connection.isClosed() { return }
                try await Task.sleep(for: .milliseconds(5))
            }
            Issue.record("the server still reads a request that does not end")
        }
    }

    @Test("keep their connection as long as each request is in time")
    func steady() async throws {
        try await withServer(.init(exchangeTimeout: .seconds(3600))) { server in
            let connection = RawConnection(port: server.port)
            for _ in 0..<50 {
                await connection.send(Self.head + "\r\n")
                #expect(await connection.response()?.status == 200)
            }
        }
    }
}
