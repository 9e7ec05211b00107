import Secrets
import Testing

@testable import SinkConfiguration

@Suite("Java's stores and limits of TLS")
struct StoreTests {
    private static let certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    private static let key = "-----BEGIN PRIVATE KEY-----\nBBBB\n-----END PRIVATE KEY-----\n"
    private static let prefix = "consumer.override.ssl."

    private static func changes(_ ssl: [String: String], _ chosen: String = "SSL") -> [String: String?] {
        var changes: [String: String?] = ["consumer.override.security.protocol": chosen]
        for (name, value) in ssl { changes[prefix + name] = value }
        return changes
    }

    @Test(
        "A store in a file is taken with its passwords, whatever type is written",
        arguments: [nil, "JKS", "pkcs12", "PKCS12"]
    )
    func files(type: String?) throws {
        var ssl = [
            "truststore.location": "/t", "truststore.password": "tp4ss", "keystore.location": "/k",
            "keystore.password": "kp4ss", "key.password": "p4ss",
        ]
        ssl["truststore.type"] = type
        ssl["keystore.type"] = type
        let settings = try settings(Self.changes(ssl))
        let security = settings.consumer.security
        #expect(
            security.trust
                == KeyStoreSource(
                    .file("/t"),
                    type: type?.uppercased(),
                    password: Secret("tp4ss"),
                    property: Self.prefix + "truststore.location"
                )
        )
        #expect(
            security.identity
                == KeyStoreSource(
                    .file("/k"),
                    type: type?.uppercased(),
                    password: Secret("kp4ss"),
                    keyPassword: Secret("p4ss"),
                    property: Self.prefix + "keystore.location"
                )
        )
        // None of it is a property of librdkafka's, which would take the key store for PKCS12.
        #expect(settings.consumer.values.keys.filter { $0.hasPrefix("ssl.") } == [] && settings.warnings == [])
        var printed = ""
        dump(settings, to: &printed)
        #expect(!printed.contains("p4ss"))
    }

    @Test(
        "A store may be without a password where Java's may",
        arguments: [("truststore", "JKS"), ("keystore", "PEM")]
    )
    func withoutPassword(store: String, type: String) throws {
        let ssl = ["\(store).location": "/s", "\(store).type": type]
        let security = try settings(Self.changes(ssl)).consumer.security
        let found = store == "keystore" ? security.identity : security.trust
        #expect(found == KeyStoreSource(.file("/s"), type: type, property: "\(Self.prefix)\(store).location"))
    }

    @Test("PEM may stand in the configuration, in one line, too")
    func inline() throws {
        let folded = [
            "truststore.certificates": Self.certificate.replacing("\n", with: " "), "truststore.type": "PEM",
            "keystore.key": Self.key, "keystore.certificate.chain": Self.certificate + Self.certificate,
            "key.password": "p4ss",
        ]
        let security = try settings(Self.changes(folded, "SASL_SSL").merging(["sasl.mechanism": "GSSAPI"]) { $1 })
            .consumer.security
        #expect(security.trust?.content == .pem(Secret(Self.certificate)))
        #expect(security.identity?.content == .pem(Secret("\(Self.key)\n\(Self.certificate)\(Self.certificate)")))
        #expect(security.identity?.keyPassword == Secret("p4ss") && security.identity?.password == nil)
    }

    @Test(
        "PEM gets its lines back, and other text stays as it is",
        arguments: [
            ("-----BEGIN A----- AA BB\tCC -----END A-----", "-----BEGIN A-----\nAABBCC\n-----END A-----\n"),
            ("-----BEGIN A-----\\nAA\n-----END A-----", "-----BEGIN A-----\n\\nAA\n-----END A-----\n"),
            (
                "-----BEGIN A-----\nProc-Type: 4\n\nAA\n-----END A-----",
                "-----BEGIN A-----\nProc-Type: 4\n\nAA\n-----END A-----"
            ),
            ("-----BEGIN A----- AA", "-----BEGIN A----- AA"), ("x", "x"), ("", ""), ("-----BEGIN ", "-----BEGIN "),
        ]
    )
    func unfolded(text: String, expected: String) { #expect(FoldedPEM.unfolded(text) == expected) }

    @Test("Long lines of PEM become lines of 64 characters")
    func lines() {
        let body = String(repeating: "A", count: 150)
        let lines = FoldedPEM.unfolded("-----BEGIN X-----\(body)-----END X-----").split(separator: "\n")
        #expect(lines.map(\.count) == [17, 64, 64, 22, 15])
    }

    @Test(
        "What is wrong with a store is told as Java's clients do, and a type that is not read with how to convert it",
        arguments: [
            (["truststore.location": "/t", "truststore.type": "JCEKS"], "truststore.type", "keytool -importkeystore"),
            (
                ["keystore.location": "/t", "keystore.type": "BKS", "keystore.password": "s3cret"], "keystore.type",
                "PKCS12"
            ),
            (["keystore.location": "/k"], "keystore.password", "key store password is not specified"),
            (["keystore.password": "s3cret"], "keystore.password", "SSL key store is not specified"),
            (["truststore.password": "s3cret"], "truststore.password", "SSL trust store is not specified"),
            (["keystore.key": key], "keystore.key", "certificate chain is not specified"),
            (["keystore.certificate.chain": certificate], "keystore.certificate.chain", "private key is not specified"),
            (["truststore.certificates": "s3cret"], "truststore.certificates", "must be PEM"),
            (["keystore.key": "s3cret", "keystore.certificate.chain": certificate], "keystore.key", "must be PEM"),
            (["truststore.certificates": certificate, "truststore.type": "JKS"], "truststore.type", "set it to PEM"),
            (
                ["truststore.certificates": certificate, "truststore.password": "s3cret"], "truststore.password",
                "cannot be specified for PEM"
            ),
            (
                ["keystore.location": "/k", "keystore.type": "PEM", "keystore.password": "s3cret"], "keystore.password",
                "cannot be specified for PEM"
            ),
            (
                ["truststore.location": "/t", "truststore.certificates": certificate], "truststore.certificates",
                "exclude each other"
            ),
            (["keystore.location": "/k", "keystore.key": key], "keystore.key", "exclude each other"),
            (["truststore.location": "/t", "ca.location": "/ca.pem"], "truststore.location", "exclude each other"),
            (["enabled.protocols": "TLSv1.1,TLSv1"], "enabled.protocols", "TLS 1.2 or 1.3 must be among them"),
            (["enabled.protocols": "TLSv1.4"], "enabled.protocols", "Each must be one of"),
            (["cipher.suites": "SSL_RSA_WITH_RC4_128_MD5"], "cipher.suites", "OpenSSL has no such cipher suite"),
        ] as [([String: String], String, String)]
    )
    func refused(ssl: [String: String], name: String, sentence: String) {
        let found = problems(Self.changes(ssl))
        #expect(found.count == 1 && found[0].contains(Self.prefix + name), "\(found)")
        #expect(found.first?.contains(sentence) == true && !found.joined().contains("s3cret"), "\(found)")
        // A connection that is not encrypted needs none of it.
        #expect(problems(Self.changes(ssl, "PLAINTEXT")) == [])
    }

    @Test("A store goes before librdkafka's own properties of all clients, and after the client's own")
    func layers() throws {
        var changes = Self.changes(["truststore.location": "/t"])
        changes["ssl.ca.location"] = "/ca.pem"
        let store = try settings(changes).consumer
        #expect(store["ssl.ca.location"] == nil && store.security.trust?.content == .file("/t"))
        changes = Self.changes(["ca.location": "/ca.pem"])
        changes["ssl.truststore.location"] = "/t"
        let own = try settings(changes).consumer
        #expect(own["ssl.ca.location"] == "/ca.pem" && own.security.trust == nil)
    }

    @Test("The password of a key in librdkafka's own files is handed on")
    func nativeKey() throws {
        let ssl = ["certificate.location": "/c.pem", "key.location": "/k.pem", "key.password": "p4ss"]
        let consumer = try settings(Self.changes(ssl)).consumer
        #expect(consumer.values["ssl.key.password"] == .secret(Secret("p4ss")) && consumer.security.identity == nil)
    }

    @Test("Dead-letter queues have stores of their own, or the consumer's")
    func queues() throws {
        var changes = Self.changes(["truststore.location": "/consumer"])
        for name in ["errors", "misc"] {
            changes["\(name).deadletterqueue.topic.name"] = "dead"
            changes["\(name).deadletterqueue.bootstrap.servers"] = "b:1"
        }
        changes["misc.deadletterqueue.security.protocol"] = "SSL"
        changes["misc.deadletterqueue.ssl.keystore.location"] = "/misc"
        changes["misc.deadletterqueue.ssl.keystore.password"] = "p"
        let errors = try settings(changes).errors
        #expect(errors.deadLetterQueue?.producer.security.trust?.content == .file("/consumer"))
        let misc = try #require(errors.miscDeadLetterQueue).producer.security
        #expect(misc.trust == nil && misc.identity?.property == "misc.deadletterqueue.ssl.keystore.location")
    }

    @Test("Without a check of the host's name it is off, as in Java", arguments: [("", "none"), ("https", "https")])
    func hostname(value: String, expected: String) throws {
        let consumer = try settings(Self.changes(["endpoint.identification.algorithm": value])).consumer
        #expect(consumer["ssl.endpoint.identification.algorithm"] == expected)
    }

    @Test(
        "Cipher suites get OpenSSL's names, and what cannot be limited is told",
        arguments: [
            (
                "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_RSA_WITH_AES_256_CBC_SHA",
                "ECDHE-RSA-AES128-GCM-SHA256:AES256-SHA", 0
            ),
            ("TLS_AES_256_GCM_SHA384, TLS_DHE_RSA_WITH_AES_128_CBC_SHA256", "DHE-RSA-AES128-SHA256", 0),
            ("ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", 0), ("HIGH:!aNULL", "HIGH:!aNULL", 0),
            ("TLS_AES_256_GCM_SHA384", nil, 1),
            ("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,SSL_RSA_WITH_RC4_128_MD5", "ECDHE-RSA-CHACHA20-POLY1305", 1),
        ] as [(String, String?, Int)]
    )
    func suites(written: String, expected: String?, warnings: Int) throws {
        let settings = try settings(Self.changes(["cipher.suites": written]))
        #expect(settings.consumer["ssl.cipher.suites"] == expected && settings.warnings.count == warnings)
    }

    @Test(
        "Versions of TLS that cannot be turned off are told",
        arguments: [("TLSv1.2,TLSv1.3", 0), ("TLSv1.3,TLSv1.2,TLSv1.1", 0), ("TLSv1.2", 1), ("tlsv1.3", 1)]
    )
    func versions(written: String, warnings: Int) throws {
        #expect(try settings(Self.changes(["enabled.protocols": written])).warnings.count == warnings)
    }
}
