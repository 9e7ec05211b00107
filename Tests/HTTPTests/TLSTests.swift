import Foundation
import HTTP
import Logging
import NetworkKit
import Secrets
import Testing

@Suite("TLS with certificates from memory", .timeLimit(.minutes(3)))
struct TLSTests {
    private let folder: CertificateFolder

    init() throws { folder = try CertificateFolder() }

    private func page(_ tls: TLSSettings, demand: Bool = false) async throws -> String {
        let server = try CertificateServer(folder, demand: demand)
        defer { server.stop() }
        let client = try HTTPClient(
            configuration: HTTPClientConfiguration(tls: tls),
            logger: Logger(label: "test", sink: MemoryLogSink())
        )
        let response = try await client.execute(HTTPRequest(url: "https://127.0.0.1:\(server.port)/"))
        return String(decoding: response.body, as: UTF8.self)
    }

    private func identity(_ name: String) throws -> TLSSettings.ClientCertificate {
        .init(certificate: try folder.bytes("\(name).crt"), key: Secret(try folder.text("\(name).key")))
    }

    @Test("shows the client's certificate to a server that demands one")
    func identifies() async throws {
        let page = try await page(
            TLSSettings(
                authorities: folder.bytes("ca.crt"),
                identity: identity("client"),
                serverName: "api.example"
            ),
            demand: true
        )
        #expect(page.contains("Client certificate") && page.contains(/Subject: CN ?= ?client/))
    }

    @Test("is refused without a certificate, and with one of another authority", arguments: [nil, "stranger"])
    func needsAnIdentity(name: String?) async throws {
        let tls = TLSSettings(
            authorities: try folder.bytes("ca.crt"),
            identity: try name.map(identity),
            serverName: "api.example"
        )
        let error = await #expect(throws: HTTPError.self) { try await page(tls, demand: true) }
        #expect([.tls, .cut].contains(error?.code), "\(error?.message ?? "")")
    }

    @Test("reports a certificate without its key as a problem of TLS")
    func keyOfAnother() async throws {
        let tls = TLSSettings(
            authorities: try folder.bytes("ca.crt"),
            identity: .init(certificate: try folder.bytes("client.crt"), key: Secret(try folder.text("server.key"))),
            serverName: "api.example"
        )
        let error = await #expect(throws: HTTPError.self) { try await page(tls) }
        #expect(error?.code == .tls && error?.message.contains("PRIVATE KEY") == false)
    }

    @Test("trusts nobody but the authorities given")
    func authorities() async throws {
        let known = TLSSettings(authorities: try folder.bytes("ca.crt"), serverName: "api.example")
        #expect(try await page(known).contains("no client certificate available"))
        for authorities in [try folder.bytes("stranger.crt"), nil] {
            let tls = TLSSettings(authorities: authorities, serverName: "api.example")
            let error = await #expect(throws: HTTPError.self) { try await page(tls) }
            #expect(error?.code == .tls)
        }
    }

    @Test("checks the name that the server is known by, not the host of the URL", arguments: [nil, "other.example"])
    func names(name: String?) async throws {
        let tls = TLSSettings(authorities: try folder.bytes("ca.crt"), serverName: name)
        let error = await #expect(throws: HTTPError.self) { try await page(tls) }
        #expect(error?.code == .tls && error?.url.hasPrefix("https://127.0.0.1:") == true)
    }

    @Test("checks nothing when told so")
    func insecure() async throws {
        #expect(try await page(TLSSettings(verifiesServer: false)).contains("no client certificate available"))
    }

    @Test("refuses authorities that are none, and folders that are not there, and names the variable")
    func unusableAuthorities() throws {
        let key = "\(folder.path)/ca.key"
        let cases = [
            (TrustedAuthorities(additional: Array("no certificate".utf8)), "holds no certificate"),
            (TrustedAuthorities(file: "/etc/passwd"), "/etc/passwd holds no certificate"),
            (TrustedAuthorities(file: "\(key).missing"), "SSL_CERT_FILE"),
            (TrustedAuthorities(folders: "\(folder.path)/missing:\(key)"), "SSL_CERT_DIR"),
        ]
        for (authorities, text) in cases {
            let error = #expect(throws: HTTPError.self) {
                try HTTPClient(
                    configuration: HTTPClientConfiguration(authorities: authorities),
                    logger: Logger(label: "test", sink: MemoryLogSink())
                )
            }
            #expect(error?.code == .invalidConfiguration && error?.message.contains(text) == true)
        }
    }

    @Test("trusts the authorities of a folder whose files are named by hashes")
    func hashedFolder() async throws {
        let hashed = "\(folder.path)/hashed"
        try FileManager.default.createDirectory(atPath: hashed, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: "\(folder.path)/ca.crt", toPath: "\(hashed)/ca.pem")
        try CertificateFolder.openssl(["rehash", hashed])
        let server = try CertificateServer(folder, demand: false)
        defer { server.stop() }
        let client = try HTTPClient(
            configuration: HTTPClientConfiguration(
                authorities: TrustedAuthorities(folders: "\(folder.path)/missing:\(hashed)"),
                tls: TLSSettings(serverName: "api.example")
            ),
            logger: Logger(label: "test", sink: MemoryLogSink())
        )
        #expect(try await client.execute(HTTPRequest(url: "https://127.0.0.1:\(server.port)/")).status == 200)
    }
}
