import Identity
import Secrets
import Testing

@testable import SinkConfiguration

@Suite("Signing in at Kafka by tokens")
struct TokenTests {
    private static let module = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required"
    private static let oidc = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler"
    private static let entra =
        "com.azure.spring.cloud.service.implementation.kafka.KafkaOAuth2AuthenticateCallbackHandler"
    private static let url = "https://login.example.com/oauth2/token"

    private static func signIn(_ jaas: String?, _ more: [String: String] = [:]) -> [String: String?] {
        var changes: [String: String?] = [
            "consumer.override.security.protocol": "SASL_SSL", "consumer.override.sasl.mechanism": "OAUTHBEARER",
            "consumer.override.sasl.jaas.config": jaas,
        ]
        for (name, value) in more { changes["consumer.override.\(name)"] = value }
        return changes
    }

    @Test(
        "takes a client of an identity provider, under every name that Java's clients have had",
        arguments: [
            (
                "\(module) clientId=\"c\" clientSecret=\"p4ss\" scope=\"s\" extension_logicalCluster=\"lkc-1\";",
                [
                    "sasl.oauthbearer.token.endpoint.url": url,
                    "sasl.login.callback.handler.class":
                        "org.apache.kafka.common.security.oauthbearer.secured.OAuthBearerLoginCallbackHandler",
                ]
            ),
            (
                "\(module);",
                [
                    "sasl.oauthbearer.token.endpoint.url": url, "sasl.login.callback.handler.class": oidc,
                    "sasl.oauthbearer.client.credentials.client.id": "c",
                    "sasl.oauthbearer.client.credentials.client.secret": "p4ss", "sasl.oauthbearer.scope": "s",
                    "sasl.oauthbearer.extensions": "logicalCluster=lkc-1",
                    "sasl.oauthbearer.jwt.retriever.class":
                        "org.apache.kafka.common.security.oauthbearer.ClientCredentialsJwtRetriever",
                ]
            ),
            (
                nil,
                [
                    "sasl.oauthbearer.token.endpoint.url": url, "sasl.oauthbearer.client.id": "c",
                    "sasl.oauthbearer.client.secret": "p4ss", "sasl.oauthbearer.scope": "s",
                    "sasl.oauthbearer.extensions": " logicalCluster=lkc-1 ,",
                ]
            ),
            (
                "\(module) clientId=other clientSecret=other scope=other extension_logicalCluster=\"lkc-1\";",
                [
                    "sasl.oauthbearer.token.endpoint.url": url,
                    "sasl.oauthbearer.client.credentials.client.id": "c",
                    "sasl.oauthbearer.client.credentials.client.secret": "p4ss", "sasl.oauthbearer.scope": "s",
                ]
            ),
            (
                """
                \(module) oauth.client.id="c" oauth.client.secret="p4ss" oauth.scope="s" extension_logicalCluster="lkc-1" \
                oauth.token.endpoint.uri="\(url)";
                """,
                [
                    "sasl.login.callback.handler.class":
                        "io.strimzi.kafka.oauth.client.JaasClientOauthLoginCallbackHandler"
                ]
            ),
        ] as [(String?, [String: String])]
    )
    func client(jaas: String?, more: [String: String]) throws {
        let settings = try settings(Self.signIn(jaas, more))
        let oauth = try #require(settings.consumer.security.oauth)
        let client = OAuthClient(
            tokenURL: Self.url,
            clientID: "c",
            clientSecret: RotatedSecret(Secret("p4ss")),
            scope: "s"
        )
        #expect(oauth.credential == .oauthClient(client) && oauth.audience == .ofCredential)
        #expect(oauth.extensions == ["logicalCluster": "lkc-1"] && oauth.subjectClaim == "sub")
        #expect(oauth.properties.allSatisfy { $0.hasPrefix("consumer.override.sasl.") } && !oauth.properties.isEmpty)
        #expect(settings.consumer["sasl.mechanism"] == "OAUTHBEARER" && settings.warnings == [])
        let handed = settings.consumer.values.keys.filter { $0.hasPrefix("sasl.") }
        #expect(Set(handed) == ["sasl.mechanism"], "\(handed)")
    }

