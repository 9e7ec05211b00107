import Cryptography
import Secrets
import Testing

@Suite("Key stores of PKCS #12")
struct PKCS12StoreTests {
    @Test(
        "of OpenSSL have the key and the certificates, the key's own as the one that is trusted",
        arguments: [
            ("openssl.p12", "changeit"), ("openssl-old.p12", "changeit"), ("openssl-no-mac.p12", "changeit"),
            ("openssl-plain.p12", "changeit"), ("openssl-plain-mac.p12", "changeit"),
            ("openssl-sha512.p12", "changeit"),
            ("openssl-empty.p12", ""), ("openssl-unicode.p12", "pässwörd€😀"), ("keytool-old.p12", "changeit"),
        ]
    )
    func identity(name: String, password: String) throws {
        let store = try StoreFixture.store(name, password)
        let identity = try #require(try store.identity)
        #expect(identity.chain.subjects == StoreFixture.chain)
        #expect(try identity.key.reveal() == StoreFixture.text("client.key"))
        #expect(store.authorities.subjects == [StoreFixture.client])
        #expect(store.keyAliases == ["client"])
    }

    @Test(
        "with another password are refused",
        arguments: [
            "openssl.p12", "openssl-old.p12", "openssl-no-mac.p12", "openssl-plain-mac.p12", "openssl-empty.p12",
            "keytool.p12", "keytool-old.p12", "keytool-trust.p12", "keytool-trust-old.p12",
        ]
    )
    func wrongPassword(name: String) throws {
        let error = try failure { try StoreFixture.store(name, "s3cret") }
        #expect(error.code == .wrongPassword)
        #expect(error.message == "the store's password is wrong, or the store was changed or damaged")
    }

    @Test("without a password", arguments: ["openssl.p12", "openssl-old.p12", "openssl-no-mac.p12", "keytool.p12"])
    func noPassword(name: String) throws {
        #expect(try failure { try StoreFixture.store(name, nil) }.code == .passwordMissing)
    }

    @Test("that are not encrypted need no password", arguments: ["openssl-plain.p12", "openssl-plain-mac.p12"])
    func plain(name: String) throws {
        #expect(try StoreFixture.store(name, nil).identity?.chain.subjects == StoreFixture.chain)
    }

    @Test("with an empty password are read without one")
    func empty() throws {
        #expect(try StoreFixture.store("openssl-empty.p12", nil).identity?.chain.subjects == StoreFixture.chain)
    }

    @Test("of keytool say which certificates are trusted", arguments: ["keytool-trust.p12", "keytool-trust-old.p12"])
    func trust(name: String) throws {
        let store = try StoreFixture.store(name)
        #expect(store.authorities.subjects == [StoreFixture.root])
        #expect(try store.identity == nil)
    }

    @Test("of OpenSSL without a key have all certificates as trusted ones")
    func opensslTrust() throws {
        let store = try StoreFixture.store("openssl-authorities.p12")
        #expect(Set(store.authorities.subjects) == [StoreFixture.intermediate, StoreFixture.root])
        #expect(store.authorities.count == 2)
        #expect(try store.identity == nil)
    }

    @Test("with several keys use the one that Java finds first")
    func several() throws {
        let store = try StoreFixture.store("keytool.p12")
        #expect(store.keyAliases == ["zebra", "client"])
        let identity = try #require(try store.identity)
        #expect(identity.chain.subjects == [StoreFixture.clientEC, StoreFixture.intermediate, StoreFixture.root])
        #expect(try identity.key.reveal() == StoreFixture.text("client-ec.key"))
        #expect(store.authorities.subjects == [StoreFixture.client, StoreFixture.clientEC, StoreFixture.root])
    }

    @Test("with a key alone have no identity")
    func noCertificate() throws {
        let store = try StoreFixture.store("openssl-no-certificate.p12")
        #expect(try failure { try store.identity }.code == .noCertificate)
        #expect(store.authorities.isEmpty)
    }

    @Test("that end too early are refused", arguments: ["openssl-plain.p12", "keytool-trust.p12"])
    func truncated(name: String) throws {
        let bytes = try StoreFixture.bytes(name)
        for count in stride(from: 2, to: bytes.count, by: 29) {
            let error = try failure {
                try KeyStore(reading: Array(bytes.prefix(count)), password: Secret("changeit"))
            }
            #expect(error.code == .unrecognized)
        }
    }

    @Test("that were changed are refused")
    func changed() throws {
        let bytes = try StoreFixture.bytes("openssl-plain-mac.p12")
        // Behind the head of the outer structure and before the integrity check: whatever is changed there matters.
        for index in stride(from: 60, to: bytes.count - 100, by: 97) {
            var bytes = bytes
            bytes[index] ^= 0x10
            let error = try failure { try KeyStore(reading: bytes, password: Secret("changeit")) }
            #expect([.wrongPassword, .unrecognized, .damaged].contains(error.code), "\(index): \(error)")
        }
    }

    @Test("that are no stores are refused")
    func others() throws {
        let certificate = try StoreFixture.store("authorities.pem", nil).authorities[0].der
        let error = try failure { try KeyStore(reading: certificate, password: nil) }
        #expect(error.code == .unrecognized)
        #expect(error.message.contains("openssl x509 -inform der"))
        let empty = try failure { try KeyStore(reading: [0x30, 0x80], password: nil) }
        #expect(empty.code == .unrecognized)
        #expect(empty.message == "the store begins as PKCS12 does, but is not; it is damaged, or of another format")
    }

    @Test("protected with an algorithm that is not known say so")
    func unknownDigest() throws {
        var bytes = try StoreFixture.bytes("openssl-plain-mac.p12")
        // The last object identifier is SHA-256, 2.16.840.1.101.3.4.2.1.
        let identifier: [UInt8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01]
        let start = try #require(bytes.indices.last { bytes[$0...].starts(with: identifier) })
        bytes[start + 8] = 0x7F
        let error = try failure { try KeyStore(reading: bytes, password: Secret("changeit")) }
        #expect(error.code == .unsupported)
        #expect(error.message.contains("2.16.840.1.101.3.4.2.127"))
    }
}
