import Cryptography
import Foundation
import HTTP
import JSON
import Secrets
import Testing

@testable import Identity

@Suite("Applications with a certificate", .timeLimit(.minutes(3)))
struct CertificateTests {
    private let fixture = Fixture()
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The stores of Cryptography's tests; their password is `changeit`.
    private static let stores = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "CryptographyTests/Stores")

    private static func bytes(_ name: String) throws -> Data { try Data(contentsOf: stores.appending(path: name)) }

    private static func text(_ names: String...) throws -> String {
        try names.map { String(decoding: try bytes($0), as: UTF8.self) }.joined()
    }

    private func provider(
        _ path: String,
        password: RotatedSecret? = nil,
        _ transport: ScriptedTransport
    ) -> TokenProvider {
        fixture.provider(
            .certificate(
                EntraApplication(tenantID: "tid", clientID: "app"),
                ClientCertificate(path: path, password: password)
            ),
            transport
        )
    }

    /// The assertion of a request, and what it says once its signature is checked.
    private func assertion(
        of request: HTTPRequest,
        signedBy name: String = "client-chain.pem"
    ) throws -> (header: JSONValue, claims: JSONValue) {
        let store = try KeyStore(reading: Array(try Self.bytes(name)), password: nil)
        let field = request.text.split(separator: "&").first { $0.hasPrefix("client_assertion=") }
        let token = String(try #require(field).dropFirst("client_assertion=".count))
        let verified = try #require(JWTVerifier.verify(token, signedBy: store.authorities[0], .ps256))
        return (try JSONValue(parsing: verified.header), try JSONValue(parsing: verified.claims))
    }

    @Test("sign who asks, where, from now on for ten minutes, and once")
    func assertion() async throws {
        let path = try folder.write(try Self.text("client.key", "client-chain.pem"), "client.pem")
        let transport = ScriptedTransport([.token()])
        let provider = provider(path, transport)
        _ = try await provider.token()
        fixture.advance(by: .seconds(3300))
        _ = try await provider.token()
        let place = "https://login.example/tid/oauth2/v2.0/token"
        #expect(transport.sent.map(\.url) == [place, place])
        #expect(
            transport.sent[0].text.hasPrefix(
                "client_id=app&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion="
            )
        )
        #expect(
            transport.sent[0].text.hasSuffix(
                "&grant_type=client_credentials&scope=https%3A%2F%2Fr.example%2F.default"
            )
        )
        let signed = try transport.sent.map { try assertion(of: $0) }
        for (number, (header, claims)) in signed.enumerated() {
            #expect(header["alg"] == "PS256" && header["typ"] == "JWT" && header["x5t#S256"]?.stringValue != nil)
            #expect(claims["aud"]?.stringValue == place && claims["iss"] == "app" && claims["sub"] == "app")
            let now = 1_800_000_000 + number * 3300
            #expect(claims["nbf"]?.intValue == now && claims["exp"]?.intValue == now + 600)
        }
        #expect(signed[0].claims["jti"]?.stringValue?.isEmpty == false)
        #expect(signed[0].claims["jti"] != signed[1].claims["jti"])
    }

    @Test("come from PEM, PKCS #12 and JKS", arguments: ["openssl.p12", "openssl-old.p12", "keytool.jks"])
    func formats(name: String) async throws {
        let transport = ScriptedTransport([.token()])
        let path = Self.stores.appending(path: name).path
        _ = try await provider(path, password: RotatedSecret(Secret("changeit")), transport).token()
        #expect(transport.sent.count == 1)
    }

    @Test(
        "that cannot be used are named with what to do, and nothing is sent",
        arguments: [
            ("missing.pem", "cannot be read"), ("client.key", "no certificate"), ("authorities.pem", "no private key"),
            ("openssl.p12", "password"), ("short.pem", "2048"), ("ps256.jwt", "the certificate's file"),
        ]
    )
    func unusable(name: String, part: String) async throws {
        let transport = ScriptedTransport([.token()])
        let provider = provider(Self.stores.appending(path: name).path, transport)
        let error = await #expect(throws: IdentityError.self) { try await provider.token() }
        let message = error?.message ?? ""
        #expect(error?.code == .invalidConfiguration && error?.needsChange == false)
        #expect(message.contains(part) && message.hasSuffix("check the remedy"), "\(message)")
        #expect(transport.sent.isEmpty)
    }

    @Test("that have ended, or have not begun, are not sent: Entra would answer with a number")
    func validity() async throws {
        let transport = ScriptedTransport([.token()])
        let expired = provider(Self.stores.appending(path: "expired.pem").path, transport)
        // Its key is not of RSA, which is not what is wrong first.
        let error = await #expect(throws: IdentityError.self) { try await expired.token() }
        #expect(error?.code == .refused && error?.needsChange == false)
        #expect(error?.message.contains("CN=expired ended at 2021-01-01T00:00:00Z; renew it") == true)

        let early = TokenProvider(
            .certificate(
                EntraApplication(tenantID: "tid", clientID: "app"),
                ClientCertificate(
                    path: try folder.write(try Self.text("client.key", "client-chain.pem"), "early.pem")
                )
            ),
            for: .resource("https://r.example", loginEndpoint: "https://login.example"),
            remedy: "r",
            transport: transport,
            clock: IdentityClock(now: { .zero }, unixSeconds: { 1_000_000_000 })
        )
        let other = await #expect(throws: IdentityError.self) { try await early.token() }
        #expect(other?.message.contains("begins at 2026-01-01T00:00:00Z only; check this machine's clock") == true)
        #expect(transport.sent.isEmpty)
    }

    @Test("are read again for each token; a file that is no good meanwhile, or a wrong one, changes nothing")
    func rotation() async throws {
        let good = try Self.text("client.key", "client-chain.pem")
        let path = try folder.write(good, "client.pem")
        let transport = ScriptedTransport([.token()])
        let provider = provider(path, transport)
        _ = try await provider.token()
        for text in ["", try Self.text("client.key"), "-----BEGIN CERTIFICATE-----\nx"] {
            try folder.write(text, "client.pem")
            fixture.advance(by: .seconds(3600))
            _ = try await provider.token()
        }
        #expect(transport.sent.count == 4)
        for request in transport.sent { _ = try assertion(of: request) }

        // One that has ended is refused before it is sent, and the one before it is used.
        try folder.write(try Self.text("expired.pem"), "client.pem")
        fixture.advance(by: .seconds(3600))
        _ = try await provider.token()
        #expect(fixture.failures.count == 1 && fixture.failures[0].contains("is still taken, and used"))
        _ = try assertion(of: transport.sent[4])
    }

    @Test("have a password that may be replaced too")
    func password() async throws {
        try folder.write("wrong", "password")
        let password = try RotatedSecret(reading: "${directory:\(folder.path):password}", environment: [:])
        let transport = ScriptedTransport([.token()])
        let provider = provider(Self.stores.appending(path: "openssl.p12").path, password: password, transport)
        let error = await #expect(throws: IdentityError.self) { try await provider.token() }
        #expect(error?.code == .invalidConfiguration && error?.message.contains("password") == true)
        try folder.write("changeit\n", "password")
        fixture.advance(by: .seconds(1))
        _ = try await provider.token()
        #expect(transport.sent.count == 1)
    }
}
