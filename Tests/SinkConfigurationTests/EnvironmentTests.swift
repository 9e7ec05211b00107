import Testing

@testable import SinkConfiguration

/// The settings of Connect's container images, as the connector's README has them in its section 4.
@Suite("Connect's environment")
struct EnvironmentTests {
    private func settings(_ environment: [String: String]) throws -> SinkSettings {
        let folder = ConnectEnvironment.properties(in: environment)
        var values = minimal
        values["bootstrap.servers"] = nil
        for property in folder { values[property.name] = property.value }
        return try SinkSettings(PropertySet(values))
    }

    @Test("signs in to Confluent Cloud")
    func confluentCloud() throws {
        let settings = try settings([
            "CONNECT_BOOTSTRAP_SERVERS": "pkc-1.westeurope.azure.confluent.cloud:9092",
            "CONNECT_CONNECTOR_CLIENT_CONFIG_OVERRIDE_POLICY": "All",
            "CONNECT_SASL_MECHANISM": "PLAIN",
            "CONNECT_SECURITY_PROTOCOL": "SASL_SSL",
            "CONNECT_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM": "https",
            "CONNECT_SASL_JAAS_CONFIG": """
            org.apache.kafka.common.security.plain.PlainLoginModule required username="KEY" password="SECRET";
            """,
        ])
        for client in [settings.consumer, settings.producer] {
            let expected = [
                "bootstrap.servers": "pkc-1.westeurope.azure.confluent.cloud:9092", "security.protocol": "sasl_ssl",
                "sasl.mechanism": "PLAIN", "ssl.endpoint.identification.algorithm": "https", "sasl.username": "KEY",
                "sasl.password": "SECRET",
            ]
            let found = client.revealed()
            for (name, value) in expected { #expect(found[name] == value) }
        }
    }

    @Test("signs in to HDInsight by Kerberos")
    func hdInsight() throws {
        let settings = try settings([
            "CONNECT_BOOTSTRAP_SERVERS": "wn0-kafka:9092,wn1-kafka:9092",
            "KAFKA_OPTS": "-Xmx1g -Djava.security.krb5.conf=/etc/krb5.conf -Dother=x",
            "CONNECT_CONNECTOR_CLIENT_CONFIG_OVERRIDE_POLICY": "All",
            "CONNECT_SASL_MECHANISM": "GSSAPI",
            "CONNECT_SASL_KERBEROS_SERVICE_NAME": "kafka",
            "CONNECT_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
            "CONNECT_SASL_JAAS_CONFIG": """
            com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true storeKey=true \
            keyTab="/etc/security/keytabs/kafka-client-hdi.keytab" principal="kusto@AADDS.EXAMPLE.COM";
            """,
        ])
        let kerberos = KafkaKerberos(
            keytab: "/etc/security/keytabs/kafka-client-hdi.keytab",
            principal: "kusto@AADDS.EXAMPLE.COM",
            fetchesTickets: true,
            configuration: "/etc/krb5.conf"
        )
        for client in [settings.consumer, settings.producer] {
            #expect(client.security.kerberos == kerberos)
            #expect(client["sasl.kerberos.keytab"] == kerberos.keytab && client["sasl.mechanism"] == "GSSAPI")
            #expect(client["sasl.kerberos.service.name"] == "kafka" && client["security.protocol"] == "sasl_plaintext")
        }
    }

    @Test(
        "names the files of Java's options, as a shell would leave them",
        arguments: [
            ("-Djava.security.auth.login.config=/a", ["java.security.auth.login.config": "/a"]),
            (
                "  -Djava.security.krb5.conf='/k' -Djava.security.auth.login.config=\"/a\"  ",
                ["java.security.krb5.conf": "/k", "java.security.auth.login.config": "/a"]
            ),
            ("-Djava.security.auth.login.config==/a", ["java.security.auth.login.config": "=/a"]),
            ("-Djava.security.krb5.conf -Djava.security.krb5.confx=/k Djava.security.krb5.conf=/k", [:]), ("", [:]),
            ("'", [:]),
            ("-Djava.security.krb5.conf='", ["java.security.krb5.conf": "'"]),
        ] as [(String, [String: String])]
    )
    func javaOptions(text: String, expected: [String: String]) {
        let found = ConnectEnvironment.properties(in: ["KAFKA_OPTS": text])
        #expect(Dictionary(uniqueKeysWithValues: found.map { ($0.name, $0.value) }) == expected)
    }
}
