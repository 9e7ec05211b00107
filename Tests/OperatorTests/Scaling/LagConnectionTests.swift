import FoundationEssentials
import Kafka
import Logging
import Secrets
import SinkConfiguration
import Testing

@testable import Operator

@Suite("The connection that lag is read with")
struct LagConnectionTests {
    private func make(
        _ changes: [String: String],
        secrets: [String: [String: String]] = [:]
    ) throws(LagError) -> LagConnection {
        var properties = LagConnection.sampleProperties
        properties["bootstrap.servers"] = "broker:9092"
        properties.merge(changes) { $1 }
        return try LagConnection.make(from: properties, secrets: secrets.mapValues { $0.mapValues { Array($0.utf8) } })
    }

    private static let folder = "/etc/kusto-sink/secrets"

    @Test("is that of the workers: brokers, group, topics and where the group begins")
    func plain() throws {
        let connection = try make(["topics": "a,b"])
        #expect(connection.client["bootstrap.servers"] == "broker:9092")
        #expect(connection.group == "connect-telemetry" && connection.topics == ["a", "b"])
        #expect(connection.startsAtBeginning)
        #expect(try !make(["consumer.override.auto.offset.reset": "latest"]).startsAtBeginning)
        #expect(try make(["consumer.override.group.id": "g"]).group == "g")
    }

    @Test("has bounds of the operator's, whatever the workers have")
    func bounds() throws {
        let cluster = try make([
            "consumer.override.debug": "all", "consumer.override.fetch.max.bytes": "500000000",
            "consumer.override.receive.message.max.bytes": "1000000000", "consumer.override.group.id": "g",
        ]).cluster
        let values = try LagConnection.configuration(of: cluster).values
        #expect(values["receive.message.max.bytes"] == "8388608" && values["fetch.max.bytes"] == "1048576")
        #expect(values["debug"] == nil && values["group.id"] == nil && values["bootstrap.servers"] == "broker:9092")
        _ = try KafkaLagCluster(cluster, logger: Logger(label: "test", sink: MemoryLogSink()))
        let many = (0..<201).map { "b-\($0):9092" }.joined(separator: ",")
        let crowd = try make(["bootstrap.servers": many]).cluster
        let error = #expect(throws: LagError.self) { try LagConnection.configuration(of: crowd) }
        #expect(error?.message.contains("201 brokers") == true)
    }

    @Test("takes passwords from the Secrets' data, as they are but for a newline at their end")
    func references() throws {
        let connection = try make(
            [
                "consumer.override.security.protocol": "SASL_SSL", "consumer.override.sasl.mechanism": "SCRAM-SHA-512",
                "consumer.override.sasl.username": "user-${directory:\(Self.folder)/kafka:name}",
                "consumer.override.sasl.password": "${directory:\(Self.folder)/kafka:password}",
            ],
            secrets: ["kafka": ["name": "me\n", "password": "a${env:HOME}${file:/etc/passwd:root}\\b\r\n"]]
        )
        let values = connection.client.revealed()
        #expect(values["sasl.password"] == "a${env:HOME}${file:/etc/passwd:root}\\b")
        #expect(values["sasl.username"] == "user-me")
        #expect(connection.client.secretNames.isSuperset(of: ["sasl.password", "sasl.username"]))
        #expect(!"\(connection)".contains("passwd"))
    }

    @Test("takes user and password from a whole JAAS entry")
    func entry() throws {
        let connection = try make(
            [
                "consumer.override.security.protocol": "SASL_SSL", "consumer.override.sasl.mechanism": "PLAIN",
                "consumer.override.sasl.jaas.config": "${directory:\(Self.folder)/kafka:jaas}",
            ],
            secrets: [
                "kafka": [
                    "jaas": """
                    org.apache.kafka.common.security.plain.PlainLoginModule required username="me" password="hunter2";

                    """
                ]
            ]
        )
        let values = connection.cluster.revealed()
        #expect(values["sasl.username"] == "me" && values["sasl.password"] == "hunter2")
        #expect(!"\(connection)".contains("hunter2"))
    }

