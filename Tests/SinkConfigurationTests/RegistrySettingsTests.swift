import Converters
import Secrets
import Testing

@testable import SinkConfiguration

@Suite("Settings of schema registries")
struct RegistrySettingsTests {
    private static let pem = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"
    /// Property names below `value.converter.`, of the source that the tests vary.
    private static let (basic, bearer) = ("basic.auth.credentials.source", "bearer.auth.credentials.source")

    /// A configuration with a registry and these settings of the converter.
    private func changes(_ side: String, _ options: [String: String]) -> [String: String?] {
        var all: [String: String?] = [
            "\(side).converter": "AvroConverter", "\(side).converter.schema.registry.url": "https://r:1",
        ]
        for (name, value) in options { all["\(side).converter.\(name)"] = value }
        return all
    }

    private func converter(_ side: String, _ options: [String: String]) throws -> ConverterSettings {
        let settings = try settings(changes(side, options))
        return try #require(side == "key" ? settings.keyConverter : settings.valueConverter)
    }

    @Test(
        "Each way to sign in, to trust and to show a certificate is taken",
        arguments: [
            [:], [basic: "URL"], [basic: "user_info", "basic.auth.user.info": "u:p"],
            [basic: "SASL_INHERIT", "sasl.jaas.config": "x.PlainLoginModule required username='u' password='p';"],
            [bearer: "STATIC_TOKEN", "bearer.auth.token": "t"],
            ["schema.registry.ssl.endpoint.identification.algorithm": "none"],
            [
                bearer: "OAUTHBEARER", "bearer.auth.issuer.endpoint.url": "https://idp/token",
                "bearer.auth.client.id": "i", "bearer.auth.client.secret": "s", "bearer.auth.scope": "x",
            ],
            [bearer: "UAMI", "bearer.auth.uami.endpoint.query": "a=b"],
            ["schema.registry.ssl.truststore.location": "/ca.pem", "schema.registry.ssl.truststore.type": "pem"],
            ["schema.registry.ssl.truststore.certificates": pem],
            ["schema.registry.ssl.keystore.location": "/c.pem"],
            [
                "schema.registry.ssl.truststore.location": "/t.jks", "schema.registry.ssl.truststore.type": "JKS",
                "schema.registry.ssl.keystore.location": "/c.p12", "schema.registry.ssl.keystore.type": "pkcs12",
                "schema.registry.ssl.keystore.password": "p", "schema.registry.ssl.key.password": "q",
            ],
            [
                "schema.registry.ssl.truststore.location": "/t.p12", "schema.registry.ssl.truststore.password": "p",
                "schema.registry.ssl.keystore.location": "/c.jks", "schema.registry.ssl.keystore.password": "p",
            ],
            [
                "schema.registry.ssl.keystore.key": pem, "schema.registry.ssl.keystore.certificate.chain": pem,
                "schema.registry.ssl.key.password": "q", "schema.registry.ssl.keystore.type": "PEM",
            ],
            ["schema.registry.ssl.keystore.key": pem, "schema.registry.ssl.keystore.certificate.chain": pem],
            ["schema.registry.ssl.endpoint.identification.algorithm": "HTTPS"],
            ["proxy.host": "p", "proxy.port": "3128"], ["request.header.X-Key": "k"],
            ["value.subject.name.strategy": "io.confluent.kafka.serializers.subject.RecordNameStrategy"],
        ] as [[String: String]]
    )
    func good(options: [String: String]) throws {
        for side in ["key", "value"] {
            let settings = try settings(changes(side, options))
            #expect(settings.warnings == [])
        }
    }

