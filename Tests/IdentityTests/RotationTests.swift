import Foundation
import HTTP
import Secrets
import Testing

@testable import Identity

@Suite("Secrets that are replaced while the process runs", .timeLimit(.minutes(2)))
struct RotationTests {
    private let fixture = Fixture()
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Makes a credential of a secret.
    enum Kind: CaseIterable {
        case clientSecret, oauthClient

        func credential(_ secret: RotatedSecret) -> Credential {
            switch self {
            case .clientSecret: .clientSecret(EntraApplication(tenantID: "tid", clientID: "app"), secret)
            case .oauthClient:
                .oauthClient(
                    OAuthClient(tokenURL: "https://login.example/token", clientID: "app", clientSecret: secret)
                )
            }
        }

        /// The secret that a request carries.
        func secret(of request: HTTPRequest) -> String? {
            switch self {
            case .clientSecret:
                return request.text.split(separator: "&").first { $0.hasPrefix("client_secret=") }
                    .map { String($0.dropFirst("client_secret=".count)) }
            case .oauthClient:
                let basic = request.header("Authorization")?.dropFirst("Basic ".count)
                let pair = basic.flatMap { Data(base64Encoded: String($0)) }
                return pair.map { String(String(decoding: $0, as: UTF8.self).dropFirst("app:".count)) }
            }
        }
    }

    private func secret(_ text: String) throws -> RotatedSecret {
        try folder.write(text, "secret")
        return try RotatedSecret(reading: "${directory:\(folder.path):secret}", environment: [:])
    }

