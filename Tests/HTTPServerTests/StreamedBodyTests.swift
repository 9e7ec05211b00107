import HTTPServer
import Logging
import Testing

@Suite("A streamed body", .timeLimit(.minutes(3)))
struct StreamedBodyTests {
    private func withServer(
        _ handler: @escaping HTTPListener.Handler,
        _ body: (Int) async throws -> Void
    ) async throws {
        let server = HTTPListener(
            configuration: .init(drainTimeout: .zero),
            logger: Logger(label: "test", sink: MemoryLogSink()),
            handler: handler
        )
        try server.start()
        do { try await body(server.port) } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    @Test("goes out in the chunks in which it is written, and ends")
    func chunks() async throws {
        let body = StreamedBody()
        try await withServer({ _ in HTTPServerResponse(status: 200, body: .stream(body)) }) { port in
            let connection = RawConnection(port: port)
            await connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            try await body.write(Array("one\n".utf8))
            try await body.write(Array("two".utf8))
            body.finish()
            #expect(await connection.response()?.headers["transfer-encoding"] == "chunked")
            #expect(await connection.bytes(22) == Array("4\r\none\n\r\n3\r\ntwo\r\n0\r\n\r\n".utf8))
        }
    }

    @Test("is cut in the middle")
    func cut() async throws {
        let body = StreamedBody()
        try await withServer({ _ in HTTPServerResponse(status: 200, body: .stream(body)) }) { port in
            let connection = RawConnection(port: port)
            await connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            try await body.write(Array("one".utf8))
            _ = await connection.response()
            #expect(await connection.bytes(8) == Array("3\r\none\r\n".utf8))
            body.abort()
            #expect(await connection.bytes(5) == [])
        }
    }

    @Test("waits for nobody when the server stops")
    func stop() async throws {
        let body = StreamedBody()
        try await withServer({ _ in HTTPServerResponse(status: 200, body: .stream(body)) }) { port in
            let connection = RawConnection(port: port)
            await connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            try await body.write(Array("one".utf8))
            _ = await connection.response()
            _ = await connection.bytes(8)
        }
        #expect(body.isClosed)
        let error = await #expect(throws: HTTPServerError.self) { try await body.write([1]) }
        #expect(error?.code == .cut)
    }

    @Test("holds a writer back while the client reads nothing, and lets it go when the client goes")
    func backpressure() async throws {
        let body = StreamedBody(capacity: 1 << 10)
        try await withServer({ _ in HTTPServerResponse(status: 200, body: .stream(body)) }) { port in
            try await withThrowingTaskGroup(of: Int.self) { group in
                group.addTask {
                    var written = 0
                    // The sockets' buffers take some megabytes; without a bound this would never end.
                    while !body.isClosed, written < 512 << 20 {
                        do { try await body.write(Array(repeating: 0x61, count: 1 << 20)) } catch { break }
                        written += 1 << 20
                    }
                    return written
                }
                await read(1000, from: port)
                let written = try await group.next() ?? 0
                #expect(written < 512 << 20)
            }
        }
    }

    /// Reads some bytes of an answer and closes the connection, with more of it unread.
    private func read(_ count: Int, from port: Int) async {
        let connection = RawConnection(port: port)
        await connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(await connection.bytes(count).count == count)
    }
}
