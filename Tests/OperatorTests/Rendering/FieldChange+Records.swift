@testable import Operator

/// Changes of what records are, where they go and what happens when that fails.
extension FieldChange {
    static let kusto = [
        FieldChange("kusto.ingestionURL") { $0.kusto.ingestionURL = "https://ingest-d.westeurope.kusto.windows.net" },
        FieldChange("kusto.queryURL") { $0.kusto.queryURL = "https://d.westeurope.kusto.windows.net" },
        FieldChange("kusto.auth.strategy") { $0.kusto.auth.strategy = "managed_identity" },
        FieldChange("kusto.auth.tenantId") { $0.kusto.auth.tenantId = .value("contoso.example") },
        FieldChange("kusto.auth.clientId") { $0.kusto.auth.clientId = .value("other") },
        FieldChange("kusto.auth.clientSecret") { $0.kusto.auth.clientSecret = otherKey },
        FieldChange("kusto.auth.clientCertificate", given: { $0.kusto.auth.clientSecret = nil }) {
            $0.kusto.auth.clientCertificate = otherKey
        },
        FieldChange(
            "kusto.auth.clientCertificatePassword",
            given: {
                $0.kusto.auth.clientSecret = nil
                $0.kusto.auth.clientCertificate = otherKey
            }
        ) { $0.kusto.auth.clientCertificatePassword = otherKey },
        FieldChange("kusto.auth.accessToken", given: { $0.kusto.auth.strategy = "az_dev_token" }) {
            $0.kusto.auth.accessToken = otherKey
        },
        FieldChange("kusto.validatesTables") { $0.kusto.validatesTables = true },
        FieldChange("kusto.proxy.host") { $0.kusto.proxy?.host = "other" },
        FieldChange("kusto.proxy.port") { $0.kusto.proxy?.port = 8080 },
        FieldChange("kusto.proxy.proxyProtocol") { $0.kusto.proxy?.proxyProtocol = "https" },
        FieldChange("kusto.proxy.username") { $0.kusto.proxy?.username = .value("u") },
        FieldChange("kusto.proxy.password") { $0.kusto.proxy?.password = otherKey },
        FieldChange("kusto.proxy.noProxy") { $0.kusto.proxy?.noProxy = ["internal"] },
        FieldChange("kusto.tls.ca") { $0.kusto.tls.ca = otherKey },
        FieldChange("kusto.tls.trustStore.file", given: { $0.kusto.tls.trustStore = store }) {
            $0.kusto.tls.trustStore?.file = otherKey
        },
        FieldChange("kusto.tls.trustStore.password", given: { $0.kusto.tls.trustStore = store }) {
            $0.kusto.tls.trustStore?.password = otherKey
        },
        FieldChange("kusto.trustedHosts") { $0.kusto.trustedHosts = [] },
    ]

    private static let store = KeyStoreSpec(type: "PKCS12", file: SecretKeyReference(name: "adx", key: "trust.p12"))

    static let records =
        [
            FieldChange("topics[].topic") { $0.topics[0].topic = "other" },
            FieldChange("topics[].database") { $0.topics[0].database = "other" },
            FieldChange("topics[].table") { $0.topics[0].table = "Other" },
            FieldChange("topics[].format") { $0.topics[0].format = "multijson" },
            FieldChange("topics[].mapping") { $0.topics[0].mapping = "Other" },
            FieldChange("topics[].isStreaming") { $0.topics[0].isStreaming = true },
        ]
        + converter("key") { spec, body in
            var key = spec.converters.key ?? ConverterSpec(type: "Avro")
            body(&key)
            spec.converters.key = key
        } + converter("value") { $1(&$0.converters.value) }