    @Test(
        "What is wrong is said with the property's name and what to do",
        arguments: [
            ([basic: "SASL_INHERIT"], "sasl.jaas.config", "must be set, since"),
            ([basic: "SASL_INHERIT", "sasl.jaas.config": "M required a='u:p@'"], "sasl.jaas.config", "semi-colon"),
            (
                [basic: "SASL_INHERIT", "sasl.jaas.config": "M required username=u;"], "sasl.jaas.config",
                "no username and"
            ),
            ([basic: "OTHER"], basic, "String must be one of: URL, USER_INFO, SASL_INHERIT"),
            ([basic: "USER_INFO"], "basic.auth.user.info", "UserInfo must be provided"),
            ([basic: "USER_INFO", "basic.auth.user.info": "u"], "basic.auth.user.info", "user:password"),
            ([basic: "URL", bearer: "UAMI", "bearer.auth.uami.endpoint.query": "q"], bearer, "Only one of"),
            ([bearer: "SASL_OAUTHBEARER_INHERIT"], bearer, "set it to OAUTHBEARER"),
            ([bearer: "CUSTOM"], bearer, "use STATIC_TOKEN, OAUTHBEARER or UAMI"),
            ([bearer: "X"], bearer, "String must be one of: STATIC_TOKEN, OAUTHBEARER, UAMI"),
            ([bearer: "STATIC_TOKEN"], "bearer.auth.token", "must be set"),
            ([bearer: "UAMI"], "bearer.auth.uami.endpoint.query", "must be set"),
            (
                [
                    bearer: "OAUTHBEARER", "bearer.auth.issuer.endpoint.url": "idp", "bearer.auth.client.id": "i",
                    "bearer.auth.client.secret": "s",
                ], "bearer.auth.issuer.endpoint.url", "begins with https://"
            ),
            (
                ["schema.registry.ssl.truststore.type": "JCEKS"], "schema.registry.ssl.truststore.type",
                "keytool -importkeystore"
            ),
            (
                [
                    "schema.registry.ssl.keystore.location": "/c.p12", "schema.registry.ssl.keystore.type": "PKCS12",
                ], "schema.registry.ssl.keystore.password", "is a store of the type PKCS12"
            ),
            (
                [
                    "schema.registry.ssl.truststore.certificates": pem, "schema.registry.ssl.truststore.type": "JKS",
                ], "schema.registry.ssl.truststore.type", "set it to PEM"
            ),
            (
                [
                    "schema.registry.ssl.truststore.certificates": pem,
                    "schema.registry.ssl.truststore.password": "u:p@",
                ], "schema.registry.ssl.truststore.password", "PEM has no password as a store; remove it"
            ),
            (
                [
                    "schema.registry.ssl.keystore.location": "/c.pem", "schema.registry.ssl.keystore.type": "PEM",
                    "schema.registry.ssl.keystore.password": "u:p@",
                ], "schema.registry.ssl.keystore.password", "that of the key is schema.registry.ssl.key.password"
            ),
            (
                ["schema.registry.ssl.keystore.key": pem], "schema.registry.ssl.keystore.certificate.chain",
                "must be set, since"
            ),
            (
                ["schema.registry.ssl.truststore.certificates": "/ca.pem"],
                "schema.registry.ssl.truststore.certificates", "must be PEM"
            ),
            (
                [
                    "schema.registry.ssl.truststore.certificates": pem,
                    "schema.registry.ssl.truststore.location": "/ca.pem",
                ], "schema.registry.ssl.truststore.certificates", "exclude each other"
            ),
            (
                ["schema.registry.ssl.endpoint.identification.algorithm": "http"],
                "schema.registry.ssl.endpoint.identification.algorithm", "https, none"
            ),
            (["proxy.host": "p"], "proxy.port", "must be set, since"),
            (["proxy.port": "1"], "proxy.host", "must be set, since"),
            (["proxy.port": "0", "proxy.host": "p"], "proxy.port", "Value must be from 1 to "),
            (["http.read.timeout.ms": "soon"], "http.read.timeout.ms", "Not a number"),
            (["max.schemas.per.subject": "0"], "max.schemas.per.subject", "Value must be from 1 to "),
            (["schema.registry.url": ""], "schema.registry.url", "needs it"),
            (["schema.registry.url": "r:8081"], "schema.registry.url", "does not begin with http:// or https://"),
            (["schema.registry.url": "https://a:1,https://u:p@b:x"], "schema.registry.url", "no number for its port"),
        ] as [([String: String], String, String)]
    )
    func bad(options: [String: String], name: String, sentence: String) {
        for side in ["key", "value"] {
            let found = problems(changes(side, options))
            #expect(found.count == 1, "\(found)")
            #expect(found.first?.contains("\(side).converter.\(name)") == true, "\(found)")
            #expect(found.first?.contains(sentence) == true, "\(found)")
            #expect(found.first?.contains("u:p@") == false)
        }
    }

    @Test("A client of a token endpoint needs all three, and each is named")
    func client() {
        #expect(problems(changes("value", [Self.bearer: "OAUTHBEARER"])).count == 3)
    }

