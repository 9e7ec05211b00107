import Foundation
import HTTP
import Logging
import Testing

@Suite("An answer that goes on", .timeLimit(.minutes(3)))
struct IdleTests {
    private let client: HTTPClient

    init() throws { client = try HTTPClient(logger: Logger(label: "test", sink: MemoryLogSink())) }

    private func chunk(_ text: String) -> String { "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n" }

    private func request(_ server: RawServer, idle: Duration) -> HTTPRequest {
        HTTPRequest(
            url: "http://127.0.0.1:\(server.port)/",
            timeout: nil,
            idleTimeout: idle,
            maximumResponseBytes: .max
        )
    }

    @Test("ends when nothing comes for too long, before the head or after it")
    func noticesSilence() async throws {
        for answer in ["", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk("one\n")] {
            let server = RawServer { _ in answer }
            let error = await #expect(throws: HTTPError.self) {
                try await client.withResponse(request(server, idle: .milliseconds(300))) { _, body in
                    for try await _ in body {}
                }
            }
            #expect(error?.code == .timedOut && error?.message.contains("sent nothing for 0.3 seconds") == true)
            server.stop()
        }
    }

    @Test("lasts longer than the limit as long as something comes")
    func staysWithNews() async throws {
        // Ten pieces, a tenth of a second apart, and 60 seconds of patience between two of them.
        let pieces = (0..<10).map { "\u{0}" + chunk("line \($0)\n") }.joined()
        let server = RawServer { _ in
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + pieces + "0\r\n\r\n"
        }
        let text = try await client.withResponse(request(server, idle: .seconds(60))) { _, body in
            var text = ""
            for try await chunk in body { text += String(decoding: chunk, as: UTF8.self) }
            return text
        }
        #expect(text.split(separator: "\n").count == 10)
        server.stop()
    }

    @Test("time in which nobody reads does not count")
    func holdsBack() async throws {
        let size = 16 << 20
        // With threads of its own, so that the answer begins at once however many tests wait for their turn.
        let head = "HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n"
        let server = RawServer { _ in head + String(repeating: "x", count: size) }
        let request = HTTPRequest(
            url: "http://127.0.0.1:\(server.port)/",
            timeout: nil,
            // A busy machine may keep the server from its turn for seconds.
            idleTimeout: .seconds(20),
            maximumResponseBytes: .max
        )
        let count = try await client.withResponse(request) { _, body in
            var count = 0
            for try await chunk in body {
                // Longer than the limit, while the server is held back.
                if count == 0 { try await Task.sleep(for: .seconds(21)) }
                count += chunk.count
            }
            return count
        }
        #expect(count == size)
        server.stop()
    }

    @Test("asks for compression unless told not to", arguments: [true, false])
    func compression(isAccepted: Bool) async throws {
        let server = RawServer { _ in "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" }
        _ = try await client.execute(
            HTTPRequest(url: "http://127.0.0.1:\(server.port)/", acceptsCompression: isAccepted)
        )
        #expect(server.requests[0].lowercased().contains("accept-encoding: gzip") == isAccepted)
        server.stop()
    }

    @Test("takes a new connection for a request that must not arrive twice, and then sends it once")
    func newConnections() async throws {
        // Each connection serves one request, and closes without a word at the second.
        let server = RawServer { request in
            request.number == 1 && request.connection != 2 ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" : nil
        }
        let url = "http://127.0.0.1:\(server.port)/"
        _ = try await client.execute(HTTPRequest(url: url))
        let error = await #expect(throws: HTTPError.self) {
            try await client.execute(HTTPRequest(method: .post, url: url, needsNewConnection: true))
        }
        #expect(error?.code == .cut)
        #expect(server.requests.count == 2 && server.connections == 2)
        server.stop()
    }
}
