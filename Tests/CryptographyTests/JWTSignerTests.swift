import Secrets
import Testing

@testable import Cryptography

@Suite("Tokens signed with a certificate's key")
struct JWTSignerTests {
    private let claims = Array(#"{"iss":"ü"}"#.utf8)

    private func certified(_ names: String...) throws -> CertifiedKey {
        let text = try names.map { try StoreFixture.text($0) }.joined()
        return try #require(try StoreFixture.store(pem: text).identity)
    }

    @Test("are what OpenSSL makes of the same header and claims")
    func sameAsOpenSSL() throws {
        let key = try certified("client.key", "client-chain.pem")
        #expect(try JWTSigner(key, algorithm: .rs256).sign(claims).reveal() == StoreFixture.text("rs256.jwt"))
        // Signatures with PSS are another each time.
        let token = try JWTSigner(key).sign(claims).reveal()
        let ours = token.split(separator: ".")
        #expect(try StoreFixture.text("ps256.jwt").split(separator: ".").prefix(2) == ours.prefix(2))
        #expect(try JWTSigner(key).sign(claims).reveal() != token)
    }

    @Test("are valid, those of OpenSSL too, until anything is changed", arguments: JWTAlgorithm.allCases)
    func verified(algorithm: JWTAlgorithm) throws {
        let key = try certified("client.key", "client-chain.pem")
        let others = JWTAlgorithm.allCases.filter { $0 != algorithm }
        let ours = try JWTSigner(key, algorithm: algorithm).sign(claims).reveal()
        for token in [ours, try StoreFixture.text("\(algorithm.rawValue.lowercased()).jwt")] {
            let verified = try #require(JWTVerifier.verify(token, signedBy: key.chain[0], algorithm))
            #expect(verified.claims == claims)
            #expect(String(decoding: verified.header, as: UTF8.self).hasPrefix(#"{"alg":"\#(algorithm.rawValue)""#))
            #expect(JWTVerifier.verify(token, signedBy: key.chain[1], algorithm) == nil)
            #expect(JWTVerifier.verify(token, signedBy: key.chain[2], algorithm) == nil)
            for other in others { #expect(JWTVerifier.verify(token, signedBy: key.chain[0], other) == nil) }
            for index in stride(from: 0, to: token.utf8.count - 1, by: 11) {
                var bytes = Array(token.utf8)
                bytes[index] = bytes[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
                let changed = String(decoding: bytes, as: UTF8.self)
                #expect(JWTVerifier.verify(changed, signedBy: key.chain[0], algorithm) == nil, "\(index)")
            }
        }
        for token in ["", "..", "a.b", "a.b.c.d", "e30.e30.", "*.e30.e30"] {
            #expect(JWTVerifier.verify(token, signedBy: key.chain[0], algorithm) == nil)
        }
    }

    @Test("carry the certificates when they are to")
    func chain() throws {
        let key = try certified("client.key", "client-chain.pem")
        let token = try JWTSigner(key, hasChain: true).sign(claims).reveal()
        let header = try #require(JWTVerifier.verify(token, signedBy: key.chain[0], .ps256)).header
        let text = String(decoding: header, as: UTF8.self)
        let certificates = key.chain.map { "\"\(String(decoding: Base64.encode($0.der), as: UTF8.self))\"" }
        #expect(text.hasSuffix(",\"x5c\":[\(certificates.joined(separator: ","))]}"))
    }

    @Test("are signed with a new key, too, which OpenSSL's own tool reads and a key set names")
    func newKey() throws {
        let made = try CertifiedKey(selfSigned: "sïnk", notBefore: 1_700_000_000, notAfter: 1_900_000_000)
        let own = made.chain[0]
        #expect(made.chain.count == 1 && own.subject == "CN=sïnk" && own.issuer == own.subject)
        #expect(own.notBefore == 1_700_000_000 && own.notAfter == 1_900_000_000)
        let again = try StoreFixture.store(pem: made.key.reveal() + own.pem).identity
        #expect(again == made)
        let other = try CertifiedKey(selfSigned: "sïnk", notBefore: 1_700_000_000, notAfter: 1_900_000_000)
        #expect(other.key != made.key && other.chain[0] != own)

        let token = try JWTSigner(made, algorithm: .rs256, namesKey: true).sign(claims).reveal()
        let header = try #require(JWTVerifier.verify(token, signedBy: own, .rs256)).header
        #expect(JWTVerifier.verify(token, signedBy: other.chain[0], .rs256) == nil)
        #expect(String(decoding: header, as: UTF8.self).hasSuffix(",\"kid\":\"\(own.thumbprint)\"}"))
        let key = try #require(own.jsonWebKey)
        #expect(key.hasPrefix(#"{"kty":"RSA","use":"sig","alg":"RS256","kid":"\#(own.thumbprint)","n":""#))
        // 2048 bits are 342 characters, and the exponent is 65537.
        #expect(key.hasSuffix(#"","e":"AQAB"}"#))
        #expect(key.split(separator: "\"").map(\.count).max() == 342)
        let curve = try StoreFixture.store(pem: try StoreFixture.text("client-ec.pem")).authorities[0]
        #expect(curve.jsonWebKey == nil)
    }

    @Test("that are to be made with no name, or too long a one, are refused")
    func noName() {
        for name in ["", String(repeating: "x", count: 65)] {
            let error = #expect(throws: SigningError.self) {
                try CertifiedKey(selfSigned: name, notBefore: 0, notAfter: 1)
            }
            #expect(error?.code == .failed)
        }
    }

    @Test("need a key of RSA that is long enough")
    func unsuitable() throws {
        let curve = #expect(throws: SigningError.self) { try JWTSigner(certified("client-ec.key", "client-ec.pem")) }
        #expect(curve?.code == .unsuitableKey)
        #expect(curve?.message == "the certificate's key is not of RSA, as PS256 needs")
        let short = #expect(throws: SigningError.self) { try JWTSigner(certified("short.pem"), algorithm: .rs256) }
        #expect(short?.code == .unsuitableKey)
        #expect(short?.message == "the certificate's key has 1024 bits, but RS256 needs 2048 or more")
    }

    @Test("show no key")
    func redacted() throws {
        let key = try certified("client.key", "client-chain.pem")
        for text in ["\(key)", "\(try JWTSigner(key))", String(reflecting: key)] {
            #expect(!text.contains("PRIVATE"))
        }
    }
}
