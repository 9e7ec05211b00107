import Secrets
import Testing

@testable import Cryptography

@Suite("Key stores of JKS")
struct JKSStoreTests {
    @Test("have the key and its certificates", arguments: [("keytool.jks", nil), ("keytool-key.jks", "changekey")])
    func identity(name: String, key: String?) throws {
        let store = try StoreFixture.store(name, "changeit", key: key)
        let identity = try #require(try store.identity)
        #expect(identity.chain.subjects == StoreFixture.chain)
        #expect(try identity.key.reveal() == StoreFixture.text("client.key"))
        #expect(store.keyAliases == ["client"])
        #expect(store.authorities.subjects == [StoreFixture.client])
    }

    @Test("whose key has another password are trust stores all the same")
    func wrongKeyPassword() throws {
        let store = try StoreFixture.store("keytool-key.jks")
        let error = try failure { try store.identity }
        #expect(error.code == .wrongPassword)
        #expect(error.message.contains("'client'") && error.message.contains("the key's password is wrong"))
        #expect(store.authorities.subjects == [StoreFixture.client])
        let none = try StoreFixture.store("keytool-key.jks", nil)
        #expect(try failure { try none.identity }.code == .passwordMissing)
        #expect(try StoreFixture.store("keytool-key.jks", nil, key: "changekey").identity != nil)
    }

    @Test("with trusted certificates need no password, but one that is given must be right")
    func trust() throws {
        for password in ["changeit", nil] {
            let store = try StoreFixture.store("keytool-trust.jks", password)
            #expect(Set(store.authorities.subjects) == [StoreFixture.intermediate, StoreFixture.root])
            #expect(try store.identity == nil)
        }
        for password in ["", "changei", "changeit2", "😀"] {
            #expect(try failure { try StoreFixture.store("keytool-trust.jks", password) }.code == .wrongPassword)
        }
    }

    @Test("with several keys use the one that Java finds first, though it may have expired")
    func several() throws {
        let store = try StoreFixture.store("several.jks")
        #expect(store.keyAliases == ["zebra", "old", "client"])
        #expect(try store.identity?.chain.subjects == [StoreFixture.clientEC])
        #expect(Set(store.authorities.subjects) == [StoreFixture.client, StoreFixture.clientEC, "CN=expired"])
    }

    @Test("that were changed are refused when there is a password")
    func changed() throws {
        let bytes = try StoreFixture.bytes("keytool-key.jks")
        for index in bytes.indices {
            var bytes = bytes
            bytes[index] ^= 0x41
            #expect(throws: KeyStoreError.self) { try KeyStore(reading: bytes, password: Secret("changeit")) }
            let unchecked = try? KeyStore(reading: bytes, password: nil, keyPassword: Secret("changekey"))
            _ = try? unchecked?.identity
        }
    }

    @Test("that end too early are refused")
    func truncated() throws {
        let bytes = try StoreFixture.bytes("keytool.jks")
        for count in 4..<bytes.count {
            let error = try failure { try KeyStore(reading: Array(bytes.prefix(count)), password: nil) }
            #expect(error.code == .damaged)
        }
    }

    @Test("have names in Java's own kind of UTF-8")
    func names() throws {
        let der = try StoreFixture.store("authorities.pem", nil).authorities[0].der
        var builder = JKSBuilder()
        // Zero in two bytes, and a character above the first 65,536 in two times three.
        builder.entries = [JKSBuilder.trusted([0xC0, 0x80, 0xC3, 0xA9, 0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80], der)]
        #expect(try KeyStore(reading: builder.bytes, password: Secret("changeit")).authorities.count == 1)
        for name: [UInt8] in [[0x80], [0xF0, 0x90, 0x80, 0x80], [0xC3], [0xE2, 0x82], [0xC3, 0x41]] {
            builder.entries = [JKSBuilder.trusted(name, der)]
            let error = try failure { try KeyStore(reading: builder.bytes, password: nil) }
            #expect(error.message == "the JKS store is damaged: a name is not text")
        }
    }