    @Test("takes the content of mounted files")
    func files() throws {
        let connection = try make(
            [
                "consumer.override.security.protocol": "SSL",
                "consumer.override.ssl.ca.location": "\(Self.folder)/tls/ca.crt",
                "consumer.override.ssl.certificate.location": "\(Self.folder)/tls/tls.crt",
                "consumer.override.ssl.key.location": "\(Self.folder)/tls/tls.key",
            ],
            secrets: ["tls": ["ca.crt": "CA\n", "tls.crt": "CERT", "tls.key": "KEY"]]
        )
        let values = connection.client.revealed()
        #expect(values["ssl.ca.pem"] == "CA\n" && values["ssl.certificate.pem"] == "CERT")
        #expect(values["ssl.key.pem"] == "KEY")
        #expect(!values.keys.contains { $0.hasSuffix(".location") })
        #expect(connection.cluster.revealed()["ssl.key.pem"] == "KEY")
    }

    /// A store that the tests of `Cryptography` have, too.
    private static func store(_ name: String) throws -> [UInt8] {
        let tests = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return Array(try Data(contentsOf: URL(filePath: "/\(tests)/CryptographyTests/Stores/\(name)")))
    }

    private func make(stores: [String: String], _ secret: [String: [UInt8]]) throws(LagError) -> LagConnection {
        var properties = LagConnection.sampleProperties
        properties["bootstrap.servers"] = "broker:9092"
        properties["consumer.override.security.protocol"] = "SSL"
        for (name, value) in stores { properties["consumer.override.ssl.\(name)"] = value }
        return try LagConnection.make(from: properties, secrets: ["tls": secret])
    }

    @Test("takes certificates and keys from stores in the Secrets")
    func stores() throws {
        let connection = try make(
            stores: [
                "truststore.location": "\(Self.folder)/tls/trust.p12",
                "truststore.password": "${directory:\(Self.folder)/tls:password}",
                "keystore.location": "\(Self.folder)/tls/key.jks",
                "keystore.password": "${directory:\(Self.folder)/tls:password}",
                "key.password": "${directory:\(Self.folder)/tls:key-password}",
            ],
            [
                "trust.p12": try Self.store("keytool-trust.p12"), "key.jks": try Self.store("keytool.jks"),
                "password": Array("changeit\n".utf8), "key-password": Array("changekey".utf8),
            ]
        )
        let values = connection.cluster.revealed()
        #expect(values["ssl.ca.pem"]?.hasPrefix("-----BEGIN CERTIFICATE-----\n") == true)
        #expect(values["ssl.key.pem"]?.hasPrefix("-----BEGIN PRIVATE KEY-----\n") == true)
        #expect(connection.cluster.secretNames.contains("ssl.key.pem"))
        _ = try KafkaLagCluster(connection.cluster, logger: Logger(label: "test", sink: MemoryLogSink()))
    }

    @Test("takes PEM that stands in the configuration by reference")
    func inlineStores() throws {
        let connection = try make(
            stores: [
                "truststore.certificates": "${directory:\(Self.folder)/tls:ca.crt}", "truststore.type": "PEM",
                "keystore.key": "${directory:\(Self.folder)/tls:tls.key}", "keystore.type": "PEM",
                "keystore.certificate.chain": "${directory:\(Self.folder)/tls:tls.crt}",
            ],
            [
                "ca.crt": try Self.store("authorities.pem"), "tls.crt": try Self.store("client-chain.pem"),
                "tls.key": try Self.store("client.key"),
            ]
        )
        #expect(connection.cluster.revealed()["ssl.key.pem"]?.hasPrefix("-----BEGIN PRIVATE KEY-----\n") == true)
    }

