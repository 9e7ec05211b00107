import HTTP
import Logging
import Testing

@Suite("Answers with numbers that are none", .timeLimit(.minutes(3)))
struct StrangeAnswerTests {
    @Test(
        "are answers or errors, and the client goes on",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: -9223372036854775808\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\nx",
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nx",
            "HTTP/1.1 200 OK\r\nContent-Length: 1e9\r\n\r\nx",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nx",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nx",
            "HTTP/1.1 99999999999999999999 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 -1 OK\r\n\r\n",
            "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 \r\n\r\n", "\r\n\r\n",
            "HTTP/1.1 200 OK\r\n: x\r\n:\r\nContent-Length: 0\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n",
        ]
    )
    func survives(answer: String) async throws {
        let client = try HTTPClient(logger: Logger(label: "test", sink: MemoryLogSink()))
        // One answer a connection, which then ends.
        let server = RawServer { request in request.number == 1 ? answer : nil }
        _ = try? await client.execute(
            HTTPRequest(
                url: "http://127.0.0.1:\(server.port)/",
                timeout: .milliseconds(500),
                maximumResponseBytes: 1 << 20
            )
        )
        let good = RawServer { _ in "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" }
        let response = try await client.execute(HTTPRequest(url: "http://127.0.0.1:\(good.port)/"))
        #expect(response.status == 200)
        for server in [server, good] { server.stop() }
    }
}
