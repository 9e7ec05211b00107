import Foundation
import HTTP
import Logging
import Secrets
import Testing

@Suite("Proxies", .timeLimit(.minutes(3)))
struct ProxyTests {
    private func client(_ proxy: HTTPClientConfiguration.Proxy) throws -> HTTPClient {
        try HTTPClient(
            configuration: HTTPClientConfiguration(proxies: ProxyRules(proxy)),
            logger: Logger(label: "test", sink: MemoryLogSink())
        )
    }

    @Test("are told who asks, and only when there are credentials")
    func authenticates() async throws {
        let server = RawServer { _ in "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" }
        let proxy = HTTPClientConfiguration.Proxy(host: "127.0.0.1", port: server.port)
        var other = proxy
        other.credentials = .init(user: "user", password: Secret("p@ss"))
        for each in [proxy, other] { _ = try await client(each).execute(HTTPRequest(url: "http://api.example/x")) }
        let expected = "Proxy-Authorization: Basic \(Data("user:p@ss".utf8).base64EncodedString())"
        #expect(!server.requests[0].contains("Proxy-Authorization") && server.requests[1].contains(expected))
        #expect(!"\(other)".contains("p@ss"))
        server.stop()
    }

    @Test("are passed by for this machine, unless they are for it too", arguments: [true, false])
    func localHosts(isForLocalHosts: Bool) async throws {
        let proxy = RawServer { _ in "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nproxy" }
        let server = RawServer { _ in "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nserver" }
        let client = try client(.init(host: "127.0.0.1", port: proxy.port, isForLocalHosts: isForLocalHosts))
        let response = try await client.execute(HTTPRequest(url: "http://127.0.0.1:\(server.port)/"))
        #expect(String(decoding: response.body, as: UTF8.self) == (isForLocalHosts ? "proxy" : "server"))
        for each in [proxy, server] { each.stop() }
    }

    @Test(
        "are passed by for link-local addresses and every spelling of this machine",
        arguments: [
            "169.254.169.254", "169.254.130.4:8081", "169.254.43518", "[::1]:1", "127.8.9.1:1", "0x7f000001:1",
            "localhost:1",
        ]
    )
    func localNames(host: String) async throws {
        let proxy = RawServer { _ in "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nproxy" }
        let client = try client(.init(host: "127.0.0.1", port: proxy.port))
        let request = HTTPRequest(url: "http://\(host)/", timeout: .seconds(60), connectTimeout: .milliseconds(200))
        // Nobody is there, or somebody who is none of the proxy's business.
        _ = try? await client.execute(request)
        #expect(proxy.requests.isEmpty)
        proxy.stop()
    }

    @Test("are passed by, whatever they are for, when a request wants that", arguments: [true, false])
    func bypasses(wants: Bool) async throws {
        let proxy = RawServer { _ in "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nproxy" }
        let server = RawServer { _ in "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nserver" }
        let client = try client(.init(host: "127.0.0.1", port: proxy.port, isForLocalHosts: true))
        // The second request must not go over the connection of the first.
        for _ in 0..<2 {
            let request = HTTPRequest(url: "http://127.0.0.1:\(server.port)/", bypassesProxy: wants)
            let response = try await client.execute(request)
            #expect(String(decoding: response.body, as: UTF8.self) == (wants ? "server" : "proxy"))
        }
        let other = HTTPRequest(url: "http://127.0.0.1:\(server.port)/", bypassesProxy: !wants)
        let response = try await client.execute(other)
        #expect(String(decoding: response.body, as: UTF8.self) == (wants ? "proxy" : "server"))
        for each in [proxy, server] { each.stop() }
    }

    @Test("of SOCKS 5 resolve the name themselves, and may ask for a password", arguments: [nil, "pass word"])
    func socks(password: String?) async throws {
        let server = SocksServer()
        let client = try client(
            .init(
                kind: .socks5,
                host: "127.0.0.1",
                port: server.port,
                credentials: password.map { .init(user: "user", password: Secret($0)) }
            )
        )
        let response = try await client.execute(HTTPRequest(url: "http://only.the-proxy-knows.example:8080/x"))
        #expect(response.status == 200)
        #expect(server.target == "only.the-proxy-knows.example:8080")
        #expect(server.credentials == password.map { "user:\($0)" })
        server.stop()
    }
}
