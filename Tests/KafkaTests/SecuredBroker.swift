import Foundation
import Kafka
import KafkaBroker
import Secrets

/// A real broker with a listener for each way to sign in and to encrypt, and rights for some users only.
struct SecuredBroker {
    let broker: KafkaBroker
    let keys: GeneratedKeys

    /// The one that all tests of a process share.
    static func shared() throws -> SecuredBroker { try instance.get() }

    private static let instance = Result { try SecuredBroker() }

    /// Passwords that appear in no text.
    static let passwords = [
        "alice": "alice-5ecret", "carol": "carol-5ecret", "rose": "rose-5ecret-1",
    ]

    /// A user's name as clients take it.
    static func user(_ name: String) -> Secret { Secret(name) }

    /// A user's password as clients take it.
    static func password(_ name: String) -> Secret { Secret(passwords[name] ?? "") }

    private init() throws {
        let keys = try GeneratedKeys()
        self.keys = keys
        for name in ["ca", "stranger-ca"] { try keys.authority(name) }
        let here = "DNS:localhost,IP:127.0.0.1"
        try keys.certificate("server", by: "ca", for: here)
        try keys.certificate("expired", by: "ca", for: here, days: 0)
        try keys.certificate("elsewhere", by: "ca", for: "DNS:elsewhere.example")
        try keys.certificate("client", by: "ca", for: "DNS:client.example")
        try keys.certificate("stranger", by: "stranger-ca", for: "DNS:client.example")
        let modules = "org.apache.kafka.common.security"
        let users = Self.passwords.map { #"user_\#($0)="\#($1)""# }.joined(separator: " ")
        func store(_ name: String) -> [String: String] {
            ["ssl.keystore.type": "PEM", "ssl.keystore.location": keys.path("\(name).store")]
        }
        func scram(_ mechanisms: String...) -> [String: String] {
            var properties = ["sasl.enabled.mechanisms": mechanisms.joined(separator: ",")]
            for mechanism in mechanisms {
                properties["\(mechanism.lowercased()).sasl.jaas.config"] = "\(modules).scram.ScramLoginModule required;"
            }
            return properties
        }
        let listeners = [
            BrokerListener(
                "PLAIN",
                "SASL_PLAINTEXT",
                [
                    "sasl.enabled.mechanisms": "PLAIN",
                    "plain.sasl.jaas.config": "\(modules).plain.PlainLoginModule required \(users);",
                ]
            ),
            BrokerListener("SCRAM", "SASL_PLAINTEXT", scram("SCRAM-SHA-256", "SCRAM-SHA-512")),
            // What signs in here has to do it again soon.
            BrokerListener(
                "ROTATING",
                "SASL_PLAINTEXT",
                scram("SCRAM-SHA-512").merging([
                    "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-512",
                    "plain.sasl.jaas.config": "\(modules).plain.PlainLoginModule required \(users);",
                    "plain.connections.max.reauth.ms": "1000", "scram-sha-512.connections.max.reauth.ms": "1000",
                ]) { $1 }
            ),
            // A connection lives no longer than the token.
            BrokerListener(
                "TOKEN",
                "SASL_PLAINTEXT",
                [
                    "sasl.enabled.mechanisms": "OAUTHBEARER",
                    "oauthbearer.connections.max.reauth.ms": "3600000",
                    "oauthbearer.sasl.jaas.config":
                        "\(modules).oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"broker\";",
                ]
            ),
            BrokerListener("TLS", "SSL", store("server")),
            BrokerListener("EXPIRED", "SSL", store("expired")),
            BrokerListener("ELSEWHERE", "SSL", store("elsewhere")),
            BrokerListener(
                "MUTUAL",
                "SSL",
                store("server").merging([
                    "ssl.client.auth": "required", "ssl.truststore.type": "PEM",
                    "ssl.truststore.location": keys.path("ca.pem"),
                ]) { $1 }
            ),
        ]
        broker = try KafkaBroker.own(
            listeners: listeners,
            properties: [
                "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users": "User:ANONYMOUS;User:alice;User:rose;User:CN=client",
            ],
            users: Self.passwords.flatMap { user, password in
                ["SCRAM-SHA-256", "SCRAM-SHA-512"].map { "\($0)=[name=\(user),password=\(password)]" }
            }
        )
    }

    /// Properties of a client at a listener.
    func configuration(
        _ listener: String,
        _ more: [String: String],
        tokens: KafkaTokenSource? = nil
    ) -> KafkaClientConfiguration {
        let base = [
            "bootstrap.servers": broker.address(of: listener, host: "localhost"), "broker.address.family": "v4",
            "reconnect.backoff.max.ms": "1000",
        ]
        return KafkaClientConfiguration(base.merging(more) { $1 }, secretNames: ["sasl.password"], tokens: tokens)
    }

    /// Properties of a client that signs in by a password.
    func password(
        _ listener: String,
        _ mechanism: String,
        user: String,
        password: String? = nil
    ) -> KafkaClientConfiguration {
        configuration(
            listener,
            [
                "security.protocol": "SASL_PLAINTEXT", "sasl.mechanisms": mechanism, "sasl.username": user,
                "sasl.password": password ?? Self.passwords[user] ?? "",
            ]
        )
    }

    /// Properties of a client that encrypts.
    func tls(_ listener: String, trusting authority: String = "ca", identity: String? = nil) throws
        -> KafkaClientConfiguration
    {
        var values = ["security.protocol": "SSL", "ssl.ca.pem": try keys.text("\(authority).pem")]
        if let identity {
            values["ssl.certificate.pem"] = try keys.text("\(identity).pem")
            values["ssl.key.pem"] = try keys.text("\(identity).key")
        }
        return configuration(listener, values)
    }

    /// Properties of a client that signs in by a token.
    func token(_ fetch: @escaping @Sendable () async throws -> KafkaToken) -> KafkaClientConfiguration {
        configuration(
            "TOKEN",
            ["security.protocol": "SASL_PLAINTEXT", "sasl.mechanisms": "OAUTHBEARER"],
            tokens: KafkaTokenSource(fetch)
        )
    }

    /// Makes a topic of one partition and returns its name.
    func topic(_ purpose: String) throws -> String {
        let name = "\(purpose)-\(UUID().uuidString.prefix(8).lowercased())"
        try KafkaAdmin(configuration: configuration("PLAINTEXT", [:]), logger: Fixture.logger).createTopic(
            name,
            partitions: 1
        )
        return name
    }

    /// Writes records as a user who may do anything.
    func produce(_ count: Int, to topic: String) throws {
        try KafkaProducer(configuration: configuration("PLAINTEXT", [:]), logger: Fixture.logger).sendAll(
            (0..<count).map { KafkaRecord(topic: topic, partition: 0, value: Array("\($0)".utf8)) },
            timeout: .seconds(60)
        )
    }

    /// A member of a group that reads topics.
    static func member(_ configuration: KafkaClientConfiguration, group: String) throws -> GroupMember {
        var configuration = configuration
        configuration.values.merge([
            "group.id": group, "enable.auto.commit": "false", "enable.auto.offset.store": "false",
            "partition.assignment.strategy": "cooperative-sticky",
        ]) { $1 }
        return try GroupMember(configuration: configuration, logger: Fixture.logger)
    }

    /// Asks for topics until the cluster answers, or says something that does not pass, or a minute is over.
    static func answer(_ configuration: KafkaClientConfiguration) throws -> Result<Int, KafkaError> {
        let connection = try ClusterConnection(configuration: configuration, logger: Fixture.logger)
        // What only looks like a wrong port counts when it was told twice, and the library tells the same every half minute.
        let deadline = ContinuousClock.now + .seconds(150)
        while true {
            do throws(KafkaError) {
                return .success(try connection.topics(timeout: .milliseconds(500)).count)
            } catch {
                if !error.isRetriable || ContinuousClock.now > deadline { return .failure(error) }
            }
        }
    }
}
