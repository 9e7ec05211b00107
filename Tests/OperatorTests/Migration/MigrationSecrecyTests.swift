import JSON
import Kubernetes
import Testing

@testable import Operator

@Suite("Credentials of a connector that stand where none is expected")
struct MigrationSecrecyTests {
    private static let begin = "-----BEGIN CERTIFICATE-----"
    private static let end = "-----END CERTIFICATE-----"

    /// What is written, and what is told.
    private static func seen(_ migration: Migration) -> String {
        migration.text + migration.notes.map(\.description).joined(separator: "\n")
    }

    @Test("Of a text with certificates only these are copied")
    func certificates() throws {
        let text = "key of LEAK\n\(Self.begin)\nMIIB\n\(Self.end)\nPassword: LEAK\n\(Self.begin) AAAA \(Self.end)"
        let migration = try MigrationTests.migrate([
            "consumer.override.security.protocol": "SSL", "consumer.override.ssl.truststore.type": "PEM",
            "consumer.override.ssl.truststore.certificates": text,
        ])
        #expect(!Self.seen(migration).contains("LEAK"))
        #expect(migration.text.contains("MIIB") && migration.text.contains("AAAA"))
        let warned = migration.notes.filter { $0.kind == .warning }.flatMap(\.properties)
        #expect(warned == ["consumer.override.ssl.truststore.certificates"])
        let plain = try MigrationTests.migrate([
            "consumer.override.security.protocol": "SSL",
            "consumer.override.ssl.truststore.certificates": "\(Self.begin)\nMIIB\n\(Self.end)\n",
        ])
        #expect(!plain.notes.contains { $0.kind == .warning })
    }

    @Test(
        "What is no certificate is not copied as one",
        arguments: [
            "LEAK", "\(begin)LEAK", "LEAK\(end)", "\(begin)\nPassword: LEAK\n\(end)", "\(begin)\(end)LEAK",
            "-----BEGIN PRIVATE KEY-----\nLEAK\n-----END PRIVATE KEY-----",
        ]
    )
    func noCertificates(text: String) throws {
        #expect(CertificateText(in: text) == nil)
        let migration = try MigrationTests.migrate([
            "consumer.override.security.protocol": "SSL", "consumer.override.ssl.truststore.certificates": text,
        ])
        #expect(!Self.seen(migration).contains("LEAK"))
        #expect(migration.text.contains("ca: REPLACE-ME"))
    }

    @Test("A mark without its other half is passed over, and the certificate behind it is copied")
    func brokenCertificate() throws {
        let certificates = try #require(CertificateText(in: "\(Self.begin)\n?\n\(Self.begin)\nMIIB\n\(Self.end)"))
        #expect(certificates.text == "\(Self.begin)\nMIIB\n\(Self.end)\n")
        #expect(certificates.isPart)
    }

    @Test(
        "An option of a converter that is not known is told by its name alone",
        arguments: ["foo.auth", "x.pass", "x.pwd", "access.key", "secret", "basic", "auto.register.schemas.LEAK"]
    )
    func unknownOption(name: String) throws {
        for side in ["key", "value"] {
            let migration = try MigrationTests.migrate([
                "\(side).converter": "org.apache.kafka.connect.storage.StringConverter",
                "\(side).converter.\(name)": "LE" + "AK-of-an-option",
            ])
            #expect(!Self.seen(migration).contains("LEAK-of-an-option"))
            let told = migration.notes.filter { $0.kind == .notCarriedOver }.flatMap(\.properties)
            #expect(told == ["\(side).converter.\(name)"])
        }
    }

