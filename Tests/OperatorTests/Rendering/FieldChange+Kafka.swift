@testable import Operator

/// Changes of `spec.kafka`.
extension FieldChange {
    static let kafka = [
        FieldChange("replicas", given: { $0.scaling.mode = .fixed }) { $0.replicas = 1 },
        FieldChange("kafka.bootstrapServers") { $0.kafka.bootstrapServers = ["other:9092"] },
        FieldChange("kafka.userReference", given: { $0.kafka.userReference = "a" }) { $0.kafka.userReference = "b" },
        FieldChange("kafka.groupId") { $0.kafka.groupId = "connect-telemetry" },
        FieldChange("kafka.consumer.autoOffsetReset") { $0.kafka.consumer.autoOffsetReset = "latest" },
        FieldChange("kafka.consumer.maxPollInterval") { $0.kafka.consumer.maxPollInterval = .seconds(400) },
        FieldChange("kafka.consumer.sessionTimeout") { $0.kafka.consumer.sessionTimeout = .seconds(10) },
        FieldChange("kafka.consumer.heartbeatInterval") { $0.kafka.consumer.heartbeatInterval = .seconds(1) },
        FieldChange("kafka.consumer.isolationLevel") { $0.kafka.consumer.isolationLevel = "read_uncommitted" },
        FieldChange("kafka.consumer.clientRack") { $0.kafka.consumer.clientRack = "zone-2" },
        FieldChange("kafka.consumer.assignmentStrategy") { $0.kafka.consumer.assignmentStrategy = "range" },
    ]

    /// Lets a closure change a part of a spec, which is made first where it is missing.
    typealias Part<Value> = @Sendable (inout SinkSpec, (inout Value) -> Void) -> Void

    static let security =
        [FieldChange("kafka.security.securityProtocol") { $0.kafka.security.securityProtocol = "SASL_PLAINTEXT" }]
        + sasl("kafka.security.sasl") { $1(&$0.kafka.security) }
        + tls("kafka.security.tls") { $1(&$0.kafka.security.tls) }

    /// The changes of a SASL part.
    static func sasl(_ name: String, _ security: @escaping Part<KafkaSecuritySpec>) -> [FieldChange] {
        func change(_ field: String, _ apply: @escaping @Sendable (inout SASLSpec) -> Void) -> FieldChange {
            FieldChange(
                "\(name).\(field)",
                given: { spec in
                    var sasl = SASLSpec(mechanism: "PLAIN")
                    sasl.username = .value("u")
                    sasl.kerberos = KerberosSpec()
                    sasl.oauth = OAuthSpec(tokenEndpointURL: "https://a.example")
                    sasl.entra = EntraTokenSpec()
                    security(&spec) { $0.sasl = sasl }
                }
            ) { spec in
                security(&spec) { security in
                    guard var sasl = security.sasl else { return }
                    apply(&sasl)
                    security.sasl = sasl
                }
            }
        }
        return [
            change("mechanism") { $0.mechanism = "SCRAM-SHA-256" },
            change("username") { $0.username = .secret(otherKey) },
            change("password") { $0.password = otherKey }, change("jaasConfig") { $0.jaasConfig = otherKey },
            change("kerberos.serviceName") { $0.kerberos?.serviceName = "kafka" },
            change("kerberos.principal") { $0.kerberos?.principal = "sink@REALM" },
            change("kerberos.keytab") { $0.kerberos?.keytab = otherKey },
            change("kerberos.krb5Conf") { $0.kerberos?.krb5Conf = otherKey },
            change("oauth.tokenEndpointURL") { $0.oauth?.tokenEndpointURL = "https://b.example" },
            change("oauth.clientId") { $0.oauth?.clientId = .value("id") },
            change("oauth.clientSecret") { $0.oauth?.clientSecret = otherKey },
            change("oauth.scope") { $0.oauth?.scope = "kafka" },
            change("oauth.extensions") { $0.oauth?.extensions = ["logicalCluster": "lkc"] },
            change("entra.scope") { $0.entra?.scope = "https://hub.servicebus.windows.net/.default" },
        ]
    }

    /// The changes of a TLS part.
    static func tls(_ name: String, _ tls: @escaping Part<TLSSpec?>) -> [FieldChange] {
        func change(_ field: String, _ apply: @escaping @Sendable (inout TLSSpec) -> Void) -> FieldChange {
            FieldChange(
                "\(name).\(field)",
                given: { spec in
                    var full = TLSSpec()
                    full.trustStore = KeyStoreSpec(type: "JKS", file: SecretKeyReference(name: "t", key: "f"))
                    full.keyStore = KeyStoreSpec(type: "JKS", file: SecretKeyReference(name: "k", key: "f"))
                    tls(&spec) { $0 = full }
                }
            ) { spec in
                tls(&spec) { tls in
                    guard var part = tls else { return }
                    apply(&part)
                    tls = part
                }
            }
        }
        return [
            change("ca") { $0.ca = otherKey }, change("certificate") { $0.certificate = otherKey },
            change("key") { $0.key = otherKey }, change("keyPassword") { $0.keyPassword = otherKey },
            change("verifiesHostname") { $0.verifiesHostname = false },
            change("trustStore.type") { $0.trustStore?.type = "PKCS12" },
            change("trustStore.file") { $0.trustStore?.file = otherKey },
            change("trustStore.password") { $0.trustStore?.password = otherKey },
            change("keyStore.type") { $0.keyStore?.type = "PKCS12" },
            change("keyStore.file") { $0.keyStore?.file = otherKey },
            change("keyStore.password") { $0.keyStore?.password = otherKey },
        ]
    }
}