    private static func converter(_ side: String, _ converter: @escaping Part<ConverterSpec>) -> [FieldChange] {
        func change(_ field: String, _ apply: @escaping @Sendable (inout ConverterSpec) -> Void) -> FieldChange {
            FieldChange(
                "converters.\(side).\(field)",
                given: { spec in
                    converter(&spec) { part in
                        part = ConverterSpec(type: "Avro")
                        part.schemaRegistry = SchemaRegistrySpec(urls: ["http://registry:8081"])
                        part.schemaRegistry?.username = .value("u")
                        part.schemaRegistry?.password = SecretKeyReference(name: "registry", key: "password")
                        part.schemaRegistry?.oauth = OAuthSpec(tokenEndpointURL: "https://a.example")
                    }
                }
            ) { spec in converter(&spec, apply) }
        }
        return [
            change("type") { $0.type = "Protobuf" }, change("schemasEnable") { $0.schemasEnable = true },
            change("encoding") { $0.encoding = "US-ASCII" }, change("options") { $0.options = ["x": "y"] },
            change("schemaRegistry.urls") { $0.schemaRegistry?.urls = ["http://other:8081"] },
            change("schemaRegistry.username") { $0.schemaRegistry?.username = .secret(otherKey) },
            change("schemaRegistry.password") { $0.schemaRegistry?.password = otherKey },
            change("schemaRegistry.bearerToken") { $0.schemaRegistry?.bearerToken = otherKey },
            change("schemaRegistry.oauth.tokenEndpointURL") {
                $0.schemaRegistry?.oauth?.tokenEndpointURL = "https://b.example"
            },
            change("schemaRegistry.oauth.clientId") { $0.schemaRegistry?.oauth?.clientId = .value("id") },
            change("schemaRegistry.oauth.clientSecret") { $0.schemaRegistry?.oauth?.clientSecret = otherKey },
            change("schemaRegistry.oauth.scope") { $0.schemaRegistry?.oauth?.scope = "registry" },
            change("schemaRegistry.oauth.extensions") {
                $0.schemaRegistry?.oauth?.extensions = ["logicalCluster": "lsrc"]
            },
        ]
            + tls("converters.\(side).schemaRegistry.tls") { spec, body in
                converter(&spec) { part in
                    var registry = part.schemaRegistry ?? SchemaRegistrySpec(urls: ["http://registry:8081"])
                    body(&registry.tls)
                    part.schemaRegistry = registry
                }
            }
    }

    static let queues =
        queue("errors.deadLetterQueue") { spec, body in
            var queue = spec.errors.deadLetterQueue ?? DeadLetterQueueSpec(topic: "dead")
            body(&queue)
            spec.errors.deadLetterQueue = queue
        }
        + queue("errors.miscDeadLetterQueue") { spec, body in
            var queue = spec.errors.miscDeadLetterQueue ?? DeadLetterQueueSpec(topic: "dead")
            body(&queue)
            spec.errors.miscDeadLetterQueue = queue
        }

    private static func queue(_ name: String, _ queue: @escaping Part<DeadLetterQueueSpec>) -> [FieldChange] {
        func change(_ field: String, _ apply: @escaping @Sendable (inout DeadLetterQueueSpec) -> Void) -> FieldChange {
            FieldChange("\(name).\(field)", given: { queue(&$0) { _ in } }) { spec in queue(&spec, apply) }
        }
        let security: Part<KafkaSecuritySpec> = { spec, body in
            queue(&spec) { queue in
                var security = queue.security ?? KafkaSecuritySpec()
                body(&security)
                queue.security = security
            }
        }
        return [
            change("topic") { $0.topic = "deader" }, change("bootstrapServers") { $0.bootstrapServers = ["b:1"] },
            change("replicationFactor") { $0.replicationFactor = 1 },
            change("contextHeaders") { $0.contextHeaders = false },
            FieldChange("\(name).security.securityProtocol") { spec in
                security(&spec) { $0.securityProtocol = "SSL" }
            },
        ] + sasl("\(name).security.sasl", security)
            + tls("\(name).security.tls") { spec, body in security(&spec) { body(&$0.tls) } }
    }
}