    /// An identity provider that takes one secret.
    private func takes(_ good: String, _ kind: Kind) -> @Sendable (HTTPRequest, Int) -> ScriptedTransport.Answer {
        { request, before in
            kind.secret(of: request) == good
                ? .token("T\(before)") : .text(#"{"error":"invalid_client"}"#, status: 401)
        }
    }

    @Test("are used at the next renewal, which comes before the token ends", arguments: Kind.allCases)
    func nextRenewal(kind: Kind) async throws {
        let secret = try secret("one")
        let transport = ScriptedTransport([.token()])
        let provider = fixture.provider(kind.credential(secret), transport)
        _ = try await provider.token()
        try folder.write("two", "secret")
        fixture.advance(by: .seconds(3299))
        _ = try await provider.token()
        #expect(transport.sent.count == 1)
        fixture.advance(by: .seconds(1))
        _ = try await provider.token()
        #expect(transport.sent.map(kind.secret) == ["one", "two"])
    }

    @Test("are used when a service refuses the token", arguments: Kind.allCases)
    func refusedToken(kind: Kind) async throws {
        let transport = ScriptedTransport([.token()])
        let provider = fixture.provider(kind.credential(try secret("one")), transport)
        let (_, generation) = try await provider.token()
        try folder.write("two", "secret")
        await provider.invalidate(generation: generation)
        _ = try await provider.token()
        #expect(transport.sent.map(kind.secret) == ["one", "two"])
    }

    @Test("are used at once when the old one is refused while it is sent", arguments: Kind.allCases)
    func refusedMeanwhile(kind: Kind) async throws {
        let folder = folder
        let takesTwo = takes("two", kind)
        let transport = ScriptedTransport { request, before in
            if before == 0 { _ = try? folder.write("two", "secret") }
            return takesTwo(request, before)
        }
        let provider = fixture.provider(kind.credential(try secret("one")), transport)
        #expect(try await provider.token().value.secret.reveal() == "T1")
        #expect(transport.sent.map(kind.secret) == ["one", "two"])
        #expect(fixture.failures.isEmpty)
    }

    @Test("are found by later tries when the file changes only after the refusal", arguments: Kind.allCases)
    func refusedBefore(kind: Kind) async throws {
        let transport = ScriptedTransport(takes("two", kind))
        let provider = fixture.provider(kind.credential(try secret("one")), transport)
        let error = await #expect(throws: IdentityError.self) { try await provider.token() }
        #expect(error?.code == .refused && error?.needsChange == false)
        #expect(transport.sent.count == 1, "the same secret is not sent again at once")
        try folder.write("two", "secret")
        fixture.advance(by: .seconds(1))
        _ = try await provider.token()
        #expect(transport.sent.map(kind.secret) == ["one", "two"])
    }

    @Test("a new one that is refused leaves the old one in use, which is told", arguments: Kind.allCases)
    func badSecret(kind: Kind) async throws {
        let transport = ScriptedTransport(takes("one", kind))
        let provider = fixture.provider(kind.credential(try secret("one")), transport)
        _ = try await provider.token()
        try folder.write("typo", "secret")
        fixture.advance(by: .seconds(3300))
        #expect(try await provider.token().value.secret.reveal() == "T2")
        #expect(transport.sent.map(kind.secret) == ["one", "typo", "one"])
        #expect(fixture.failures.count == 1 && fixture.failures[0].contains("the one before it is still taken"))
        #expect(!fixture.failures[0].contains("typo"))
        try folder.write("one", "secret")
        fixture.advance(by: .seconds(3300))
        #expect(try await provider.token().value.secret.reveal() == "T3")
        #expect(fixture.failures.count == 1)
    }

    @Test("when no value is taken the old token stays in use for as long as it is good", arguments: Kind.allCases)
    func noGoodSecret(kind: Kind) async throws {
        let transport = ScriptedTransport { request, before in
            before == 0 || kind.secret(of: request) == "three"
                ? .token("T\(before)") : .text(#"{"error":"invalid_client"}"#, status: 401)
        }
        let provider = fixture.provider(kind.credential(try secret("one")), transport)
        _ = try await provider.token()
        try folder.write("two", "secret")
        fixture.advance(by: .seconds(3300))
        #expect(try await provider.token().value.secret.reveal() == "T0")
        #expect(transport.sent.map(kind.secret) == ["one", "two", "one"])
        // Not again within 30 seconds, and then with what stands there by now.
        try folder.write("three", "secret")
        fixture.advance(by: .seconds(29))
        #expect(try await provider.token().value.secret.reveal() == "T0")
        fixture.advance(by: .seconds(1))
        #expect(try await provider.token().value.secret.reveal() == "T3")
    }

    @Test(
        "a file that is gone or empty leaves the last value in use, and a refusal then says so",
        arguments: [true, false]
    )
    func missingFile(isGone: Bool) async throws {
        let transport = ScriptedTransport { request, before in
            before < 2 ? .token() : .text(#"{"error":"invalid_client"}"#, status: 401)
        }
        let provider = fixture.provider(Kind.clientSecret.credential(try secret("one")), transport)
        try folder.write("two", "secret")
        _ = try await provider.token()
        if isGone { try folder.remove("secret") } else { try folder.write("\n", "secret") }
        fixture.advance(by: .seconds(3300))
        _ = try await provider.token()
        #expect(transport.sent.map(Kind.clientSecret.secret) == ["two", "two"])
        fixture.advance(by: .seconds(3600))
        let error = await #expect(throws: IdentityError.self) { try await provider.token() }
        let message = error?.message ?? ""
        #expect(error?.code == .refused && message.contains("is one that was read earlier"), "\(message)")
        #expect(message.contains(isGone ? "cannot be read" : "is empty") && !message.contains("two"))
    }

    @Test("many callers cause one request, with the secret of that moment")
    func singleFlight() async throws {
        let transport = ScriptedTransport([.token()])
        let provider = fixture.provider(Kind.clientSecret.credential(try secret("one")), transport)
        for round in 1...3 {
            try folder.write("secret-\(round)", "secret")
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<50 { group.addTask { _ = try? await provider.token() } }
            }
            #expect(transport.sent.count == round)
            fixture.advance(by: .seconds(3600))
        }
        #expect(
            transport.sent.map(Kind.clientSecret.secret) == ["secret-1", "secret-2", "secret-3"]
        )
    }

    @Test("a token that is given in a file is read again every minute, and when it is refused")
    func givenToken() async throws {
        let transport = ScriptedTransport([.token()])
        let provider = fixture.provider(.token(try secret("t0")), for: .ofCredential, transport)
        func held() async throws -> (String, Int) {
            let (token, generation) = try await provider.token()
            return (token.secret.reveal(), generation)
        }
        #expect(try await held().0 == "t0")
        try folder.write("t1", "secret")
        fixture.advance(by: .seconds(59))
        #expect(try await held().0 == "t0")
        fixture.advance(by: .seconds(1))
        #expect(try await held().0 == "t1")
        try folder.write("t2", "secret")
        await provider.invalidate(generation: try await held().1)
        #expect(try await held().0 == "t2")
        // A file that is gone takes nothing away.
        try folder.remove("secret")
        fixture.advance(by: .seconds(3600))
        #expect(try await held().0 == "t2")
        #expect(transport.sent.isEmpty)
    }

    @Test("go to an identity provider as they are, or encoded as in forms", arguments: [false, true])
    func encoding(encodes: Bool) async throws {
        let client = OAuthClient(
            tokenURL: "https://login.example/token",
            clientID: "a b",
            clientSecret: try secret("s:e+c ü"),
            encodesCredentials: encodes
        )
        let transport = ScriptedTransport([.token()])
        _ = try await fixture.provider(.oauthClient(client), for: .ofCredential, transport).token()
        let basic = try #require(transport.sent.first?.header("Authorization")?.dropFirst("Basic ".count))
        let pair = try #require(Data(base64Encoded: String(basic)))
        #expect(String(decoding: pair, as: UTF8.self) == (encodes ? "a+b:s%3Ae%2Bc+%C3%BC" : "a b:s:e+c ü"))
    }

    @Test("a token that no header can have is not used", arguments: ["s3cret\r\nX: y", "s3cret\u{7F}", ""])
    func badTokens(text: String) async throws {
        let transport = ScriptedTransport([.token()])
        let fixed = fixture.provider(.token(RotatedSecret(Secret(text))), for: .ofCredential, transport)
        let error = await #expect(throws: IdentityError.self) { try await fixed.token() }
        #expect(error?.code == .invalidConfiguration && error?.needsChange == true)
        #expect(error?.message.contains("s3cret") == false && error?.message.hasSuffix("; check the remedy") == true)

        let replaced = fixture.provider(.token(try secret("good")), for: .ofCredential, transport)
        _ = try await replaced.token()
        try folder.write(text, "secret")
        fixture.advance(by: .seconds(60))
        #expect(try await replaced.token().value.secret.reveal() == "good")
    }

    @Test("what stands in the configuration itself stays")
    func fixedSecrets() async throws {
        let transport = ScriptedTransport([.text(#"{"error":"invalid_client"}"#, status: 401)])
        let provider = fixture.provider(Kind.clientSecret.credential(RotatedSecret(Secret("one"))), transport)
        let error = await #expect(throws: IdentityError.self) { try await provider.token() }
        #expect(transport.sent.count == 1)
        #expect(error?.message.hasSuffix("; check the remedy") == true)
        let given = fixture.provider(.token(RotatedSecret(Secret("t"))), for: .ofCredential, transport)
        let first = try await given.token().generation
        fixture.advance(by: .seconds(100_000))
        #expect(try await given.token().generation == first)
    }
}
