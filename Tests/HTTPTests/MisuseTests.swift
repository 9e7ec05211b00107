import HTTP
import Logging
import Testing

@Suite("What must not leave the client", .timeLimit(.minutes(3)))
struct MisuseTests {
    @Test("a redirect is an answer, and nothing is sent where it points", arguments: [301, 302, 303, 307, 308])
    func followsNoRedirects(status: Int) async throws {
        let client = try HTTPClient(logger: Logger(label: "test", level: .trace, sink: MemoryLogSink()))
        let elsewhere = RawServer { _ in "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" }
        let place = "http://127.0.0.1:\(elsewhere.port)/"
        let server = RawServer { _ in "HTTP/1.1 \(status) Over there\r\nLocation: \(place)\r\nContent-Length: 0\r\n\r\n"
        }
        let request = HTTPRequest(
            method: .post,
            url: "http://127.0.0.1:\(server.port)/",
            headers: [HTTPHeader("Authorization", "Bearer T0KEN")],
            body: .bytes(Array("data".utf8))
        )
        let response = try await client.execute(request)
        #expect(response.status == status)
        #expect(response.header("location") == place)
        server.stop()
        #expect(elsewhere.requests.isEmpty)
        elsewhere.stop()
    }

    @Test(
        "a header field that would become two is not sent, and its value is not told",
        arguments: [
            ("X-A", "S3CRET\r\nX-B: 1"), ("X-A", "S3CRET\n"), ("X-A", "S3CRET\0"), ("X-A: S3CRET\r\nX-B", "1"),
            ("", "S3CRET"),
            ("X-S3CRET A", "1"),
        ]
    )
    func refusesInjectedFields(name: String, value: String) async throws {
        let client = try HTTPClient(logger: Logger(label: "test", level: .trace, sink: MemoryLogSink()))
        let server = RawServer { _ in "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" }
        let error = await #expect(throws: HTTPError.self) {
            try await client.execute(
                HTTPRequest(url: "http://127.0.0.1:\(server.port)/", headers: [HTTPHeader(name, value)])
            )
        }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains("S3CRET") == false)
        #expect(server.requests.isEmpty)
        server.stop()
    }
}
