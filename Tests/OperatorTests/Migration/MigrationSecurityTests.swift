import JSON
import Kubernetes
import Testing

@testable import Operator

@Suite("How a connector signs in at Kafka")
struct MigrationSecurityTests {
    private static let prefix = "consumer.override."

    private static func migrate(_ settings: [String: String]) throws -> Migration {
        let named = settings.map { (prefix + $0.key, Optional($0.value)) }
        let migration = try MigrationTests.migrate(Dictionary(uniqueKeysWithValues: named))
        MigrationOracle.expectInOrder(migration)
        return migration
    }

    private static func security(_ migration: Migration) throws -> KafkaSecuritySpec {
        try KustoSink(decoding: try #require(migration.sinks.first)).spec.get().kafka.security
    }

    @Test(
        "A protocol that is not known keeps the credentials, and is to be filled in",
        arguments: ["${env:PROTO}", "X"]
    )
    func unknownProtocol(name: String) throws {
        let migration = try Self.migrate([
            "security.protocol": name, "sasl.mechanism": "PLAIN", "sasl.jaas.config": "${secrets:data/user:jaas}",
            "ssl.truststore.location": "/ca.pem",
        ])
        let security = try Self.security(migration)
        #expect(security.securityProtocol == "SASL_SSL")
        #expect(security.sasl?.jaasConfig == SecretKeyReference(name: "user", key: "jaas"))
        #expect(security.tls?.ca != nil)
        #expect(migration.notes.contains { $0.kind == .fillIn && $0.text.contains("protocol is SASL_SSL") })
        #expect(!migration.notes.contains { $0.kind == .noEffect })
        let encrypted = try Self.migrate(["security.protocol": name, "ssl.truststore.location": "/ca.pem"])
        #expect(try Self.security(encrypted).securityProtocol == "SSL")
        #expect(try Self.security(encrypted).tls?.ca != nil)
    }

    private static let oauth = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required"

    private static func signIn(_ mechanism: String, _ jaas: String, _ others: [String: String] = [:]) throws
        -> Migration
    {
        let settings = ["security.protocol": "SASL_SSL", "sasl.mechanism": mechanism, "sasl.jaas.config": jaas]
        return try migrate(settings.merging(others) { $1 })
    }

    @Test("Each option of a JAAS entry that nothing is made of is told by its name, and its value is not")
    func unusedOptions() throws {
        let options = [
            "oauth.refresh.token", "oauth.access.token", "oauth.ssl.truststore.location", "oauth.audience",
            "extension_secretKey",
        ]
        let list = options.map { " \($0)=\"LEAK\"" }.joined()
        let endpoint = " oauth.token.endpoint.uri=\"https://idp.example/token\" oauth.client.id=\"sink\""
        let migration = try Self.signIn("OAUTHBEARER", "\(Self.oauth)\(endpoint)\(list);")
        let told = migration.notes.filter {
            $0.kind == .notCarriedOver && $0.properties == ["\(Self.prefix)sasl.jaas.config"]
        }
        for option in options {
            let name = option.hasPrefix("extension_") ? "secretKey" : option
            #expect(told.contains { $0.text.contains(name) }, "\(option)")
        }
        let seen = migration.text + migration.notes.map(\.description).joined()
        #expect(!seen.contains("LEAK"))
        let plain = try Self.signIn("PLAIN", "a.PlainLoginModule required username=\"u\" password=\"p\" region=\"x\";")
        #expect(plain.notes.contains { $0.kind == .notCarriedOver && $0.text.contains("options region") })
    }

    @Test("A client without a secret gets one to be filled in, and so does one without an id")
    func missingSecret() throws {
        let endpoint = " oauth.token.endpoint.uri=\"https://idp.example/token\""
        let token = try Self.signIn(
            "OAUTHBEARER",
            "\(Self.oauth) oauth.client.id=\"c\" oauth.refresh.token=\"r\"\(endpoint);"
        )
        let oauth = try #require(try Self.security(token).sasl?.oauth)
        #expect(oauth.clientSecret?.name == "orders-credentials")
        #expect(token.notes.contains { $0.kind == .fillIn && $0.text.contains("kafka-oauth-client-secret") })
        let nothing = try Self.signIn("OAUTHBEARER", "\(Self.oauth);")
        #expect(try #require(try Self.security(nothing).sasl?.oauth).clientId == .value("REPLACE-ME"))
        #expect(nothing.notes.contains { $0.kind == .fillIn && $0.text.contains("oauth.clientId") })
        let whole = try Self.signIn("OAUTHBEARER", "\(Self.oauth) clientId=\"c\" clientSecret=\"s\"\(endpoint);")
        #expect(!whole.notes.contains { $0.text.contains("token endpoint's owner") })
    }

    @Test("A Kerberos entry that uses a ticket cache is told, and what goes without saying has no effect")
    func kerberosOptions() throws {
        let module = "com.sun.security.auth.module.Krb5LoginModule required"
        let cache = try Self.signIn("GSSAPI", "\(module) useTicketCache=true renewTicket=true;")
        let lost = cache.notes.filter { $0.kind == .notCarriedOver }
        #expect(lost.contains { $0.text.contains("renewTicket, useTicketCache") })
        let file = try Self.signIn(
            "GSSAPI",
            "\(module) useKeyTab=true storeKey=true useTicketCache=false keyTab=\"/k\" principal=\"p@R\";"
        )
        #expect(!file.notes.contains { $0.kind == .notCarriedOver })
        #expect(file.notes.contains { $0.kind == .noEffect && $0.text.contains("storeKey, useKeyTab, useTicketCache") })
    }

    @Test(
        "A class that gets the credential by a way of its own is not carried over",
        arguments: ["sasl.login.callback.handler.class", "sasl.client.callback.handler.class", "sasl.login.class"]
    )
    func foreignHandler(property: String) throws {
        let entries = [
            "OAUTHBEARER": "\(Self.oauth) clientId=\"c\" clientSecret=\"s\";",
            "PLAIN": "a.PlainLoginModule required username=\"u\" password=\"p\";",
        ]
        for (mechanism, jaas) in entries {
            let own = try Self.signIn(mechanism, jaas, [property: "com.example.OwnCallback"])
            #expect(own.notes.contains { $0.kind == .notCarriedOver && $0.properties == [Self.prefix + property] })
            for known in [
                "org.apache.kafka.common.Known", "io.strimzi.kafka.oauth.client.JaasClientOauthLoginCallbackHandler",
            ] {
                let kept = try Self.signIn(mechanism, jaas, [property: known])
                let kinds = kept.notes.filter { $0.properties.contains(Self.prefix + property) }.map(\.kind)
                #expect(kinds == [.noEffect], "\(known)")
            }
        }
    }

    @Test(
        "Event Hubs' classes become tokens of Entra, for the scope that is told",
        arguments: [
            "com.azure.spring.cloud.service.implementation.kafka.KafkaOAuth2AuthenticateCallbackHandler",
            "com.example.CustomAuthenticateCallbackHandler",
        ]
    )
    func entra(handler: String) throws {
        let scope = "https://shop.servicebus.windows.net/.default"
        let migration = try Self.signIn(
            "OAUTHBEARER",
            "\(Self.oauth);",
            ["sasl.login.callback.handler.class": handler, "sasl.oauthbearer.scope": scope]
        )
        let sasl = try #require(try Self.security(migration).sasl)
        #expect(sasl.mechanism == "OAUTHBEARER" && sasl.entra?.scope == scope)
        #expect(sasl.oauth == nil && sasl.jaasConfig == nil)
        #expect(migration.notes.contains { $0.kind == .warning && $0.text.contains("Data Receiver") })
        #expect(!migration.notes.contains { $0.kind == .notCarriedOver || $0.text.contains("token endpoint") })
        let plain = try Self.signIn(
            "PLAIN",
            "a.PlainLoginModule required username=\"u\" password=\"p\";",
            [
                "sasl.login.callback.handler.class": handler
            ]
        )
        #expect(try Self.security(plain).sasl?.entra == nil)
        #expect(plain.notes.contains { $0.kind == .notCarriedOver })
    }

    @Test("What Kerberos and key stores cannot be without is to be filled in")
    func missingParts() throws {
        let module = "com.sun.security.auth.module.Krb5LoginModule required"
        let kerberos = try Self.signIn("GSSAPI", "\(module) useKeyTab=true;")
        let identity = try #require(try Self.security(kerberos).sasl?.kerberos)
        #expect(identity.principal == "REPLACE-ME" && identity.keytab?.name == "orders-credentials")
        for field in ["kerberos.principal", "keytab of"] {
            #expect(kerberos.notes.contains { $0.kind == .fillIn && $0.text.contains(field) }, "\(field)")
        }
        let store = try Self.migrate(["security.protocol": "SSL", "ssl.keystore.location": "/etc/keys.p12"])
        #expect(try Self.security(store).tls?.keyStore?.password?.name == "orders-credentials")
        #expect(store.notes.contains { $0.kind == .fillIn && $0.text.contains("the password of the store") })
    }
}
