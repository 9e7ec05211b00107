import Testing

@testable import Operator

/// What keeps a sink from being rendered is told by the field that a person must change.
@Suite("Problems of rendering")
struct RenderProblemTests {
    /// One change of a spec, and what is said about it.
    struct Case: CustomTestStringConvertible {
        let reason: SpecProblem.Reason
        let path: String
        let change: @Sendable (inout SinkSpec) -> Void

        init(_ reason: SpecProblem.Reason, _ path: String, _ change: @escaping @Sendable (inout SinkSpec) -> Void) {
            self.reason = reason
            self.path = path
            self.change = change
        }

        var testDescription: String { "\(reason) \(path)" }
    }

    private static let key = SecretKeyReference(name: "s", key: "k")

    @Test("name the field that asks for what workers do not do yet", arguments: unsupportedExamples)
    func unsupported(_ example: Case) { expect(example) }

    static let unsupportedExamples: [Case] = [
        Case(.invalidConfiguration, "spec.topics[1].format") {
            $0.topics.append(TopicSpec(topic: "files", database: "shop", table: "Files"))
            $0.topics[1].format = "parquet"
        },
        Case(.notSupportedYet, "spec.topics[1].topic") {
            $0.topics = [
                TopicSpec(topic: "^a.*", database: "d", table: "t"), TopicSpec(topic: "*", database: "d", table: "u"),
            ]
        },
    ]

    @Test("name the field whose value the worker refuses", arguments: invalidExamples)
    func invalid(_ example: Case) { expect(example) }