    @Test("Confluent's prefix makes no difference, and two values for one setting do")
    func prefixed() throws {
        for name in ["basic.auth.user.info", "schema.registry.basic.auth.user.info"] {
            let found = try converter("value", [Self.basic: "user_info", name: "u:p"])
            #expect(found.options["basic.auth.user.info"] == .secret(Secret("u:p")))
            #expect(found.options["schema.registry.basic.auth.user.info"] == nil)
            #expect(found.options[Self.basic] == .plain("USER_INFO"))
        }
        let token = try converter(
            "key",
            ["schema.registry.\(Self.bearer)": "Static_Token", "schema.registry.bearer.auth.token": "t"]
        )
        #expect(token.options[Self.bearer] == .plain("STATIC_TOKEN"))
        #expect(token.options["bearer.auth.token"] == .secret(Secret("t")))
        let header = try converter("value", ["schema.registry.request.header.X-Key": "k"])
        #expect(header.options["request.header.X-Key"] == .secret(Secret("k")))
        let same = ["http.read.timeout.ms": "1000", "schema.registry.http.read.timeout.ms": "2000"]
        let found = problems(changes("value", same))
        #expect(found.count == 1 && found[0].contains("are the same setting and differ"))
    }

    @Test("What is not used is warned about")
    func unused() throws {
        for (options, sentence) in [
            (["basic.auth.user.info": "u:p"], "basic.auth.user.info is not used"),
            (["bearer.auth.token": "t"], "bearer.auth.token is not used"),
            (["schemas.enable": "false"], "schemas.enable is ignored: only JsonConverter has it"),
            (["use.latest.version": "true"], "use.latest.version is ignored: Records are read by the schema"),
            (["decimal.format": "NUMERIC"], "json.decimal.format"),
            (
                ["schema.registry.ssl.truststore.password": "p"],
                "schema.registry.ssl.truststore.password is ignored: value.converter.schema.registry.ssl.truststore.location"
            ),
            (["schema.registry.ssl.keystore.password": "p"], "schema.registry.ssl.keystore.password is ignored"),
            (["schema.registry.ssl.key.password": "p"], "schema.registry.ssl.key.password is ignored: neither"),
        ] {
            let warnings = try settings(changes("value", options)).warnings
            #expect(warnings.count == 1 && warnings[0].contains("value.converter.\(options.keys.first ?? "")"))
            #expect(warnings.first?.contains(sentence) == true, "\(warnings)")
        }
        let plain = try settings(["value.converter.schema.registry.url": "https://r:1"])
        #expect(
            plain.warnings == [
                "value.converter.schema.registry.url is ignored: StringConverter asks no schema registry"
            ]
        )
        // A converter that asks no registry is not held to the settings of one, which a worker may have for all.
        #expect(problems(["value.converter.\(Self.bearer)": "CUSTOM"]) == [])
    }

    @Test("Subjects are named by one of three strategies")
    func subjects() throws {
        for (name, isTopic) in [
            ("TopicNameStrategy", true), ("io.confluent.kafka.serializers.subject.TopicRecordNameStrategy", false),
            ("RecordNameStrategy", false),
        ] {
            let found = try converter("value", ["value.subject.name.strategy": name])
            #expect(found.converterOptions().namesSubject == isTopic)
        }
        let found = problems(changes("key", ["key.subject.name.strategy": "org.example.Mine"]))
        #expect(found.count == 1 && found[0].contains("TopicRecordNameStrategy"))
    }

    @Test("A reference in the place of any setting is in order")
    func kept() {
        let reference = "${directory:/nowhere/secrets:key}"
        for definition in PropertyTable.schemaRegistries where definition.name.hasPrefix("value.") {
            guard !definition.name.hasSuffix("*") else { continue }
            var values = minimal
            for (name, value) in changes("value", [:]) { values[name] = value }
            values[definition.name] = reference
            // What goes with it, so that nothing else is amiss.
            values["value.converter.proxy.host"] = values["value.converter.proxy.host"] ?? "p"
            values["value.converter.proxy.port"] = values["value.converter.proxy.port"] ?? "1"
            if definition.name.hasSuffix("store.password") {
                let name = definition.name.replacing("password", with: "location")
                values[name] = "/store.p12"
            }
            for name in ["key", "certificate.chain"] where definition.name.contains("ssl.keystore.") {
                // The password of a store is not for PEM in the configuration.
                guard !definition.name.hasSuffix("location"), !definition.name.hasSuffix("password") else { continue }
                let name = "value.converter.schema.registry.ssl.keystore.\(name)"
                values[name] = values[name] ?? Self.pem
            }
            do throws(ConfigurationError) {
                _ = try SinkSettings(PropertySet(values, references: .keep))
            } catch {
                Issue.record("\(definition.name): \(error.message)")
            }
        }
    }
}
