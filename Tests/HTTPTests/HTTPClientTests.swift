import Foundation
import HTTP
import HTTPServer
import Logging
import Synchronization
import Testing

private struct Unreadable: HTTPBodySource {
    struct Failure: Error {}
    let count = 10

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int { throw Failure() }
}

@Suite("HTTP client", .timeLimit(.minutes(3)))
struct HTTPClientTests {
    private static let logger = Logger(label: "test", sink: MemoryLogSink())

    private func withServer(
        _ configuration: HTTPServerConfiguration = .init(),
        handler: @escaping HTTPListener.Handler,
        _ body: (String) async throws -> Void
    ) async throws {
        let server = HTTPListener(configuration: configuration, logger: Self.logger, handler: handler)
        try server.start()
        do {
            try await body("\(configuration.tls == nil ? "http" : "https")://127.0.0.1:\(server.port)")
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    private func client(_ configuration: HTTPClientConfiguration = .init()) throws -> HTTPClient {
        try HTTPClient(configuration: configuration, logger: Self.logger)
    }

    @Test(
        "sends method, path, query, header fields and body",
        arguments: [HTTPMethod.get, .post, .put, .patch, .delete]
    )
    func sendsRequests(method: HTTPMethod) async throws {
        let client = try client()
        try await withServer(handler: { request in
            let body = (try? await request.collect(upTo: 1 << 20)) ?? []
            let facts = [
                request.method, request.path, request.query, request.header("x-one") ?? "-",
                request.header("x-none") ?? "-",
                request.header("content-type") ?? "-",
                request.header("content-length") ?? "-", request.header("expect") ?? "-",
                String(decoding: body, as: UTF8.self),
            ]
            return HTTPServerResponse(status: 201, body: .bytes(Array(facts.joined(separator: "|").utf8)))
        }) { url in
            let hasBody = method != .get && method != .delete
            let response = try await client.execute(
                HTTPRequest(
                    method: method,
                    url: "\(url)/p%2Fq?a=%20&b",
                    headers: [HTTPHeader("X-One", "1"), HTTPHeader("X-None", "")],
                    body: hasBody ? .bytes(Array("payload".utf8)) : .empty
                )
            )
            #expect(response.status == 201)
            let expected = "\(method)|/p%2Fq|a=%20&b|1||-|\(hasBody ? "7|-|payload" : "-|-|")"
            #expect(String(decoding: response.body, as: UTF8.self) == expected)
        }
    }

    @Test("sends an empty body with its length")
    func sendsEmptyBodies() async throws {
        let client = try client()
        try await withServer(handler: { request in
            HTTPServerResponse(status: 200, body: .bytes(Array((request.header("content-length") ?? "-").utf8)))
        }) { url in
            let response = try await client.execute(HTTPRequest(method: .post, url: url + "/"))
            #expect(response.body == Array("0".utf8))
        }
    }

    @Test("answers to HEAD have header fields and no body")
    func asksForHeads() async throws {
        let client = try client()
        try await withServer(handler: { _ in HTTPServerResponse(status: 200, body: .bytes([1, 2, 3])) }) { url in
            let response = try await client.execute(HTTPRequest(method: .head, url: url + "/"))
            #expect(response.header("CONTENT-LENGTH") == "3")
            #expect(response.body.isEmpty)
        }
    }

    @Test("reads a large body piece by piece while it is sent")
    func sendsSources() async throws {
        let client = try client()
        try await withServer(handler: { request in
            var index = 0
            var wrong = 0
            do {
                for try await chunk in request.body {
                    for byte in chunk {
                        if byte != Pattern.byte(index) { wrong += 1 }
                        index += 1
                    }
                }
            } catch { return .abort }
            return HTTPServerResponse(status: 200, body: .bytes(Array("\(index) \(wrong)".utf8)))
        }) { url in
            let response = try await client.execute(
                HTTPRequest(method: .put, url: url + "/", body: .source(Pattern(count: 3_000_001)))
            )
            #expect(String(decoding: response.body, as: UTF8.self) == "3000001 0")
        }
    }

    @Test("says that the request's body cannot be read")
    func reportsUnreadableBodies() async throws {
        let client = try client()
        try await withServer(handler: { _ in HTTPServerResponse(status: 200) }) { url in
            let error = await #expect(throws: HTTPError.self) {
                try await client.execute(HTTPRequest(method: .put, url: url + "/", body: .source(Unreadable())))
            }
            #expect(error?.code == .unreadableBody)
            #expect(error?.cause is Unreadable.Failure)
        }
    }

    @Test("decodes gzip")
    func decodesGzip() async throws {
        let hello: [UInt8] = [
            31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 203, 72, 205, 201, 201, 87, 72, 175, 202, 44, 0, 0, 25, 106, 210, 223, 10,
            0, 0, 0,
        ]
        let client = try client()
        try await withServer(handler: { request in
            let isWanted = request.header("accept-encoding")?.contains("gzip") == true
            return HTTPServerResponse(
                status: 200,
                headers: [HTTPHeader(name: "Content-Encoding", value: "gzip")],
                body: .bytes(isWanted ? hello : [])
            )
        }) { url in
            let response = try await client.execute(HTTPRequest(url: url + "/"))
            #expect(String(decoding: response.body, as: UTF8.self) == "hello gzip")
        }
    }

    @Test("refuses an answer that is too large")
    func boundsAnswers() async throws {
        let client = try client()
        try await withServer(handler: { _ in
            HTTPServerResponse(status: 200, body: .bytes(Array(repeating: 1, count: 5000)))
        }) { url in
            let error = await #expect(throws: HTTPError.self) {
                try await client.execute(HTTPRequest(url: url + "/", maximumResponseBytes: 4999))
            }
            #expect(error?.code == .responseTooLarge)
            let response = try await client.execute(HTTPRequest(url: url + "/", maximumResponseBytes: 5000))
            #expect(response.body.count == 5000)
        }
    }