    @Test("An option of a converter that is known is carried over")
    func knownOption() throws {
        let migration = try MigrationTests.migrate(["value.converter.auto.register.schemas": "false"])
        let spec = try KustoSink(decoding: try #require(migration.sinks.first)).spec.get()
        #expect(spec.converters.value.options == ["auto.register.schemas": "false"])
        #expect(migration.notes == [])
    }

    @Test("No option that is known sounds like a credential, and the resource takes each")
    func namesOfOptions() throws {
        for name in ConverterOption.names {
            #expect(!SinkSchema.namesCredential(name), "\(name)")
            #expect(PropertyOwnership.converterField(of: name) == nil, "\(name)")
        }
    }

    @Test(
        "The address of a token endpoint, a schema registry or a cluster loses what may be a credential",
        arguments: [
            "https://LEAK:LEAK@host.example/token", "https://host.example/token?client_secret=LEAK",
            "https://host.example/token#LEAK", "https://user:LEAK?x@host.example/token",
            "https://u:LEAK/y@host.example",
        ]
    )
    func addresses(url: String) throws {
        let settings: [String: [String: String]] = [
            "consumer.override.sasl.oauthbearer.token.endpoint.url": [
                "consumer.override.security.protocol": "SASL_SSL",
                "consumer.override.sasl.mechanism": "OAUTHBEARER",
                "consumer.override.sasl.oauthbearer.client.credentials.client.id": "sink",
            ],
            "value.converter.schema.registry.url": [
                "value.converter": "io.confluent.connect.avro.AvroConverter",
                "value.converter.basic.auth.credentials.source": "USER_INFO",
                "value.converter.basic.auth.user.info": "${secrets:data/registry:info}",
            ],
            "kusto.ingestion.url": [:], "kusto.query.url": [:],
        ]
        for (name, others) in settings {
            let changes = others.merging([name: url]) { $1 }
            let migration = try MigrationTests.migrate(changes.mapValues { $0 })
            #expect(!Self.seen(migration).contains("LEAK"), "\(name)")
            #expect(migration.notes.contains { $0.properties.contains(name) }, "\(name)")
            MigrationOracle.expectInOrder(migration)
        }
    }

    @Test(
        "An address keeps its host, port and path",
        arguments: [
            ("https://h.example:8443/a/b", "https://h.example:8443/a/b"), ("https://[::1]:80/", "https://[::1]:80/"),
            ("https://[::1]", "https://[::1]"), ("h.example", "h.example"), ("https://u:p@h:1/a?b#c", "https://h:1/a"),
            ("https://a@b@h/", "https://h/"), ("https://u:p", "https://"), ("", ""), ("://", "://"),
        ]
    )
    func publicAddress(url: String, expected: String) {
        #expect(PublicURL(url).text == expected)
    }

    @Test("What is written out of a PEM key store is completed by its file, and no file is passed over in silence")
    func halfStore() throws {
        let prefix = "consumer.override.ssl.keystore."
        let settings = [
            "consumer.override.security.protocol": "SSL", prefix + "type": "PEM", prefix + "location": "/k.pem",
            prefix + "key": "LEAK",
        ]
        let migration = try MigrationTests.migrate(settings.mapValues { $0 })
        #expect(!Self.seen(migration).contains("LEAK"))
        #expect(!migration.notes.contains { $0.properties.contains(prefix + "location") && $0.kind == .noEffect })
        #expect(migration.notes.contains { $0.kind == .fillIn && $0.text.contains("/k.pem") })
        var both = settings
        both[prefix + "certificate.chain"] = "\(Self.begin)\nMIIB\n\(Self.end)"
        let whole = try MigrationTests.migrate(both.mapValues { $0 })
        let warned = whole.notes.filter { $0.kind == .warning }
        #expect(warned.map(\.properties) == [[prefix + "type", prefix + "location"]])
        both[prefix + "type"] = "JKS"
        both[prefix + "certificate.chain"] = nil
        let java = try MigrationTests.migrate(both.mapValues { $0 })
        #expect(java.notes.contains { $0.kind == .warning && $0.properties.contains(prefix + "location") })
        MigrationOracle.expectInOrder(java)
    }
}