    @Test("encodes id and secret when told to, takes the claim of the subject, and trusts the entry's store")
    func options() throws {
        let jaas = """
            \(Self.module) clientId="a b:c" clientSecret="p+/=" ssl.truststore.location="/t.jks" \
            ssl.truststore.password="changeit";
            """
        let more = [
            "sasl.oauthbearer.token.endpoint.url": Self.url, "sasl.oauthbearer.header.urlencode": "true",
            "sasl.oauthbearer.sub.claim.name": "azp",
        ]
        let oauth = try #require(try settings(Self.signIn(jaas, more)).consumer.security.oauth)
        let client = OAuthClient(
            tokenURL: Self.url,
            clientID: "a b:c",
            clientSecret: RotatedSecret(Secret("p+/=")),
            encodesCredentials: true
        )
        #expect(oauth.credential == .oauthClient(client) && oauth.subjectClaim == "azp")
        let store = KeyStoreSource(
            .file("/t.jks"),
            password: Secret("changeit"),
            property: "consumer.override.sasl.jaas.config"
        )
        #expect(oauth.trust == store)
    }

    @Test(
        "is refused with what is wrong, and without what is written there",
        arguments: [
            ("\(module);", [:], "sasl.oauthbearer.token.endpoint.url"),
            ("\(module) clientId=c;", ["sasl.oauthbearer.token.endpoint.url": url], "client.credentials.client.secret"),
            ("\(module) clientSecret=s3cret;", ["sasl.oauthbearer.token.endpoint.url": url], "the option clientId"),
            (
                "\(module) clientId=c clientSecret=s3cret;", ["sasl.oauthbearer.token.endpoint.url": "file:/t"],
                "in a file"
            ),
            (
                "\(module) clientId=c clientSecret=s3cret;", ["sasl.oauthbearer.token.endpoint.url": "ldap://x"],
                "must be the https:// address"
            ),
            (
                "\(module) clientId=c clientSecret=s;", ["sasl.oauthbearer.token.endpoint.url": "https://u:s3cret@x/t"],
                "without a user in it"
            ),
            (
                "\(module) clientId=c clientSecret=s3cret;", ["sasl.oauthbearer.token.endpoint.url": "https:///t"],
                "must be the https:// address"
            ),
            ("\(module);", ["sasl.login.callback.handler.class": "com.example.Handler"], "cannot be loaded"),
            (
                "\(module);", ["sasl.oauthbearer.jwt.retriever.class": "org.apache.kafka.x.FileJwtRetriever"],
                "by client credentials only"
            ),
            ("\(module);", ["sasl.oauthbearer.assertion.private.key.file": "/k"], "with an assertion"),
            (
                "\(module) clientId=c clientSecret=s extension_auth=s3cret;",
                ["sasl.oauthbearer.token.endpoint.url": url], "an extension's name"
            ),
            (
                "\(module) clientId=c clientSecret=s extension_x=\"\\1s3cret\";",
                ["sasl.oauthbearer.token.endpoint.url": url], "an extension's name"
            ),
            (
                "\(module) clientId=c clientSecret=s;",
                ["sasl.oauthbearer.token.endpoint.url": url, "sasl.oauthbearer.extensions": "x y=z"],
                "an extension's name"
            ),
            ("\(module) unsecuredLoginStringClaim_sub=\"a s3cret\";", [:], "must not hold blanks"),
        ] as [(String, [String: String], String)]
    )
    func refused(jaas: String, more: [String: String], sentence: String) {
        let found = problems(Self.signIn(jaas, more))
        #expect(found.count == 1 && found[0].contains(sentence), "\(found)")
        #expect(!found.joined().contains("s3cret"), "\(found)")
    }

    @Test("warns of a token endpoint that is not encrypted, unless it is on this machine")
    func unencrypted() throws {
        func warnings(_ url: String) throws -> [String] {
            let more = ["sasl.oauthbearer.token.endpoint.url": url]
            return try settings(Self.signIn("\(Self.module) clientId=c clientSecret=s;", more)).warnings
        }
        #expect(try warnings("http://keycloak:8080/t").count == 1)
        #expect(try warnings("http://127.0.0.1:8080/t") == [] && warnings("https://keycloak/t") == [])
    }

    @Test(
        "takes the sink's identity at Entra for Event Hubs, in the cloud where they are",
        arguments: [
            (
                "ns.servicebus.windows.net:9093", nil, "https://ns.servicebus.windows.net",
                "https://login.microsoftonline.com"
            ),
            (
                "SASL_SSL://NS.servicebus.usgovcloudapi.net:9093", nil, "https://ns.servicebus.usgovcloudapi.net",
                "https://login.microsoftonline.us"
            ),
            (
                "ns.servicebus.chinacloudapi.cn:9093", "https://ns.servicebus.chinacloudapi.cn/.default",
                "https://ns.servicebus.chinacloudapi.cn", "https://login.partner.microsoftonline.cn"
            ),
            ("pkc.confluent.cloud:9092", "api://app/.default", "api://app", "https://login.microsoftonline.com"),
        ] as [(String, String?, String, String)]
    )
    func eventHubs(brokers: String, scope: String?, resource: String, login: String) throws {
        for handler in [Self.entra, "CustomAuthenticateCallbackHandler"] {
            var more = ["bootstrap.servers": brokers, "sasl.login.callback.handler.class": handler]
            more["sasl.oauthbearer.scope"] = scope
            let oauth = try #require(try settings(Self.signIn("\(Self.module);", more)).consumer.security.oauth)
            #expect(oauth.audience == .resource(resource, loginEndpoint: login))
            let application = EntraApplication(tenantID: "tenant", clientID: "client")
            #expect(oauth.credential == .clientSecret(application, RotatedSecret(Secret("hunter2"))))
        }
    }

