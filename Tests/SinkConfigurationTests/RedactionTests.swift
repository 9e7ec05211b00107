import Foundation
import Secrets
import Testing

@testable import SinkConfiguration

@Suite("No secret is printed")
struct RedactionTests {
    static let secretNames =
        PropertyTable.all.filter(\.isSecret).map(\.name) + [
            "sasl.jaas.config", "consumer.sasl.jaas.config", "producer.override.sasl.jaas.config",
            "admin.sasl.jaas.config",
            "consumer.override.ssl.truststore.password", "consumer.override.ssl.keystore.password", "ssl.key.password",
            "consumer.override.sasl.password", "value.converter.schema.registry.ssl.keystore.password",
            "misc.deadletterqueue.ssl.key.pem",
            "value.converter.schema.registry.basic.auth.user.info", "value.converter.bearer.auth.client.secret",
            "some.unknown.password",
        ]

    @Test("Not in the effective values, the settings or the errors", arguments: secretNames)
    func hidden(name: String) throws {
        let planted = "pl4nted-value"
        var values = minimal
        values[name] = planted
        values["misc.deadletterqueue.topic.name"] = "dead"
        values["misc.deadletterqueue.bootstrap.servers"] = "b:1"
        values["errors.deadletterqueue.topic.name"] = "dead"
        let set = PropertySet(values)
        #expect(!set.rendered.contains(planted))
        #expect(set.rendered.contains("\n\(name)=[hidden]\n"))
        let settings = try SinkSettings(set)
        var dumped = "\(settings.warnings)"
        dump(settings, to: &dumped)
        #expect(!dumped.contains(planted))
        values["tasks.max"] = "many"
        let error = #expect(throws: ConfigurationError.self) { try SinkSettings(PropertySet(values)) }
        #expect(error?.message.contains(planted) == false)
    }

    @Test("No credential of a Kafka client is told, whatever is wrong with it", arguments: KafkaMechanism.all)
    func signingIn(mechanism: String) throws {
        let planted = "pl4nted"
        let module = LoginModule.className(for: mechanism)
        let values = [
            planted, "\(module) required \(planted)", "\(module) required username=\(planted) password=\(planted);",
            "\(module) required clientId=\(planted) clientSecret=\(planted) extension_\(planted)=\(planted);",
            "\(module) required useKeyTab=true keyTab=\"\(planted);\" principal=\"\(planted) \";",
            "\(planted).Module required x=\(planted);", "\(module) \(planted);", "\(module) required; \(planted)",
            "-----BEGIN \(planted)-----", "\(planted)\0", "-----BEGIN PRIVATE KEY-----\(planted)",
        ]
        let names = [
            "sasl.jaas.config", "sasl.password", "ssl.key.password", "ssl.keystore.key", "ssl.keystore.password",
            "ssl.truststore.password", "sasl.oauthbearer.client.credentials.client.secret", "sasl.oauthbearer.config",
        ]
        for chosen in PropertyTable.securityProtocols {
            for name in names {
                for value in values {
                    var all = minimal
                    all["consumer.override.security.protocol"] = chosen
                    all["consumer.override.sasl.mechanism"] = mechanism
                    all["consumer.override.sasl.oauthbearer.token.endpoint.url"] = "https://login.example.com"
                    all["consumer.override.\(name)"] = value
                    var told = ""
                    do throws(ConfigurationError) {
                        let settings = try SinkSettings(PropertySet(all))
                        dump(settings, to: &told)
                        told += "\(settings.warnings)"
                    } catch {
                        told = error.message
                    }
                    #expect(!told.contains(planted), "\(chosen) \(name)")
                }
            }
        }
    }

    @Test("A value that a reference names stays the reference, in the effective values and in errors")
    func references() throws {
        let set = PropertySet(
            minimal.merging(["tasks.max": "${env:T}", "aad.auth.appkey": "${env:K}", "topics": "orders${env:T}"]) {
                $1
            },
            environment: ["T": "pl4nted", "K": "pl4nted"]
        )
        #expect(!set.rendered.contains("pl4nted"))
        #expect(set.rendered.contains("aad.auth.appkey=${env:K}\n"))
        #expect(set.rendered.contains("topics=[hidden]"))
        let error = #expect(throws: ConfigurationError.self) { try SinkSettings(set) }
        #expect(error?.message.contains("Invalid value ${env:T} for configuration tasks.max") == true)
    }

