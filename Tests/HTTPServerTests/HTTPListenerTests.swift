import Foundation
import Logging
import Synchronization
import Testing

@testable import HTTPServer

@Suite("HTTP server", .timeLimit(.minutes(3)))
struct HTTPListenerTests {
    private static let logger = Logger(label: "test", sink: MemoryLogSink())

    private func withServer(
        _ configuration: HTTPServerConfiguration = .init(),
        handler: @escaping HTTPListener.Handler,
        _ body: (HTTPListener) async throws -> Void
    ) async throws {
        let server = HTTPListener(configuration: configuration, logger: Self.logger, handler: handler)
        try server.start()
        do { try await body(server) } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    /// Answers with what it was asked.
    private static let echo: HTTPListener.Handler = { request in
        let body = (try? await request.collect(upTo: 64 << 20)) ?? []
        return HTTPServerResponse(
            status: 200,
            headers: [HTTPHeader(name: "X-Target", value: "\(request.method) \(request.path) [\(request.query)]")],
            body: .bytes(body)
        )
    }

    @Test("answers several requests over one connection, with path and query as they were sent")
    func keepsConnectionsAlive() async throws {
        try await withServer(handler: Self.echo) { server in
            let connection = RawConnection(port: server.port)
            await connection.send("GET /a%2Fb%20c?x=%31&y=? HTTP/1.1\r\nHost: h\r\n\r\n")
            let first = try #require(await connection.response())
            #expect(first.headers["x-target"] == "GET /a%2Fb%20c [x=%31&y=?]")
            await connection.send("POST /second HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello")
            let second = try #require(await connection.response())
            #expect(second.status == 200)
            #expect(second.body == "hello")
            #expect(second.headers["x-target"] == "POST /second []")
        }
    }

    @Test("reads chunked bodies and tells clients that wait for it to continue")
    func readsChunkedBodies() async throws {
        try await withServer(handler: Self.echo) { server in
            let connection = RawConnection(port: server.port)
            await connection.send(
                "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"
            )
            #expect(await connection.response()?.status == 100)
            await connection.send("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
            #expect(await connection.response()?.body == "abcde")
        }
    }

    @Test("brings every byte of a large body in order")
    func readsLargeBodies() async throws {
        let payload = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        try await withServer(handler: Self.echo) { server in
            let connection = RawConnection(port: server.port)
            await connection.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: \(payload.count)\r\n\r\n")
            await connection.send(payload)
            #expect(await connection.line() == "HTTP/1.1 200 OK")
            while let line = await connection.line(), !line.isEmpty {}
            #expect(await connection.bytes(payload.count) == payload)
        }
    }

    @Test("holds the client back while the handler does not read")
    func pressesBack() async throws {
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        try await withServer(handler: { request in
            for await _ in gate { break }
            var count = 0
            do { for try await chunk in request.body { count += chunk.count } } catch { return .abort }
            return HTTPServerResponse(status: 200, body: .bytes(Array(String(count).utf8)))
        }) { server in
            let connection = RawConnection(port: server.port)
            let total = 64 << 20
            await connection.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: \(total)\r\n\r\n")
            let piece = [UInt8](repeating: 7, count: 1 << 20)
            var sent = 0
            var refused = 0
            // The kernel's buffers take some megabytes; then nothing more is taken for 200 ms.
            while refused < 20, sent < total {
                let count = connection.sendWithoutWaiting(piece)
                if count > 0 {
                    sent += count
                    refused = 0
                } else {
                    refused += 1
                    try await Task.sleep(for: .milliseconds(10))
                }
            }
            #expect(sent < total / 2)
            open.yield()
            while sent < total {
                let count = min(piece.count, total - sent)
                await connection.send(Array(piece[..<count]))
                sent += count
            }
            #expect(await connection.response()?.body == String(total))
        }
    }

    @Test("answers HEAD with the length and no body")
    func answersHead() async throws {
        try await withServer(handler: { _ in HTTPServerResponse(status: 200, body: .bytes(Array("12345".utf8))) }) {
            server in
            let connection = RawConnection(port: server.port)
            await connection.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n")
            let response = try #require(await connection.response(isHead: true))
            #expect(response.headers["content-length"] == "5")
            await connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(await connection.response()?.body == "12345")
        }
    }

    @Test("sends files, and closes when a file is not there")
    func sendsFiles() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("http-server-\(UUID().uuidString)")
        try Data("from a file".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        try await withServer(handler: { request in
            let range = request.path == "/part" ? 7..<11 : request.path == "/beyond" ? 7..<12 : 0..<11
            return HTTPServerResponse(
                status: 200,
                body: .file(request.path == "/missing" ? "/nowhere" : file.path, range)
            )
        }) { server in
            let connection = RawConnection(port: server.port)
            await connection.send("GET /there HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(await connection.response()?.body == "from a file")
            await connection.send("GET /part HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(await connection.response()?.body == "file")
            await connection.send("GET /missing HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(await connection.response() == nil)
            let second = RawConnection(port: server.port)
            await second.send("GET /beyond HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(await second.response() == nil)
        }
    }

    @Test("cuts the connection before or within an answer when asked to")
    func cuts() async throws {
        try await withServer(handler: { request in
            if request.path == "/before" { return .abort }
            return HTTPServerResponse(status: 200, body: .bytes(Array("0123456789".utf8))).abort(afterBytes: 4)
        }) { server in
            let first = RawConnection(port: server.port)
            await first.send("GET /before HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(await first.line() == nil)
            let second = RawConnection(port: server.port)
            await second.send("GET /within HTTP/1.1\r\nHost: h\r\n\r\n")
            let answer = try #require(await second.response())
            #expect(answer.headers["content-length"] == "10")
            #expect(answer.body == "0123")
        }
    }

    @Test("takes in and forgets a body that the handler did not want")
    func answersEarly() async throws {
        try await withServer(handler: { _ in HTTPServerResponse(status: 413) }) { server in
            let connection = RawConnection(port: server.port)
            for _ in 0..<2 {
                await connection.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n")
                await connection.send([UInt8](repeating: 1, count: 3_000_000))
                #expect(await connection.response()?.status == 413)
            }
        }
    }

    @Test("cancels the handler and ends the body when the client goes away")
    func noticesLeavingClients() async throws {
        let (ends, ended) = AsyncStream.makeStream(of: String.self)
        try await withServer(handler: { request in
            do {
                for try await _ in request.body {}
                ended.yield("whole")
            } catch { ended.yield("\(error)") }
            return .abort
        }) { server in
            do {
                let connection = RawConnection(port: server.port)
                await connection.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nsome")
            }
            var iterator = ends.makeAsyncIterator()
            #expect(await iterator.next() == "the client closed the connection within its request")
        }
    }

    @Test("says what to do when the port is taken")
    func explainsTakenPorts() async throws {
        try await withServer(handler: Self.echo) { server in
            let second = HTTPListener(configuration: .init(port: server.port), logger: Self.logger, handler: Self.echo)
            let error = #expect(throws: HTTPServerError.self) { try second.start() }
            #expect(error?.code == .addressInUse)
            #expect(error?.message.contains("another process has the port") == true)
        }
    }

    @Test("says what to do when the host is not this machine's")
    func explainsForeignHosts() {
        let server = HTTPListener(configuration: .init(host: "192.0.2.1"), logger: Self.logger, handler: Self.echo)
        #expect(throws: HTTPServerError.self) { try server.start() }
    }

    @Test("finishes the running request when it stops, and takes no new one")
    func drains() async throws {
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let server = HTTPListener(configuration: .init(drainTimeout: .seconds(120)), logger: Self.logger) { _ in
            start.yield()
            for await _ in gate { break }
            return HTTPServerResponse(status: 200, body: .bytes(Array("done".utf8)))
        }
        try server.start()
        let connection = RawConnection(port: server.port)
        await connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        var iterator = started.makeAsyncIterator()
        await iterator.next()
        async let stopped: Void = server.stop()
        open.yield()
        #expect(await connection.response()?.body == "done")
        await stopped
    }

    @Test("closes a request that does not finish in time when it stops")
    func abandonsSlowRequests() async throws {
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let server = HTTPListener(configuration: .init(drainTimeout: .milliseconds(50)), logger: Self.logger) { _ in
            start.yield()
            try? await Task.sleep(for: .seconds(600))
            return HTTPServerResponse(status: 200)
        }
        try server.start()
        let connection = RawConnection(port: server.port)
        await connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        var iterator = started.makeAsyncIterator()
        await iterator.next()
        await server.stop()
        #expect(await connection.line() == nil)
    }

    @Test("waits no longer for running requests once the wait is over, also when it begins only then")
    func drainsLate() async throws {
        let server = HTTPListener(configuration: .init(), logger: Self.logger) { _ in
            try? await Task.sleep(for: .seconds(600))
            return HTTPServerResponse(status: 200)
        }
        let exchange = unsafe Exchange(
            target: "/",
            connection: try #require(OpaquePointer(bitPattern: 8)),
            descriptor: -1
        )
        #expect(exchange.start { server.run($0, method: "GET", headers: []) })
        // As stop() does in a task that is cancelled.
        server.wakeDrain()
        await server.drain()
        server.completed(exchange)
    }

    @Test("aborts a request whose head is read after the running ones were aborted, and never suspends it")
    func abortsLateRequests() async throws {
        let server = HTTPListener(configuration: .init(), logger: Self.logger) { _ in
            try? await Task.sleep(for: .seconds(600))
            return HTTPServerResponse(status: 200)
        }
        try server.start()
        await server.stop()
        // Nothing may be asked of this connection.
        let exchange = unsafe Exchange(
            target: "/",
            connection: try #require(OpaquePointer(bitPattern: 8)),
            descriptor: -1
        )
        #expect(exchange.start { server.run($0, method: "GET", headers: []) })
        guard case .respond(let response) = unsafe exchange.offer(UnsafeRawBufferPointer(start: nil, count: 0)) else {
            Issue.record("not answered")
            return
        }
        #expect(response.cut == .unanswered)
        server.completed(exchange)
    }
}