    @Test("says what is wrong with a store, and reads none of the operator's own files")
    func otherStores() throws {
        let own = #expect(throws: LagError.self) {
            try make(stores: ["truststore.location": "/etc/ssl/certs/java/cacerts"], [:])
        }
        #expect(
            own?.message
                == """
                the lag cannot be read: consumer.override.ssl.truststore.location is a file that only the workers have
                """
        )
        let trust = ["trust.p12": Array("nothing".utf8)]
        let damaged = #expect(throws: LagError.self) {
            try make(stores: ["truststore.location": "\(Self.folder)/tls/trust.p12"], trust)
        }
        #expect(damaged?.message.contains("trust.p12: the store is neither PEM nor PKCS12 nor JKS") == true)
    }

    @Test("fetches no tokens, whose address anybody may name")
    func tokens() {
        let error = #expect(throws: LagError.self) {
            try make([
                "consumer.override.security.protocol": "SASL_SSL", "consumer.override.sasl.mechanism": "OAUTHBEARER",
                "consumer.override.sasl.oauthbearer.token.endpoint.url": "https://169.254.169.254/token",
                "consumer.override.sasl.oauthbearer.client.credentials.client.id": "c",
                "consumer.override.sasl.oauthbearer.client.credentials.client.secret": "s",
            ])
        }
        #expect(
            error?.message.contains("tokens for sasl.mechanism=OAUTHBEARER are fetched by the workers only") == true
        )
    }

    @Test(
        "reads no file and no variable of the operator's own",
        arguments: [
            "${file:/etc/passwd:root}", "${env:HOME}", "${directory:/etc:passwd}",
            "${directory:/etc/kusto-sink/secrets/a/../../../passwd:x:y}", "${directory:/etc/kusto-sink/secrets/kafka}",
        ]
    )
    func otherReferences(_ value: String) {
        let error = #expect(throws: LagError.self) { try make(["consumer.override.sasl.password": value]) }
        #expect(
            error?.message
                == """
                the lag cannot be read: consumer.override.sasl.password refers to something that only the workers have
                """
        )
    }

    @Test(
        "reads no path of the operator's own",
        arguments: [
            "/etc/ssl/certs/ca.pem", "/etc/kusto-sink/secrets/../../passwd", "/etc/kusto-sink/secrets/a/b/c", "",
        ]
    )
    func otherPaths(_ path: String) {
        let error = #expect(throws: LagError.self) { try make(["consumer.override.ssl.ca.location": path]) }
        #expect(error != nil)
    }

    @Test(
        "runs no command, and reads no file, for signing in",
        arguments: [
            ["consumer.override.sasl.mechanism": "GSSAPI"],
            [
                "consumer.override.sasl.mechanism": "GSSAPI",
                "consumer.override.sasl.jaas.config":
                    "com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true principal=\"me@R\";",
            ],
            ["consumer.override.sasl.mechanism": "PLAIN", "java.security.auth.login.config": "/etc/passwd"],
        ]
    )
    func signingIn(_ changes: [String: String]) {
        let all = changes.merging(["consumer.override.security.protocol": "SASL_PLAINTEXT"]) { $1 }
        let error = #expect(throws: LagError.self) { try make(all) }
        let isTold = ["tickets of Kerberos", "the file is not allowed"].contains { error?.message.contains($0) == true }
        #expect(isTold, "\(error?.message ?? "")")
    }

    @Test("takes the stores of what is rendered from Secrets, and says what it cannot have")
    func rendered() throws {
        func error(_ spec: SinkSpec, _ secrets: [String: [String: String]] = [:]) throws -> String {
            let properties = try SinkRenderer.render(SampleSinks.input(spec)).properties
            let bytes = secrets.mapValues { $0.mapValues { Array($0.utf8) } }
            let error = #expect(throws: LagError.self) { try LagConnection.make(from: properties, secrets: bytes) }
            return error?.message ?? ""
        }
        #expect(try error(SampleSinks.security).contains("tokens for sasl.mechanism=OAUTHBEARER"))
        var secrets = [
            "other": ["jaas": "org.apache.kafka.common.security.scram.ScramLoginModule required username=u password=p;"]
        ]
        let missing = try error(SampleSinks.stores, secrets)
        #expect(missing.contains("Secret events-cluster-ca-cert, which is missing"))
        secrets["events-cluster-ca-cert"] = ["ca.p12": "hunter2", "ca.password": "hunter2"]
        secrets["orders"] = ["user.p12": "hunter2", "user.password": "hunter2"]
        let damaged = try error(SampleSinks.stores, secrets)
        #expect(damaged.contains("consumer.override.ssl.truststore.location") && !damaged.contains("hunter2"))
    }

    @Test("says which Secret and key are missing")
    func missing() {
        let reference = "${directory:\(Self.folder)/kafka:password}"
        let secret = #expect(throws: LagError.self) { try make(["consumer.override.sasl.password": reference]) }
        #expect(secret?.message.contains("needs Secret kafka, which is missing") == true)
        let key = #expect(throws: LagError.self) {
            try make(["consumer.override.sasl.password": reference], secrets: ["kafka": ["other": "x"]])
        }
        #expect(key?.message.contains("needs key password of Secret kafka, which is missing") == true)
    }

    @Test("properties that are not in order are an error, without their secrets")
    func invalid() {
        let error = #expect(throws: LagError.self) {
            try make(
                ["flush.interval.ms": "soon", "consumer.override.sasl.password": "${directory:\(Self.folder)/k:p}"],
                secrets: ["k": ["p": "hunter2"]]
            )
        }
        #expect(error?.message.contains("flush.interval.ms") == true && error?.message.contains("hunter2") == false)
    }
}