    @Test("A password inside a URL is hidden")
    func userInfo() {
        let set = PropertySet(["value.converter.schema.registry.url": "https://u:pl4nted@r1:8081,http://u2:pl4nted2@r2"]
        )
        #expect(
            set.rendered.contains("value.converter.schema.registry.url=https://[hidden]@r1:8081,http://[hidden]@r2\n")
        )
    }

    /// Texts with a secret in the place of `PLANTED`, which the runner of tests writes into its log.
    private static let misplaced = [
        "user:PLANTED@host", "user:PLANTED@host:8080", "PLANTED@host", "https://user:PLANTED@host/path",
        "https://user:a/PLANTED@host", "https://user:a,PLANTED@host", "https://user:a@PLANTED@host",
        "http://h1,https://user:PLANTED@host", "https://c.kusto.windows.net/db?sv=1&sig=PLANTED",
        "https://a.blob.core.windows.net/c?PLANTED", "c.kusto.windows.net?sig=PLANTED",
        "Endpoint=sb://n.servicebus.windows.net/;SharedAccessKeyName=R;SharedAccessKey=PLANTED=",
        "Data Source=https://c.kusto.windows.net;Application Key=PLANTED",
        "DefaultEndpointsProtocol=https;AccountKey=PLANTED", "password=PLANTED", "'password' : 'PLANTED'",
        "Password: PLANTED",
        "org.apache.kafka.common.security.plain.PlainLoginModule required username='u' password='PLANTED';",
        "Bearer PLANTED", "Basic PLANTED", "eyJ0eXAiOiJKV1QifQ.PLANTED.x", "abc8Q~PLANTEDxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "-----BEGIN PRIVATE KEY-----\nPLANTED\n-----END PRIVATE KEY-----",
        "kPLANTEDabc123xyzQWERTYuiop0987654321zzz+==",
    ]

    private static let names =
        PropertyTable.all.flatMap(\.names).filter { !$0.hasSuffix("*") } + [
            "security.protocol", "sasl.mechanism", "ssl.truststore.location", "consumer.override.client.id",
            "consumer.partition.assignment.strategy", "producer.override.acks", "errors.deadletterqueue.linger.ms",
        ]

    /// Whether any text is a value that the property's own rules look at.
    private static func isFree(_ definition: PropertyDefinition) -> Bool {
        switch definition.kind {
        case .string, .list, .json, .javaClass: !definition.name.hasPrefix("key.converter.")
        case .boolean, .int, .long, .enumeration, .password: false
        }
    }

    /// Everything that is told about a configuration: what it is, what is wrong and what is doubtful.
    private func told(_ changes: [String: String]) -> String {
        let values = minimal.merging([
            "misc.deadletterqueue.topic.name": "dead", "misc.deadletterqueue.bootstrap.servers": "b:1",
            "errors.deadletterqueue.topic.name": "dead",
        ]) { $1 }.merging(changes) { $1 }
        let set = PropertySet(values)
        do throws(ConfigurationError) {
            let settings = try SinkSettings(set)
            let printable = [settings.consumer, settings.errors.deadLetterQueue?.producer].map { $0?.origins ?? [:] }
            return "\(set.rendered) \(settings.warnings) \(printable)"
        } catch {
            return "\(set.rendered) \(error.problems) \(error.message)"
        }
    }

    @Test("What a user typed into the wrong property is not printed", arguments: misplaced)
    func misplacedSecrets(text: String) {
        let text = text.replacing("PLANTED", with: "PL4NTED")
        let everywhere = told(Dictionary(uniqueKeysWithValues: Self.names.map { ($0, text) }))
        #expect(!everywhere.uppercased().contains("PL4NTED"), "\(everywhere)")
        // By itself, since what is wrong with one may keep another from being read.
        for name in Self.names where PropertyTable[name].map(Self.isFree) ?? true {
            let told = told([name: text])
            #expect(!told.uppercased().contains("PL4NTED"), "\(name): \(told)")
        }
    }

    @Test(
        "No value of a name that nobody reads is printed",
        arguments: [
            "custom", "confluent.license", "eventhub.connection.string", "header.Authorization", "Endpoint",
            "rest.port",
            "consumer.override.confluent.license", "consumer.metrics.x", "producer.override.sasl.login.x",
            "admin.client.id",
            "value.converter.foo", "sasl.kerberos.ticket.x", "consumer.override.sasl.oauthbearer.assertion.x",
            "key.converter.schema.registry.foo", "transforms.x.type", "kusto.sink.tempdir",
            "consumer.*",
            "misc.deadletterqueue.foo", "config.providers.file.param.x",
        ]
    )
    func unknownNames(name: String) {
        let text = told([name: "PL4NTED"])
        #expect(!text.contains("PL4NTED"))
        #expect(name == "consumer.*" || text.contains("\n\(name)=[hidden]\n"))
    }

    @Test("A secret in the place of an id is told of before anything is named after it")
    func swappedSecrets() {
        for name in ["aad.auth.appid", "aad.auth.authority"] {
            let found = problems([name: "abc8Q~PL4NTEDxxxxxxxxxxxxxxxxxxxxxxxxxxx"])
            #expect(found.count == 1 && found[0].contains("the secret belongs in aad.auth.appkey"), "\(found)")
            #expect(found[0].contains("Invalid value [hidden] for configuration \(name)"))
        }
    }

    @Test("What is not printed as it is written is not quoted by Kafka's library either")
    func libraryReasons() throws {
        let settings = try SinkSettings(
            PropertySet(
                minimal.merging([
                    "consumer.override.client.rack": "u:PL4NTED@rack", "consumer.override.debug": "${env:D}",
                    "consumer.override.client.id": "telemetry",
                ]) { $1 },
                environment: ["D": "PL4NTED"]
            )
        )
        #expect(settings.consumer.secretNames.isSuperset(of: ["client.rack", "debug"]))
        #expect(!settings.consumer.secretNames.contains("client.id"))
    }

    @Test("The lines of a key that stands in a file as it is are no names that are printed")
    func keysAsNames() throws {
        let key = """
            ssl.key.pem=-----BEGIN PRIVATE KEY-----
            MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7pLantedKey9x
            a/SharedAccessKey+pLanted1
            -----END PRIVATE KEY-----
            Endpoint=sb://x.example/;SharedAccessKey=pLanted3=
            """
        let parsed = try JavaProperties.parse(key)
        let text = told(Dictionary(parsed.map { ($0.name, $0.value) }) { $1 })
        #expect(!text.contains("pLanted"), "\(text)")
    }

    @Test(
        "What harmless properties hold is printed as it is",
        arguments: [
            ("bootstrap.servers", "monkey:9092,broker-2.kafka.svc:9093"), ("topics.regex", "a?b|c.*"),
            ("kusto.ingestion.url", "https://ingest-c.westeurope.kusto.windows.net"),
            ("aad.auth.authority", "72f988bf-86f1-41af-91ab-2d7cd011db47"),
            ("aad.auth.authority", "contoso.onmicrosoft.com"),
            ("connector.class", "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector"),
            ("consumer.override.ssl.truststore.location", "/etc/kusto-sink/secrets/ca.pem"),
            ("consumer.override.sasl.username", "$ConnectionString"),
            ("consumer.override.sasl.mechanism", "SCRAM-SHA-512"),
            ("value.converter.schema.registry.url", "https://registry:8081,https://registry-2:8081/key"),
            ("metrics.address", "[::1]:9404"), ("tasks.max", "many"),
            ("kusto.tables.topics.mapping", "[{'topic':'key','db':'token','table':'secret','mapping':'password'}]"),
        ]
    )
    func harmless(name: String, value: String) {
        let set = PropertySet([name: value])
        #expect(set.entries[name].map { set.printable(name, $0) } == value)
    }

    @Test("The effective values hold what was given and every default, with its source")
    func effective() throws {
        let given = minimal.merging(["kusto.url": "x", "consumer.override.client.rack": "a\nb\\t"]) { $1 }.filter {
            $0.key != "aad.auth.appkey"
        }
        let text = PropertySet(given, source: "a.properties").rendered
        let parts = text.split(separator: "# defaults\n")
        #expect(parts.count == 2)
        #expect(parts[0].hasPrefix("# a.properties\nname=telemetry\n"))
        #expect(parts[1].contains("\nflush.interval.ms=30000\n"))
        #expect(!text.contains("offset.flush.interval.ms"))
        let read = try JavaProperties.parse(String(parts[0]))
        #expect(Dictionary(uniqueKeysWithValues: read.map { ($0.name, $0.value) }) == given)
    }

    @Test("The effective values say where each comes from, contradict nothing, and can be read back")
    func readBack() throws {
        let text = """
            kusto.url=https://ingest-c.westeurope.kusto.windows.net
            security.protocol=SASL_SSL

            consumer.sasl.mechanism=PLAIN
            sasl.username=u
            sasl.password=${env:P}
            tasks.max=${env:T}
            foo=pl4nted
            group.id=pl4nted
            """
        var written = ConnectEnvironment.properties(in: [
            "CONNECT_FLUSH_INTERVAL_MS": "5000", "CONNECT_REST_PORT": "pl4nted",
        ])
        written += try ConfigurationFile.properties(in: text, path: "s.properties")
        for (name, value) in minimal where !["kusto.ingestion.url", "aad.auth.appkey"].contains(name) {
            written.append(WrittenProperty(name, value, PropertyOrigin(source: "s.properties", isFile: true)))
        }
        written.append(
            WrittenProperty("aad.auth.appkey", "${env:P}", PropertyOrigin(source: "s.properties", isFile: true))
        )
        let environment = ["P": "pl4nted", "T": "3"]
        let all = PropertySet.References.resolve(within: .anywhere)
        let set = PropertySet(written, environment: environment, references: all)
        let settings = try SinkSettings(set)
        let printed = set.rendered(settings)
        #expect(!printed.contains("pl4nted"))
        for part in [
            "# environment\n# CONNECT_FLUSH_INTERVAL_MS\nflush.interval.ms=5000\n",
            "# line 1\nkusto.url=https://ingest-c.",
            "# line 2\nsecurity.protocol=SASL_SSL\n",
            "# line 7\nfoo=[hidden]".replacing("line 7", with: "s.properties:8"),
            "# from name\nconsumer.override.group.id=connect-telemetry\n",
            "\nkusto.query.url=https://c.westeurope.kusto.windows.net\n", "consumer.override.fetch.max.bytes=1485482\n",
            "# s.properties:9\ngroup.id=[hidden]\n", "# CONNECT_REST_PORT\nrest.port=[hidden]\n",
        ] {
            #expect(printed.contains(part), "\(part) in \(printed)")
        }
        #expect(!printed.contains("override.security.protocol") && !printed.contains("override.sasl.mechanism"))
        #expect(!printed.contains("# s.properties\n# line 7") && !printed.contains("CONNECT_SASL"))
        let again = try ConfigurationFile.properties(in: printed, path: "again.properties")
        let settingsAgain = try SinkSettings(PropertySet(again, environment: environment, references: all))
        let kept = settings.consumer.values.filter { settingsAgain.consumer.values[$0.key] == $0.value }
        #expect(kept == settings.consumer.values)
        #expect(settingsAgain.kusto.queryURL == settings.kusto.queryURL && settingsAgain.tasksMax == 3)
        let names = PropertyTable.all.filter { $0.name.contains("protocol") }.map(\.name)
        #expect(names.contains("consumer.override.security.protocol"))
        let plain = PropertySet(minimal).rendered(try SinkSettings(PropertySet(minimal)))
        #expect(
            plain.contains("\nconsumer.override.security.protocol=PLAINTEXT\n") && !plain.contains("sasl.mechanism")
        )
    }
}