    @Test(
        "asks for no token that opens another service",
        arguments: [
            "https://kusto.kusto.windows.net/.default", "https://vault.azure.net/.default",
            "https://graph.microsoft.com",
            "https://x.servicebus.windows.net.evil.example/.default", "https://evil.example/.servicebus.windows.net",
            "http://ns.servicebus.windows.net", "",
        ]
    )
    func foreignScope(scope: String) {
        let more = [
            "bootstrap.servers": "broker.example:9093", "sasl.login.callback.handler.class": Self.entra,
            "sasl.oauthbearer.scope": scope,
        ]
        let found = problems(Self.signIn("\(Self.module);", more))
        // An empty one is none.
        #expect(found.count == (scope.isEmpty ? 0 : 1), "\(found)")
        #expect(scope.isEmpty || found[0].contains("must not go to brokers"))
    }

    @Test("asks for no token of another namespace than the brokers', unless they have names of the user's own")
    func otherNamespace() throws {
        let scope = ["sasl.oauthbearer.scope": "https://other.servicebus.windows.net/.default"]
        func changes(_ brokers: String) -> [String: String] {
            scope.merging(["bootstrap.servers": brokers, "sasl.login.callback.handler.class": Self.entra]) { $1 }
        }
        let found = problems(Self.signIn("\(Self.module);", changes("ns.servicebus.windows.net:9093")))
        #expect(found.count == 1 && found[0].contains("must not go to brokers"), "\(found)")
        let own = try settings(Self.signIn("\(Self.module);", changes("hubs.corp.example:9093")))
        #expect(
            own.consumer.security.oauth?.audience
                == .resource(
                    "https://other.servicebus.windows.net",
                    loginEndpoint: "https://login.microsoftonline.com"
                )
        )
    }

    @Test("hands brokers no token that was given for Azure Data Explorer")
    func developerToken() {
        let broker = [
            "bootstrap.servers": "ns.servicebus.windows.net:9093", "sasl.login.callback.handler.class": Self.entra,
        ]
        let identity: [String: String?] = ["aad.auth.strategy": "az_dev_token", "aad.auth.accesstoken": "t0ken"]
        let found = problems(Self.signIn("\(Self.module);", broker).merging(identity) { $1 })
        #expect(found.count == 1 && found[0].contains("must not go to brokers"), "\(found)")
    }

    @Test("takes a token without signature only when an entry makes one, and says that it is for tests")
    func unsecured() throws {
        let jaas = "\(Self.module) unsecuredLoginStringClaim_sub=\"admin\" unsecuredLoginStringClaim_scope=\"x\";"
        let settings = try settings(Self.signIn(jaas))
        #expect(settings.consumer["enable.sasl.oauthbearer.unsecure.jwt"] == "true")
        #expect(settings.consumer.values["sasl.oauthbearer.config"]?.reveal() == "principal=admin scope=x")
        #expect(settings.consumer.security.oauth == nil && settings.warnings.count == 1)
    }

    @Test("takes a token that is written there, as Strimzi's class does")
    func givenToken() throws {
        let consumer = try settings(Self.signIn("\(Self.module) oauth.access.token=\"t0ken\";")).consumer
        #expect(consumer.security.oauth?.credential == .token(RotatedSecret(Secret("t0ken"))))
    }

    @Test("A class for tokens is ignored by other mechanisms, which is told")
    func otherMechanism() throws {
        let changes: [String: String?] = [
            "security.protocol": "SASL_SSL", "sasl.mechanism": "PLAIN", "sasl.username": "u", "sasl.password": "p",
            "sasl.login.callback.handler.class": "com.example.Vault",
        ]
        let settings = try settings(changes)
        #expect(
            settings.warnings == [
                "sasl.login.callback.handler.class is ignored: it is for OAUTHBEARER, and sasl.mechanism is PLAIN"
            ]
        )
    }
}
