import Cryptography
import Secrets
import Testing

@Suite("Key stores of PEM")
struct PEMStoreTests {
    @Test("have every certificate as one that is trusted, and say when each is valid")
    func authorities() throws {
        let store = try StoreFixture.store("authorities.pem", nil)
        #expect(store.authorities.subjects == [StoreFixture.intermediate, StoreFixture.root])
        #expect(store.authorities.map(\.issuer) == [StoreFixture.root, StoreFixture.root])
        #expect(store.authorities.map(\.notBefore) == [1_767_225_600, 1_767_225_600])
        #expect(store.authorities.map(\.notAfter) == [4_922_899_200, 4_922_899_200])
        #expect(try store.identity == nil)
        #expect(store.keyAliases.isEmpty)
        #expect(store.authorities.map(\.pem).joined() == (try StoreFixture.text("authorities.pem")))
    }

    @Test("sort a chain by who signed whom, and find its beginning by the key")
    func chain() throws {
        let certificates = try StoreFixture.store("client-chain.pem", nil).authorities
        let key = try StoreFixture.text("client.key")
        let unrelated = try StoreFixture.text("client-ec.pem")
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let text = order.map { certificates[$0].pem }.joined()
            for text in [key + unrelated + text, text + unrelated + key] {
                let identity = try #require(try StoreFixture.store(pem: text).identity)
                #expect(identity.chain.subjects == StoreFixture.chain)
                #expect(identity.key.reveal() == key)
            }
        }
        let text = key + certificates[0].pem + certificates[2].pem
        #expect(try StoreFixture.store(pem: text).identity?.chain.subjects == [StoreFixture.client])
    }

    @Test(
        "have keys in each of the ways in which keys are written",
        arguments: [
            "client-ec.key", "ec-traditional.key", "ec-traditional-3des.key", "pkcs8-aes256.key",
            "pkcs8-3des-sha512.key", "pkcs8-scrypt.key", "pkcs8-md5-des.key", "pkcs8-sha1-des.key",
            "pkcs8-sha1-3des.key", "pkcs8-sha1-rc2-40.key", "pkcs8-sha1-rc2-128.key",
        ]
    )
    func keys(name: String) throws {
        let text = try StoreFixture.text(name) + StoreFixture.text("client-ec.pem")
        let store = try StoreFixture.store(pem: text, key: "changekey")
        #expect(try store.identity?.key.reveal() == StoreFixture.text("client-ec.key"))
        #expect(try store.identity?.chain.subjects == [StoreFixture.clientEC])
        guard text.contains("ENCRYPTED") else { return }
        for password in ["", "wrong", "changeke", "changekey2"] {
            let wrong = try StoreFixture.store(pem: text, key: password)
            #expect(try failure { try wrong.identity }.code == .wrongPassword)
            #expect(wrong.authorities.count == 1)
        }
        #expect(try failure { try StoreFixture.store(pem: text).identity }.code == .passwordMissing)
    }

    @Test("have keys of RSA in the traditional way", arguments: ["rsa-traditional.key", "rsa-traditional-aes.key"])
    func traditionalRSA(name: String) throws {
        let text = try StoreFixture.text(name) + StoreFixture.text("client-chain.pem")
        let identity = try StoreFixture.store(pem: text, key: "changekey").identity
        #expect(try identity?.key.reveal() == StoreFixture.text("client.key"))
    }

    @Test("decrypt a key with the store's password when there is no other that fits")
    func storePassword() throws {
        let text = try StoreFixture.text("pkcs8-aes256.key") + StoreFixture.text("client-ec.pem")
        for key in [nil, Secret("wrong")] {
            let store = try KeyStore(reading: Array(text.utf8), password: Secret("changekey"), keyPassword: key)
            #expect(try store.identity != nil)
        }
    }

    @Test(
        "say what a key is encrypted with that is not read, and what to do",
        arguments: [
            ("pkcs8-sha1-rc4.key", "pbeWithSHA1And128BitRC4"), ("pkcs8-md5-rc2.key", "pbeWithMD5AndRC2-CBC"),
            ("pkcs8-pbes2-rc2.key", "RC2-CBC"), ("ec-traditional-des.key", "DES-CBC"),
        ]
    )
    func unsupported(name: String, algorithm: String) throws {
        let text = try StoreFixture.text(name) + StoreFixture.text("client-ec.pem")
        let error = try failure { try StoreFixture.store(pem: text, key: "changekey").identity }
        #expect(error.code == .unsupported)
        #expect(error.message.lowercased().contains(algorithm.lowercased()), "\(error)")
        #expect(error.message.contains("openssl"))
    }

    @Test("are read when their lines are joined as in environment variables")
    func joined() throws {
        let text = try StoreFixture.text("client-ec.key") + StoreFixture.text("client-ec.pem")
        let lines = text.split(separator: "\n")
        for separator in ["\r\n", "\r", " ", #"\n"#, #"\r\n"#, "\t\n \n", ""] {
            let joined = "\u{FEFF}Bag Attributes: -\n" + lines.joined(separator: separator) + "\nlast"
            #expect(try StoreFixture.store(pem: joined).identity != nil, "\(separator.debugDescription)")
        }
    }

    @Test("have certificates with OpenSSL's remarks on trust")
    func trusted() throws {
        let store = try StoreFixture.store("trusted.pem", nil)
        #expect(store.authorities == [try StoreFixture.store("authorities.pem", nil).authorities[1]])
    }

    @Test("have certificates that have expired")
    func expired() throws {
        let store = try StoreFixture.store("expired.pem", nil)
        #expect(try store.identity?.chain.map(\.notAfter) == [1_609_459_200])
        #expect(store.authorities.map(\.notAfter) == [1_609_459_200])
    }

    @Test("may have a key without a certificate, which is no identity")
    func noCertificate() throws {
        let key = try StoreFixture.text("client.key")
        #expect(try failure { try StoreFixture.store(pem: key).identity }.code == .noCertificate)
        let other = try StoreFixture.store(pem: key + StoreFixture.text("client-ec.pem"))
        #expect(try failure { try other.identity }.code == .noCertificate)
        #expect(other.authorities.subjects == [StoreFixture.clientEC])
    }

    @Test("use the first key that has a certificate")
    func several() throws {
        let text =
            try StoreFixture.text("client.key") + StoreFixture.text("client-ec.key")
            + StoreFixture.text("client-ec.pem") + StoreFixture.text("expired.pem")
        let store = try StoreFixture.store(pem: text)
        #expect(try store.identity?.chain.subjects == [StoreFixture.clientEC])
        #expect(store.keyAliases == ["1", "2", "3"])
    }

    @Test(
        "that keep not to their format are refused",
        arguments: [
            ("-----BEGIN CERTIFICATE-----\nAAAA\n", "block 1 of the PEM text has no end"),
            ("0 s:CN=a\n-----BEGIN CERTIFICATE", "block 1 of the PEM text has no end"),
            (
                "-----BEGIN A-----\n-----END A-----\n-----BEGIN B-----\n-----END A-----\n",
                "block 2 of the PEM text has no end"
            ),
            ("-----BEGIN CERTIFICATE-----\nA*AA\n-----END CERTIFICATE-----\n", "block 1 of the PEM text is not Base64"),
            ("-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n", "block 1 of the PEM text is not Base64"),
            ("-----BEGIN CERTIFICATE-----\nAA=A\n-----END CERTIFICATE-----\n", "block 1 of the PEM text is not Base64"),
            (
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                "block 1 of the PEM text is not a certificate"
            ),
            (
                "-----BEGIN DH PARAMETERS-----\nAAAA\n-----END DH PARAMETERS-----\n",
                "the store has neither a certificate nor a private key"
            ),
            (
                "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
                "block 1 of the PEM text is 'OPENSSH PRIVATE KEY', which is not read; convert it to PKCS #8"
            ),
        ]
    )
    func malformed(text: String, message: String) throws {
        #expect(try failure { try StoreFixture.store(pem: text) }.message == message)
    }

    @Test("are read no further than there is an end to it")
    func tooMany() throws {
        let blocks = String(repeating: "-----BEGIN A-----\n-----END A-----\n", count: KeyStore.maximumEntries)
        let certificate = try StoreFixture.text("client-ec.pem")
        let key = try StoreFixture.text("client-ec.key")
        #expect(try failure { try StoreFixture.store(pem: blocks) }.code == .noCertificate)
        #expect(try failure { try StoreFixture.store(pem: blocks + certificate) }.code == .tooLarge)
        // Whoever has that many keys without a certificate wants to keep the reader busy.
        let other = try StoreFixture.text("expired.pem")
        let keys = try StoreFixture.store(
            pem: other.replacing("PRIVATE KEY", with: "X") + String(repeating: key, count: 200)
        )
        #expect(try failure { try keys.identity }.code == .tooLarge)
        #expect(keys.authorities.subjects == ["CN=expired"])
    }

    @Test("with keys that are none have no identity", arguments: ["", "RSA ", "EC ", "DSA ", "ENCRYPTED "])
    func damagedKey(kind: String) throws {
        let block = "-----BEGIN \(kind)PRIVATE KEY-----\nMAMCAQA=\n-----END \(kind)PRIVATE KEY-----\n"
        let store = try StoreFixture.store(pem: block + StoreFixture.text("client-ec.pem"), key: "x")
        #expect(try failure { try store.identity }.code == .damaged)
    }
}
