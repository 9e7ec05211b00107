import Kafka
import SinkConfiguration
import Testing

@testable import Sink

/// What settings make of Java's properties is worth something only if librdkafka makes a client of it.
@Suite("Clients that are made of Java's properties")
struct JavaClientPropertiesTests {
    private static func configuration(_ client: ClientProperties) -> KafkaClientConfiguration {
        KafkaClientConfiguration(
            client.revealed(),
            secretNames: client.secretNames,
            optionalNames: client.optionalNames
        )
    }

    /// Makes the consumer's client; nothing listens where it would connect.
    private func makeConsumer(_ changes: [String: String]) throws {
        var properties: [String: String?] = [:]
        for (name, value) in changes { properties["consumer.override.\(name)"] = value }
        let settings = try StartupSamples.settings(properties)
        #expect(SettingsCheck.problems(with: settings) == [])
        _ = try ClusterConnection(
            configuration: Self.configuration(settings.consumer),
            logger: StartupSamples.logger
        )
    }

    @Test(
        "take every number that Java's consumers take",
        arguments: [
            ("receive.buffer.bytes", -1, 2_147_483_647), ("send.buffer.bytes", -1, 2_147_483_647),
            ("connections.max.idle.ms", -1, Int.max), ("reconnect.backoff.ms", 0, Int.max),
            ("reconnect.backoff.max.ms", 0, Int.max), ("retry.backoff.ms", 0, Int.max),
            ("retry.backoff.max.ms", 0, Int.max), ("socket.connection.setup.timeout.ms", 0, Int.max),
            ("metadata.max.age.ms", 0, Int.max), ("request.timeout.ms", 0, 2_147_483_647),
            ("session.timeout.ms", 3001, 300_000), ("heartbeat.interval.ms", 0, 44_999),
            ("max.poll.interval.ms", 45_000, 2_147_483_647), ("fetch.min.bytes", 0, 2_147_483_647),
            ("fetch.max.bytes", 0, 2_147_483_647), ("fetch.max.wait.ms", 0, 2_147_483_647),
            ("max.partition.fetch.bytes", 0, 2_147_483_647), ("sasl.kerberos.min.time.before.relogin", 0, Int.max),
        ]
    )
    func consumerNumbers(name: String, lowest: Int, highest: Int) throws {
        for number in [lowest, highest] { try makeConsumer([name: "\(number)"]) }
    }

    @Test(
        "take every number that Java's producers take",
        arguments: [
            ("batch.size", 0, 2_147_483_647), ("linger.ms", 0, 60_000), ("delivery.timeout.ms", 6, 2_147_483_647),
            ("retries", 0, 2_147_483_647), ("max.in.flight.requests.per.connection", 1, 2_147_483_647),
            ("request.timeout.ms", 0, 2_147_483_647), ("max.request.size", 0, 2_147_483_647),
            ("buffer.memory", 0, Int.max), ("metadata.max.idle.ms", 5000, Int.max),
        ]
    )
    func producerNumbers(name: String, lowest: Int, highest: Int) throws {
        for number in [lowest, highest] {
            let settings = try StartupSamples.settings([
                "errors.deadletterqueue.topic.name": "dead", "errors.deadletterqueue.\(name)": "\(number)",
            ])
            #expect(SettingsCheck.problems(with: settings) == [])
            let queue = try #require(settings.errors.deadLetterQueue)
            let producer = try KafkaProducer(
                configuration: Self.configuration(queue.producer),
                logger: StartupSamples.logger
            )
            producer.close()
        }
    }

    @Test(
        "sign in by every mechanism that librdkafka has",
        arguments: [
            ("PLAIN", "org.apache.kafka.common.security.plain.PlainLoginModule required username=u password=p;"),
            (
                "SCRAM-SHA-256",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=u password=p;"
            ),
            (
                "SCRAM-SHA-512",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=u password=p;"
            ),
            ("GSSAPI", "com.sun.security.auth.module.Krb5LoginModule required useTicketCache=true serviceName=kafka;"),
            (
                "OAUTHBEARER",
                """
                org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required \
                unsecuredLoginStringClaim_sub=me;
                """
            ),
        ]
    )
    func mechanisms(mechanism: String, jaas: String) throws {
        for chosen in ["SASL_PLAINTEXT", "SASL_SSL"] {
            try makeConsumer(["security.protocol": chosen, "sasl.mechanism": mechanism, "sasl.jaas.config": jaas])
        }
    }

    @Test("take the command that fetches tickets, and the names of a keytab and a principal")
    func tickets() throws {
        let settings = try StartupSamples.settings([
            "security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "GSSAPI",
            "sasl.jaas.config":
                "com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true keyTab=\"/k\" principal=\"me/h@R\";",
        ])
        #expect(SettingsCheck.problems(with: settings) == [])
    }

    @Test("use each cipher suite that has a name in Java and is safe")
    func cipherSuites() throws {
        for exchange in ["ECDHE_ECDSA", "ECDHE_RSA", "DHE_RSA", "RSA"] {
            for cipher in [
                "AES_256_GCM_SHA384", "AES_128_GCM_SHA256", "AES_128_CBC_SHA256", "AES_256_CBC_SHA", "AES_128_CBC_SHA",
            ] {
                try makeConsumer([
                    "security.protocol": "SSL", "ssl.cipher.suites": "TLS_\(exchange)_WITH_\(cipher)",
                    "ssl.endpoint.identification.algorithm": "",
                ])
            }
        }
    }
}