    static let invalidExamples: [Case] = [
        Case(.invalidConfiguration, "spec.flush.sizeBytes") { $0.flush.sizeBytes = 1 },
        Case(.invalidConfiguration, "spec.kusto.ingestionUrl") { $0.kusto.ingestionURL = "https://evil.example" },
        Case(.invalidConfiguration, "spec.kusto.ingestionUrl") { $0.kusto.ingestionURL = "" },
        Case(.invalidConfiguration, "spec.kusto.auth.clientSecret") { $0.kusto.auth.clientSecret = nil },
        Case(.invalidConfiguration, "spec.kusto.auth.clientCertificate") { $0.kusto.auth.clientCertificate = key },
        Case(.invalidConfiguration, "spec.kafka.bootstrapServers") { $0.kafka.bootstrapServers = [] },
        Case(.invalidConfiguration, "spec.topics") { $0.topics = [] },
        Case(.invalidConfiguration, "spec.topics[0].database") { $0.topics[0].database = "a b" },
        Case(.invalidConfiguration, "spec.topics[1].topic") { $0.topics.append($0.topics[0]) },
        Case(.invalidConfiguration, "spec.kafka.consumer.maxPollInterval") {
            $0.kafka.consumer.maxPollInterval = .seconds(1)
        },
        Case(.invalidConfiguration, "spec.config[\"consumer.override.fetch.min.bytes\"]") {
            $0.config["consumer.override.fetch.min.bytes"] = "many"
        },
        Case(.invalidConfiguration, "spec.config[\"consumer.override.debug\"]") {
            $0.config["consumer.override.debug"] = "1"
        },
        Case(.invalidConfiguration, "spec.config[\"consumer.override.broker.address.family\"]") {
            $0.config["consumer.override.broker.address.family"] = "v5"
        },
        Case(.invalidConfiguration, "spec.config[\"transforms\"]") { $0.config["transforms"] = "unwrap" },
        Case(.invalidConfiguration, "spec.topics[0].format") {
            $0.converters.value = ConverterSpec(type: "Protobuf")
            $0.converters.value.schemaRegistry = SchemaRegistrySpec(urls: ["http://registry:8081"])
            $0.topics[0].format = "csv"
        },
        Case(.invalidConfiguration, "spec.converters.value.encoding") { $0.converters.value.encoding = "EBCDIC" },
        registry("url") { $0.urls = ["registry:8081"] },
        registry("tls") { $0.tls?.keyStore = KeyStoreSpec(type: "PKCS12", file: key) },
        registry("oauth.clientId") { $0.oauth = OAuthSpec(tokenEndpointURL: "https://login.example/token") },
        Case(.invalidConfiguration, "spec.converters.value.options[\"http.read.timeout.ms\"]") {
            $0.converters.value.options["http.read.timeout.ms"] = "soon"
        },
        Case(.notAllowed, "spec.converters.value.options[\"schema.registry.bearer.auth.token\"]") {
            $0.converters.value.options["schema.registry.bearer.auth.token"] = "t"
        },
        Case(.invalidSpec, "spec.converters.key.type") { $0.converters.key = ConverterSpec(type: "Thrift") },
        Case(.invalidSpec, "spec.kusto.auth.clientSecret") {
            $0.kusto.auth.clientSecret = SecretKeyReference(name: "adx", key: "../../etc/passwd")
        },
        Case(.invalidSpec, "spec.errors.miscDeadLetterQueue.replicationFactor") {
            $0.errors.miscDeadLetterQueue = DeadLetterQueueSpec(topic: "dead")
            $0.errors.miscDeadLetterQueue?.replicationFactor = 3
        },
        Case(.invalidConfiguration, "spec.kafka.security.tls.keyStore") {
            $0.kafka.security.securityProtocol = "SSL"
            $0.kafka.security.tls = TLSSpec()
            $0.kafka.security.tls?.keyStore = KeyStoreSpec(type: "JKS", file: key)
        },
        Case(.invalidConfiguration, "spec.kafka.security.sasl.oauth.clientSecret") {
            $0.kafka.security.securityProtocol = "SASL_SSL"
            $0.kafka.security.sasl = SASLSpec(mechanism: "OAUTHBEARER")
            $0.kafka.security.sasl?.oauth = OAuthSpec(tokenEndpointURL: "https://login.example/token")
            $0.kafka.security.sasl?.oauth?.clientId = .value("c")
        },
        Case(.invalidConfiguration, "spec.kafka.security.sasl.entra.scope") {
            $0.kafka.security.securityProtocol = "SASL_SSL"
            $0.kafka.security.sasl = SASLSpec(mechanism: "OAUTHBEARER")
            $0.kafka.security.sasl?.entra = EntraTokenSpec()
            $0.kafka.security.sasl?.entra?.scope = "https://vault.azure.net/.default"
        },
        Case(.invalidSpec, "spec.errors.deadLetterQueue.security.sasl.kerberos.krb5Conf") { spec in
            func kerberos(_ configuration: String) -> SASLSpec {
                var sasl = SASLSpec(mechanism: "GSSAPI")
                sasl.kerberos = KerberosSpec()
                sasl.kerberos?.principal = "sink@EXAMPLE.COM"
                sasl.kerberos?.keytab = key
                sasl.kerberos?.krb5Conf = SecretKeyReference(name: configuration, key: "krb5.conf")
                return sasl
            }
            spec.kafka.security.securityProtocol = "SASL_PLAINTEXT"
            spec.kafka.security.sasl = kerberos("here")
            spec.errors.deadLetterQueue = DeadLetterQueueSpec(topic: "dead")
            spec.errors.deadLetterQueue?.security = spec.kafka.security
            spec.errors.deadLetterQueue?.security?.sasl = kerberos("there")
        },
        Case(.invalidConfiguration, "spec.kusto.proxy.password") {
            $0.kusto.proxy = ProxySpec(host: "proxy", port: 3128)
            $0.kusto.proxy?.username = .value("u")
        },
        Case(.invalidConfiguration, "spec.kusto.proxy.noProxy") {
            $0.kusto.proxy = ProxySpec(host: "proxy", port: 3128)
            $0.kusto.proxy?.noProxy = ["10.0.0.0/99"]
        },
        Case(.dependencyMissing, "spec.kafka.clusterRef") {
            $0.kafka.clusterReference = StrimziClusterReference(name: "events", listener: "tls")
        },
        Case(.dependencyMissing, "spec.kafka.userRef") { $0.kafka.userReference = "me" },
    ]

