import Kafka
import SinkConfiguration
import Testing

@testable import Sink

@Suite("What to change when brokers do not let a client in")
struct SignInRemedyTests {
    private func text(
        _ cause: SignInFault.Cause,
        mechanism: String? = nil,
        _ changes: [String: String] = [:],
        prefix: String = ""
    ) throws -> String {
        let settings = try StartupSamples.settings(changes.mapValues { Optional($0) })
        return SignInRemedy(settings.consumer, prefix: prefix).text(SignInFault(cause, mechanism: mechanism))
    }

    @Test(
        "names the properties as they were written",
        arguments: [
            (
                ["consumer.override.sasl.username": "u", "consumer.override.sasl.password": "p"],
                "consumer.override.sasl.username and consumer.override.sasl.password"
            ),
            (
                [
                    "consumer.override.sasl.jaas.config":
                        #"org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="p";"#
                ],
                "consumer.override.sasl.jaas.config"
            ),
        ]
    )
    func credentials(changes: [String: String], names: String) throws {
        let security = ["consumer.override.security.protocol": "SASL_SSL", "consumer.override.sasl.mechanism": "PLAIN"]
        let text = try text(.credentialRefused, mechanism: "PLAIN", security.merging(changes) { $1 })
        #expect(text == "check \(names)")
    }

    @Test(
        "says for each cause what to do",
        arguments: [
            (.credentialRefused, "GSSAPI", "check errors.sasl.jaas.config and errors.sasl.kerberos.service.name"),
            (.tokenRefused, "OAUTHBEARER", "check errors.sasl.jaas.config"),
            (.mechanismRefused, "PLAIN", "set errors.sasl.mechanism to one that the brokers have"),
            (.needsSignIn, nil, "set errors.security.protocol to SASL_PLAINTEXT or SASL_SSL"),
            (.untrustedCertificate, nil, "name the authority that signed it in errors.ssl.truststore.location"),
            (.certificateOutOfDate, nil, "renew it at the broker"),
            (.wrongHost, nil, "name the brokers in bootstrap.servers"),
            (.clientCertificateRefused, nil, "set errors.ssl.keystore.location"),
            (.signsNobodyIn, "PLAIN", "set errors.security.protocol to PLAINTEXT"),
            (.notKafka, nil, "name the port of a broker in bootstrap.servers"),
            (.notTLS, nil, "set errors.security.protocol to PLAINTEXT"),
            (.needsTLS, nil, "set errors.security.protocol to SSL"),
            (.handshake, nil, "check the errors.ssl.* properties"),
        ] as [(SignInFault.Cause, String?, String)]
    )
    func causes(cause: SignInFault.Cause, mechanism: String?, beginning: String) throws {
        let text = try text(cause, mechanism: mechanism, prefix: "errors.")
        #expect(text.hasPrefix(beginning), "\(text)")
    }

    @Test("keeps signing in when only TLS is to change")
    func protocols() throws {
        let changes = [
            "consumer.override.security.protocol": "SASL_PLAINTEXT", "consumer.override.sasl.mechanism": "PLAIN",
            "consumer.override.sasl.username": "u", "consumer.override.sasl.password": "p",
        ]
        let text = try text(.needsTLS, changes)
        #expect(text == "set consumer.override.security.protocol to SASL_SSL, or name a port without TLS")
    }
}
