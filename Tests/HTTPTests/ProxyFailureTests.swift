import Foundation
import Glibc
import HTTP
import Logging
import NetworkKit
import Secrets
import Testing

@Suite("A proxy that does not let a request pass", .timeLimit(.minutes(3)))
struct ProxyFailureTests {
    private typealias Proxy = HTTPClientConfiguration.Proxy
    private static let folder = Result { try CertificateFolder() }
    private let folder: CertificateFolder

    init() throws { folder = try Self.folder.get() }

    private func client(_ proxy: Proxy, _ authorities: TrustedAuthorities = .init()) throws -> HTTPClient {
        try HTTPClient(
            configuration: HTTPClientConfiguration(
                authorities: authorities,
                tls: TLSSettings(authorities: folder.bytes("ca.crt")),
                proxies: ProxyRules(proxy)
            ),
            logger: Logger(label: "test", sink: MemoryLogSink())
        )
    }

    private func failure(of proxy: Proxy, url: String = "https://api.example/x?sig=S1G") async throws -> HTTPError {
        let client = try client(proxy)
        let error = await #expect(throws: HTTPError.self) { try await client.execute(HTTPRequest(url: url)) }
        return try #require(error)
    }

    @Test("is not there for a request that it does let pass, with a user and a password that it asks for")
    func passes() async throws {
        let server = try CertificateServer(folder, demand: false)
        let expected = "Proxy-Authorization: Basic \(Data("us:er:p@ss wörd".utf8).base64EncodedString())\r\n"
        let proxy = TunnelProxy(to: server.port) { head in
            head.contains(expected) ? nil : "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic"
        }
        let client = try client(
            Proxy(
                host: "127.0.0.1",
                port: proxy.port,
                credentials: .init(user: "us", password: Secret("er:p@ss wörd"))
            )
        )
        let request = HTTPRequest(
            url: "https://api.example/x",
            headers: [HTTPHeader("Authorization", "Bearer T0KEN")]
        )
        #expect(try await client.execute(request).status == 200)
        #expect(proxy.requests.count == 1 && proxy.requests[0].hasPrefix("CONNECT api.example:443 HTTP/1.1\r\n"))
        // What is for the server is inside of TLS.
        #expect(!proxy.requests[0].contains("T0KEN"))
        proxy.stop()
        server.stop()
    }

    @Test("wants a user and a password, or others", arguments: [nil, "hunter2"])
    func wantsCredentials(password: String?) async throws {
        let proxy = TunnelProxy(to: 1) { _ in
            "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0"
        }
        let error = try await failure(
            of: Proxy(
                host: "127.0.0.1",
                port: proxy.port,
                credentials: password.map { .init(user: "user", password: Secret($0)) },
                setting: "proxy.host"
            )
        )
        let reason = password == nil ? "wants a user and a password" : "refuses the user or the password"
        #expect(
            error.code == .proxy
                && error.message.contains(
                    "the proxy 127.0.0.1:\(proxy.port) \(reason) (status 407); check the user and the password that belong to "
                        + "proxy.host"
                ),
            "\(error)"
        )
        #expect(!error.message.contains("hunter2") && !error.message.contains("S1G"))
        proxy.stop()
    }

    @Test("does not connect to the server", arguments: ["403 Forbidden", "502 Bad Gateway", "302 Found"])
    func refuses(status: String) async throws {
        let proxy = TunnelProxy(to: 1) { _ in
            "HTTP/1.1 \(status)\r\nLocation: https://evil.example/\r\nContent-Length: 0"
        }
        let error = try await failure(of: Proxy(host: "127.0.0.1", port: proxy.port, setting: "HTTPS_PROXY"))
        let number = status.prefix(3)
        let text =
            "the proxy 127.0.0.1:\(proxy.port) does not connect to the server (status \(number)); let the proxy connect to it, "
            + "or check HTTPS_PROXY"
        #expect(error.code == .proxy && error.message.contains(text), "\(error)")
        #expect(proxy.requests.count == 1)
        proxy.stop()
    }

    @Test("cannot be reached, and is named in place of the server", arguments: ["https", "http"])
    func isAway(scheme: String) async throws {
        // A port that is taken and at which nobody listens.
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = unsafe inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = unsafe bind(descriptor, $0, length)
                _ = unsafe getsockname(descriptor, $0, &length)
            }
        }
        let port = Int(UInt16(bigEndian: address.sin_port))
        let error = try await failure(
            of: Proxy(host: "127.0.0.1", port: port, setting: "proxy.host and proxy.port"),
            url: "\(scheme)://api.example/"
        )
        #expect(error.code == .refused)
        #expect(error.message.contains("the proxy 127.0.0.1:\(port) cannot be reached"), "\(error)")
        #expect(error.message.contains("check proxy.host and proxy.port"))
    }

    @Test("has no address")
    func isUnknown() async throws {
        let error = try await failure(of: Proxy(host: "proxy.invalid", port: 3128, setting: "proxy.host"))
        #expect(error.code == .nameResolution)
        #expect(error.message.contains("the proxy proxy.invalid:3128 has no address; check proxy.host"), "\(error)")
    }

    @Test("hangs up")
    func hangsUp() async throws {
        let proxy = RawServer { _ in nil }
        let error = try await failure(of: Proxy(host: "127.0.0.1", port: proxy.port, setting: "proxy.host"))
        #expect(error.code == .cut && error.message.contains("the proxy 127.0.0.1:\(proxy.port) "), "\(error)")
        #expect(error.message.contains("check proxy.host"))
        proxy.stop()
    }

    @Test("says nothing")
    func saysNothing() async throws {
        let proxy = RawServer { _ in "" }
        let client = try client(Proxy(host: "127.0.0.1", port: proxy.port, setting: "proxy.host"))
        let error = await #expect(throws: HTTPError.self) {
            try await client.execute(HTTPRequest(url: "https://api.example/", connectTimeout: .milliseconds(300)))
        }
        #expect(error?.code == .timedOut)
        #expect(error?.message.contains("the proxy 127.0.0.1:\(proxy.port) does not answer") == true, "\(error as Any)")
        proxy.stop()
    }

    @Test("has a certificate that nobody trusts, until its authority is")
    func isNotTrusted() async throws {
        let server = try CertificateServer(folder, name: "proxy", demand: false)
        let proxy = Proxy(kind: .https, host: "127.0.0.1", port: server.port, setting: "proxy.host")
        let error = try await failure(of: proxy)
        #expect(error.code == .tls)
        #expect(error.message.contains("the proxy 127.0.0.1:\(server.port) is not trusted"), "\(error)")
        #expect(error.message.contains("trust the authority that signed the proxy's certificate"))
        // It takes a request for plain HTTP as one for itself, and answers.
        let client = try client(proxy, TrustedAuthorities(additional: try folder.bytes("ca.crt")))
        let response = try await client.execute(HTTPRequest(url: "http://api.example/"))
        #expect(String(decoding: response.body, as: UTF8.self).contains("s_server"))
        server.stop()
    }

    @Test("is not blamed for a server that is not trusted")
    func innocent() async throws {
        let server = try CertificateServer(folder, name: "proxy", demand: false)
        let proxy = TunnelProxy(to: server.port)
        let error = try await failure(of: Proxy(host: "127.0.0.1", port: proxy.port))
        #expect(error.code == .tls && !error.message.contains("the proxy"), "\(error)")
        proxy.stop()
        server.stop()
    }
}
