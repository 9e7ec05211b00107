import Secrets
import SinkConfiguration
import Testing

@testable import Sink

@Suite("The command that grants a right at Kafka")
struct KafkaGrantTests {
    private func command(
        _ name: String,
        _ values: [String: ClientProperties.Value] = [:],
        _ security: KafkaSecurity = KafkaSecurity()
    ) throws -> String {
        var properties = try StartupSamples.settings(["bootstrap.servers": "b-1:9092,b-2:9092"]).consumer
        properties.values.merge(values) { $1 }
        properties.security = security
        return KafkaGrant(properties).command("Read", on: "group", name)
    }

    @Test("names brokers, right, kind and name")
    func plain() throws {
        #expect(
            try command("connect-orders") == "kafka-acls --bootstrap-server b-1:9092,b-2:9092 --add "
                + "--allow-principal User:ANONYMOUS --operation Read --group connect-orders"
        )
    }

    @Test(
        "is safe to hand to a shell, whatever the names are",
        arguments: [("a b", "'a b'"), ("it's", #"'it'\''s'"#), ("$(x)", "'$(x)'"), ("", "''"), ("*", "'*'")]
    )
    func quotes(name: String, word: String) throws { #expect(try command(name).hasSuffix("--group \(word)")) }

    @Test("says where the user's name stands, and does not show one that may be a key")
    func principals() throws {
        let user = try command(
            "g",
            ["security.protocol": .plain("SASL_SSL"), "sasl.username": .secret(Secret("AP1KEY"))]
        )
        #expect(user.contains("'User:<the value of sasl.username>'") && !user.contains("AP1KEY"))
        let scram = try command(
            "g",
            [
                "security.protocol": .plain("SASL_SSL"), "sasl.mechanism": .plain("SCRAM-SHA-512"),
                "sasl.username": .secret(Secret("sink")),
            ]
        )
        #expect(scram.contains("--allow-principal User:sink --operation"))
        var security = KafkaSecurity()
        security.kerberos = KafkaKerberos(principal: "sink/host@REALM", fetchesTickets: true)
        #expect(try command("g", ["security.protocol": .plain("sasl_plaintext")], security).contains("User:sink "))
        let certificate = try command(
            "g",
            ["security.protocol": .plain("ssl"), "ssl.certificate.pem": .plain("-")]
        )
        #expect(certificate.contains("'User:<the subject of the client's certificate>'") == false)
        #expect(certificate.contains(#"'User:<the subject of the client'\''s certificate>'"#))
    }
}
