import Foundation
import HTTP
import Secrets
import Testing

@testable import Identity

@Suite("What a token says of itself", .timeLimit(.minutes(2)))
struct TokenClaimsTests {
    private let fixture = Fixture()

    /// A JWT of these claims.
    static func token(_ claims: String) -> String {
        let text = Data(claims.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
        return "eyJhbGciOiJub25lIn0.\(text.replacing("=", with: "")).x"
    }

    @Test("is read, in base64 of either alphabet's length")
    func claims() throws {
        for name in ["a", "ab", "abc", "~~~???"] {
            let claims = try #require(TokenClaims(Self.token(#"{"sub":"\#(name)","exp":1800000600,"n":1}"#)))
            #expect(claims["sub"] == name && claims.end == 1_800_000_600)
            #expect(claims["n"] == nil && claims["x"] == nil)
        }
        #expect(TokenClaims(Self.token(#"{"exp":"1800000600"}"#))?.end == 1_800_000_600)
        #expect(TokenClaims(Self.token(#"{"sub":"a"}"#))?.end == nil)
    }

    @Test(
        "is nothing when it is no JWT",
        arguments: ["", ".", "..", "a.b", "a.b.c", "a.!!.c", "a.e30.c.d", "a.WzFd.c", "opaque", "a.\u{E9}.c"]
    )
    func others(token: String) { #expect(TokenClaims(token) == nil) }

    @Test("when a fetched token ends is told in seconds since 1970, whenever one asks")
    func fetched() async throws {
        let provider = fixture.provider(.managedIdentity(.systemAssigned), ScriptedTransport([.token()]))
        #expect(try await provider.token().value.end == 1_800_003_600)
        fixture.advance(by: .seconds(1000))
        #expect(try await provider.token().value.end == 1_800_003_600)
    }

    @Test(
        "a given token ends when it says so; one that seems over, or says nothing, is the service's to refuse",
        arguments: [
            (token(#"{"exp":1800000600}"#), 600), (token(#"{"exp":1700000000}"#), 31_536_000),
            (token(#"{"exp":1e300}"#), 31_536_000), (token(#"{"exp":-1e300}"#), 31_536_000), ("opaque", 31_536_000),
        ] as [(String, Double)]
    )
    func given(text: String, seconds: Double) async throws {
        let transport = ScriptedTransport([.token()])
        let provider = fixture.provider(.token(RotatedSecret(Secret(text))), for: .ofCredential, transport)
        let token = try await provider.token().value
        #expect(token.secret.reveal() == text && token.end == 1_800_000_000 + seconds)
        // It is used beyond that, too.
        fixture.advance(by: .seconds(seconds + 1))
        #expect(try await provider.token().value.secret.reveal() == text)
    }
}