    /// A registry that the worker refuses, and the field that is named.
    private static func registry(
        _ field: String,
        _ change: @escaping @Sendable (inout SchemaRegistrySpec) -> Void
    ) -> Case {
        Case(.invalidConfiguration, "spec.converters.value.schemaRegistry.\(field)") { spec in
            var registry = SchemaRegistrySpec(urls: ["https://registry:8081"])
            registry.tls = TLSSpec()
            change(&registry)
            spec.converters.value = ConverterSpec(type: "Avro")
            spec.converters.value.schemaRegistry = registry
        }
    }

    @Test("are none with all that workers do with registries, formats, charsets and dead letters")
    func supported() {
        let key = Self.key
        let registries: [@Sendable (inout SchemaRegistrySpec) -> Void] = [
            { _ in },
            {
                $0.username = .value("u")
                $0.password = key
            },
            { $0.bearerToken = key },
            {
                $0.oauth = OAuthSpec(tokenEndpointURL: "https://login.example/token")
                $0.oauth?.clientId = .value("i")
                $0.oauth?.clientSecret = key
                $0.oauth?.extensions = ["logicalCluster": "lsrc-1", "identityPoolId": "pool-1"]
            },
            {
                $0.tls = TLSSpec()
                $0.tls?.ca = key
                $0.tls?.verifiesHostname = false
                $0.tls?.certificate = key
                $0.tls?.key = SecretKeyReference(name: "s", key: "other")
            },
            {
                $0.tls = TLSSpec()
                $0.tls?.trustStore = KeyStoreSpec(type: "JKS", file: key)
                $0.tls?.keyStore = KeyStoreSpec(type: "PKCS12", file: key, password: key)
                $0.tls?.keyPassword = key
            },
        ]
        for (index, change) in registries.enumerated() {
            for (type, formats) in [
                ("Avro", ["avro", "apacheavro", "json", "csv", "txt"]), ("Protobuf", ["json", "txt"]),
                ("JsonSchema", ["json", "multijson", "txt"]),
            ] {
                for format in formats {
                    var spec = SampleSinks.minimal
                    spec.converters.value = ConverterSpec(type: type)
                    var registry = SchemaRegistrySpec(urls: ["https://registry:8081"])
                    change(&registry)
                    spec.converters.value.schemaRegistry = registry
                    spec.converters.key = spec.converters.value
                    spec.topics[0].format = format
                    #expect(Self.problems(spec) == [], "\(index) \(type) \(format)")
                }
            }
        }
        var spec = SampleSinks.minimal
        spec.converters.value = ConverterSpec(type: "Json")
        spec.topics[0].mapping = "Mapping"
        spec.topics[0].isStreaming = true
        spec.errors.tolerance = "all"
        spec.errors.behavior = "log"
        spec.errors.deadLetterQueue = DeadLetterQueueSpec(topic: "dead")
        spec.errors.miscDeadLetterQueue = DeadLetterQueueSpec(topic: "failed")
        spec.config["json.decimal.format"] = "base64"
        #expect(Self.problems(spec) == [])
        spec.converters.value = ConverterSpec(type: "String")
        spec.converters.value.encoding = "UTF-16"
        #expect(Self.problems(spec) == [])
    }

    @Test("are all told at once")
    func all() {
        var spec = SampleSinks.minimal
        spec.flush.sizeBytes = 1
        spec.config["name"] = "other"
        spec.template.environment = ["LD_PRELOAD": "/tmp/x.so"]
        let paths = Self.problems(spec).map(\.path)
        #expect(Set(paths) == ["spec.flush.sizeBytes", "spec.config[\"name\"]", "spec.template.env"])
    }

    private func expect(_ example: Case) {
        var spec = SampleSinks.minimal
        example.change(&spec)
        let found = Self.problems(spec)
        let isTold = found.contains { $0.reason == example.reason && $0.path == example.path }
        #expect(isTold, "\(found)")
        #expect(found.allSatisfy { !$0.message.isEmpty })
    }

    /// What rendering says about a spec.
    static func problems(_ spec: SinkSpec) -> [SpecProblem] {
        do throws(SpecProblems) {
            _ = try SinkRenderer.render(SampleSinks.input(spec))
            return []
        } catch {
            return error.problems
        }
    }
}