    @Test("of the first version have certificates without a type")
    func firstVersion() throws {
        let der = try StoreFixture.store("authorities.pem", nil).authorities[0].der
        let builder = JKSBuilder(version: 1, entries: [JKSBuilder.trusted([0x61], der, type: nil)])
        #expect(try KeyStore(reading: builder.bytes, password: Secret("changeit")).authorities.count == 1)
    }

    @Test("may have a password of any characters")
    func unicode() throws {
        let der = try StoreFixture.store("authorities.pem", nil).authorities[0].der
        let builder = JKSBuilder(entries: [JKSBuilder.trusted([0x61], der)], password: "pä€😀")
        #expect(try KeyStore(reading: builder.bytes, password: Secret("pä€😀")).authorities.count == 1)
    }

    @Test("that keep not to the format are refused")
    func malformed() throws {
        let der = try StoreFixture.store("authorities.pem", nil).authorities[0].der
        let trusted = JKSBuilder.trusted([0x61], der)
        let many = JKSBuilder.head(tag: 1, alias: []) + JKSBuilder.number(0) + JKSBuilder.number(10_001)
        let empty = [UInt8](repeating: 0, count: 11 * 10_001)
        let cases: [(JKSBuilder, KeyStoreError.Code, String)] = [
            (JKSBuilder(version: 3), .unsupported, "the JKS store has version 3, but there are only 1 and 2"),
            (JKSBuilder(count: 10_001), .tooLarge, "the JKS store has more than 10000 entries"),
            (JKSBuilder(count: 1), .damaged, "the JKS store is damaged: it ends after 32 bytes, too early"),
            (JKSBuilder(), .noCertificate, "the store has neither a certificate nor a private key"),
            (
                JKSBuilder(entries: [JKSBuilder.head(tag: 3, alias: [])]), .damaged,
                "the JKS store is damaged: an entry has the tag 3"
            ),
            (
                JKSBuilder(entries: [JKSBuilder.trusted([0x61], der, type: "PGP\n")]), .unsupported,
                "a certificate in the JKS store is of the type 'PGP\u{FFFD}', not X.509"
            ),
            (
                JKSBuilder(entries: [trusted, JKSBuilder.trusted([0x62], [0x30, 0])]), .damaged,
                "a certificate of 'b' in the JKS store is damaged"
            ),
            (
                JKSBuilder(version: 1, entries: [many + empty]), .tooLarge,
                "the JKS store has more than 10000 certificates"
            ),
        ]
        for (builder, code, message) in cases {
            let error = try failure { try KeyStore(reading: builder.bytes, password: nil) }
            #expect(error.code == code && error.message == message)
        }
    }

    @Test("may have keys that are encrypted as PKCS #8 has it, or damaged ones")
    func otherKeys() throws {
        let der = try StoreFixture.store("client-ec.pem", nil).authorities[0].der
        var text = Array(try StoreFixture.text("pkcs8-aes256.key").utf8)[...]
        let block = try #require(try PEMBlock(first: &text, number: 1))
        let builder = JKSBuilder(entries: [JKSBuilder.key("a", block.bytes, [der])])
        let store = try KeyStore(reading: builder.bytes, password: nil, keyPassword: Secret("changekey"))
        #expect(try store.identity?.key.reveal() == StoreFixture.text("client-ec.key"))
        let damaged = JKSBuilder(entries: [JKSBuilder.key("a\u{202E}", [0x30, 0], [der])])
        let error = try failure {
            try KeyStore(reading: damaged.bytes, password: Secret("changeit")).identity
        }
        #expect(error.message == "the encrypted private key 'a\u{FFFD}' is damaged")
        let bare = JKSBuilder(entries: [JKSBuilder.key("a", block.bytes, [])])
        let none = try KeyStore(reading: bare.bytes, password: nil)
        #expect(none.keyAliases.isEmpty)
        #expect(try failure { try none.identity }.code == .noCertificate)
    }
}
