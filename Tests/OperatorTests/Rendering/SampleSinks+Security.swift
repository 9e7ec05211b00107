@testable import Operator

/// Sinks that sign in by every mechanism, and encrypt with every kind of store.
extension SampleSinks {
    /// A sink whose three clients sign in at different brokers: as a client of an identity provider, by Kerberos, and
    /// with tokens of the identity that it has at Azure, which is a certificate.
    static var security: SinkSpec {
        var spec = minimal
        spec.kusto.auth.clientSecret = nil
        spec.kusto.auth.clientCertificate = SecretKeyReference(name: "adx", key: "sink.pfx")
        spec.kusto.auth.clientCertificatePassword = SecretKeyReference(name: "adx", key: "sink.password")
        spec.kafka.security = signingIn("SASL_SSL", "OAUTHBEARER") { $0.oauth = oauth }
        spec.errors.tolerance = "all"
        spec.errors.deadLetterQueue = DeadLetterQueueSpec(topic: "orders-dead")
        spec.errors.deadLetterQueue?.bootstrapServers = ["wn0.example:9092"]
        spec.errors.deadLetterQueue?.security = signingIn("SASL_PLAINTEXT", "GSSAPI") { $0.kerberos = kerberos }
        spec.errors.behavior = "log"
        spec.errors.miscDeadLetterQueue = DeadLetterQueueSpec(topic: "orders-failed")
        spec.errors.miscDeadLetterQueue?.bootstrapServers = ["shop.servicebus.windows.net:9093"]
        spec.errors.miscDeadLetterQueue?.security = signingIn("SASL_SSL", "OAUTHBEARER") { $0.entra = EntraTokenSpec() }
        spec.networkPolicy = NetworkPolicySpec()
        spec.kusto.proxy = ProxySpec(host: "proxy.example", port: 3129)
        spec.kusto.proxy?.proxyProtocol = "https"
        spec.kusto.proxy?.username = .value("sink")
        spec.kusto.proxy?.password = SecretKeyReference(name: "proxy", key: "password")
        spec.kusto.proxy?.noProxy = [".privatelink.example", "10.0.0.0/8"]
        spec.kusto.tls.ca = SecretKeyReference(name: "proxy", key: "ca.crt")
        return spec
    }

    /// A sink whose clients have stores: those of Strimzi's Secrets, and those of Java.
    static var stores: SinkSpec {
        var spec = minimal
        var tls = TLSSpec()
        tls.trustStore = KeyStoreSpec(
            type: "PKCS12",
            file: SecretKeyReference(name: "events-cluster-ca-cert", key: "ca.p12"),
            password: SecretKeyReference(name: "events-cluster-ca-cert", key: "ca.password")
        )
        tls.keyStore = KeyStoreSpec(
            type: "PKCS12",
            file: SecretKeyReference(name: "orders", key: "user.p12"),
            password: SecretKeyReference(name: "orders", key: "user.password")
        )
        spec.kafka.security.securityProtocol = "SSL"
        spec.kafka.security.tls = tls
        spec.errors.tolerance = "all"
        spec.errors.deadLetterQueue = DeadLetterQueueSpec(topic: "orders-dead")
        spec.errors.deadLetterQueue?.bootstrapServers = ["other.example:9093"]
        var security = signingIn("SASL_SSL", "SCRAM-SHA-256") { sasl in
            sasl.jaasConfig = SecretKeyReference(name: "other", key: "jaas")
        }
        security.tls = TLSSpec()
        security.tls?.trustStore = KeyStoreSpec(type: "JKS", file: SecretKeyReference(name: "other", key: "trust.jks"))
        security.tls?.keyStore = KeyStoreSpec(
            type: "JKS",
            file: SecretKeyReference(name: "other", key: "keys.jks"),
            password: SecretKeyReference(name: "other", key: "store-password")
        )
        security.tls?.keyPassword = SecretKeyReference(name: "other", key: "key-password")
        spec.errors.deadLetterQueue?.security = security
        return spec
    }

    private static func signingIn(
        _ securityProtocol: String,
        _ mechanism: String,
        _ change: (inout SASLSpec) -> Void
    ) -> KafkaSecuritySpec {
        var security = KafkaSecuritySpec()
        var sasl = SASLSpec(mechanism: mechanism)
        change(&sasl)
        security.securityProtocol = securityProtocol
        security.sasl = sasl
        return security
    }

    private static var oauth: OAuthSpec {
        var oauth = OAuthSpec(tokenEndpointURL: "https://login.example/token")
        oauth.clientId = .value("sink")
        oauth.clientSecret = SecretKeyReference(name: "identity", key: "client-secret")
        oauth.scope = "kafka"
        oauth.extensions = ["logicalCluster": "lkc-1", "identityPoolId": "pool-1"]
        return oauth
    }

    private static var kerberos: KerberosSpec {
        var kerberos = KerberosSpec()
        kerberos.serviceName = "kafka"
        kerberos.principal = "sink/worker@EXAMPLE.COM"
        kerberos.keytab = SecretKeyReference(name: "kerberos", key: "sink.keytab")
        kerberos.krb5Conf = SecretKeyReference(name: "kerberos", key: "krb5.conf")
        return kerberos
    }
}