    @Test("a status that is no success is an answer")
    func returnsStatuses() async throws {
        let client = try client()
        try await withServer(handler: { _ in
            HTTPServerResponse(status: 503, headers: [HTTPHeader(name: "Retry-After", value: "7")])
        }) { url in
            let response = try await client.execute(HTTPRequest(url: url + "/"))
            #expect(response.status == 503)
            #expect(response.header("retry-after") == "7")
        }
    }

    @Test("tells refused, unknown host, silence, cuts and bad URLs apart, and keeps queries to itself")
    func explainsFailures() async throws {
        // Names that nobody knows may take long to find out about.
        let client = try client(HTTPClientConfiguration(connectTimeout: .seconds(120)))
        let secret = "?sig=SECRET&x=1"
        func failure(_ url: String, timeout: Duration = .seconds(120)) async -> HTTPError? {
            await #expect(throws: HTTPError.self) {
                try await client.execute(HTTPRequest(url: url + secret, timeout: timeout))
            }
        }
        let closed = RawServer { _ in nil }
        let silent = RawServer { _ in "" }
        let cut = RawServer { _ in "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf" }
        var failures: [(HTTPError?, HTTPError.Code)] = []
        failures.append((await failure("http://127.0.0.1:1/p"), .refused))
        failures.append((await failure("http://no-such-host.invalid/p"), .nameResolution))
        failures.append((await failure("http://127.0.0.1:\(silent.port)/p", timeout: .milliseconds(300)), .timedOut))
        failures.append((await failure("http://127.0.0.1:\(closed.port)/p"), .cut))
        failures.append((await failure("http://127.0.0.1:\(cut.port)/p", timeout: .milliseconds(300)), .timedOut))
        failures.append((await failure("ftp://127.0.0.1/p"), .invalidURL))
        failures.append((await failure("http://exa mple/p"), .invalidURL))
        for (error, code) in failures {
            let error = try #require(error)
            #expect(error.code == code, "\(error)")
            #expect(!error.message.contains("SECRET") && !error.url.contains("SECRET"))
        }
        for server in [closed, silent, cut] { server.stop() }
    }

    @Test("an answer that ends early is an error")
    func noticesCutAnswers() async throws {
        let client = try client()
        try await withServer(handler: { _ in
            HTTPServerResponse(status: 200, body: .bytes(Array(repeating: 1, count: 1000))).abort(afterBytes: 400)
        }) { url in
            let error = await #expect(throws: HTTPError.self) { try await client.execute(HTTPRequest(url: url + "/")) }
            #expect(error?.code == .cut)
        }
    }

    @Test("cancelling the task aborts the exchange at the server too")
    func aborts() async throws {
        let client = try client()
        let server = RawServer { _ in "" }
        let port = server.port
        let task = Task { try await client.execute(HTTPRequest(url: "http://127.0.0.1:\(port)/")) }
        while server.requests.isEmpty { await Task.yield() }
        task.cancel()
        let error = await #expect(throws: HTTPError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        while server.closed == 0 { await Task.yield() }
        server.stop()
    }

    @Test("a task cancelled before it asks gets no answer")
    func abortsBeforeTheStart() async throws {
        let client = try client()
        let server = RawServer { _ in "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" }
        let port = server.port
        let task = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            return try await client.execute(HTTPRequest(url: "http://127.0.0.1:\(port)/"))
        }
        let error = await #expect(throws: HTTPError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        server.stop()
    }

    @Test("uses a connection again")
    func keepsConnections() async throws {
        let client = try client()
        let server = RawServer { _ in "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" }
        for _ in 0..<5 {
            let response = try await client.execute(HTTPRequest(url: "http://127.0.0.1:\(server.port)/"))
            #expect(response.body == Array("ok".utf8))
        }
        #expect(server.connections == 1)
        server.stop()
    }

    @Test("sends the request again when a kept connection turns out to be dead")
    func replacesDeadConnections() async throws {
        let client = try client()
        // Closes each connection at its second request, without a word.
        let server = RawServer { request in
            request.number == 1 ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" : nil
        }
        for _ in 0..<3 {
            let response = try await client.execute(
                HTTPRequest(method: .get, url: "http://127.0.0.1:\(server.port)/")
            )
            #expect(response.status == 200)
        }
        #expect(server.connections == 3)
        server.stop()
    }

    @Test("asks a proxy for the whole URL")
    func usesProxies() async throws {
        let server = RawServer { _ in "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" }
        let rules = ProxyRules(.init(host: "127.0.0.1", port: server.port))
        let client = try client(HTTPClientConfiguration(proxies: rules))
        _ = try await client.execute(HTTPRequest(url: "http://storage.example/container/blob?sig=1"))
        #expect(server.requests.first?.hasPrefix("GET http://storage.example/container/blob?sig=1 HTTP/1.1") == true)
        // For HTTPS the proxy is asked for a tunnel, and refuses it here.
        let refusal = RawServer { _ in "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n" }
        let otherRules = ProxyRules(.init(host: "127.0.0.1", port: refusal.port))
        let other = try self.client(HTTPClientConfiguration(proxies: otherRules))
        await #expect(throws: HTTPError.self) { try await other.execute(HTTPRequest(url: "https://storage.example/")) }
        #expect(refusal.requests.first?.hasPrefix("CONNECT storage.example:443 HTTP/1.1") == true)
        for each in [server, refusal] { each.stop() }
    }

    @Test("trusts no server by default, and one whose authority it is given")
    func checksCertificates() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("http-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (key, certificate) = (folder.path + "/key.pem", folder.path + "/cert.pem")
        let openssl = Process()
        openssl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        openssl.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
            "2",
            "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate,
        ]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        let tls = HTTPServerConfiguration.TLS(
            certificate: try String(contentsOfFile: certificate, encoding: .utf8),
            key: try String(contentsOfFile: key, encoding: .utf8)
        )
        try await withServer(HTTPServerConfiguration(tls: tls), handler: { _ in HTTPServerResponse(status: 200) }) {
            url in
            let stranger = try client()
            let error = await #expect(throws: HTTPError.self) {
                try await stranger.execute(HTTPRequest(url: url + "/"))
            }
            #expect(error?.code == .tls)
            let pem = Array(try Data(contentsOf: URL(filePath: certificate)))
            for authorities in [TrustedAuthorities(additional: pem), TrustedAuthorities(file: certificate)] {
                let friend = try client(HTTPClientConfiguration(authorities: authorities))
                let response = try await friend.execute(HTTPRequest(url: url + "/"))
                #expect(response.status == 200)
            }
        }
    }

    @Test("hands over a large answer in pieces, and holds the server back meanwhile")
    func streamsAnswers() async throws {
        let client = try client()
        let total = 24 << 20
        try await withServer(handler: { _ in
            HTTPServerResponse(status: 200, body: .bytes(Array(repeating: 9, count: total)))
        }) { url in
            let count = try await client.withResponse(
                HTTPRequest(url: url + "/", timeout: .seconds(170), maximumResponseBytes: .max)
            ) {
                head,
                body in
                #expect(head.status == 200)
                var count = 0
                for try await chunk in body {
                    #expect(chunk.count <= 1 << 20)
                    count += chunk.count
                    await Task.yield()
                }
                return count
            }
            #expect(count == total)
        }
    }

    @Test("a reader that stops early ends the exchange")
    func leavesStreams() async throws {
        let client = try client()
        try await withServer(handler: { _ in
            HTTPServerResponse(status: 200, body: .bytes(Array(repeating: 9, count: 24 << 20)))
        }) { url in
            let first = try await client.withResponse(HTTPRequest(url: url + "/", maximumResponseBytes: .max)) {
                _,
                body in
                for try await chunk in body { return chunk.count }
                return 0
            }
            #expect(first > 0)
        }
    }

    @Test("shutting down ends what runs, and later requests at once")
    func shutsDown() async throws {
        let client = try client()
        let server = RawServer { _ in "" }
        let port = server.port
        let task = Task { try await client.execute(HTTPRequest(url: "http://127.0.0.1:\(port)/")) }
        while server.requests.isEmpty { await Task.yield() }
        await client.shutdown()
        let running = await #expect(throws: HTTPError.self) { try await task.value }
        #expect(running?.code == .cancelled)
        let late = await #expect(throws: HTTPError.self) {
            try await client.execute(HTTPRequest(url: "http://127.0.0.1:\(port)/"))
        }
        #expect(late?.code == .cancelled)
        server.stop()
    }

    @Test(
        "URLs lose query, fragment and user in errors",
        arguments: [
            ("https://h:1/p?sig=1", "https://h:1/p"), ("https://u:p@h/p#f", "https://h/p"), ("https://h", "https://h"),
            ("https://h?x", "https://h"), ("https://h/a@b", "https://h/a@b"), ("nonsense?x", "nonsense"),
            ("https://u:p/w@h/p", "https://h/p"), ("u:p@h:1", "h:1"), ("https://u@p@h", "https://h"),
            ("https://h:1/a@b", "https://h:1/a@b"), ("https://[::1]:1/a@b", "https://[::1]:1/a@b"),
            ("https://[::1]/a@b", "https://[::1]/a@b"),
        ]
    )
    func redacts(url: String, shown: String) { #expect(HTTPError.withoutQuery(url) == shown) }
}
