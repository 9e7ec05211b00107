/// `spec.kafka`: the brokers, the group and the consumer.
package struct KafkaSpec: Sendable, Hashable {
    /// Addresses of brokers as host:port; empty with ``clusterReference``.
    package var bootstrapServers: [String] = []
    /// A `Kafka` resource of Strimzi whose status names the brokers.
    package var clusterReference: StrimziClusterReference?
    /// The name of a `KafkaUser` resource of Strimzi, whose Secret holds the credential.
    package var userReference: String?
    /// The consumer group; `nil` means `connect-<metadata.name>`.
    package var groupId: String?
    /// How to speak to the brokers.
    package var security = KafkaSecuritySpec()
    /// How records are consumed.
    package var consumer = ConsumerSpec()

    /// Creates a part of defaults.
    package init() {}
}

/// `spec.kafka.clusterRef`.
package struct StrimziClusterReference: Sendable, Hashable {
    /// The name of the `Kafka` resource.
    package var name: String
    /// The name of its listener.
    package var listener: String

    /// Creates a reference.
    package init(name: String, listener: String) {
        self.name = name
        self.listener = listener
    }
}

/// `spec.kafka.consumer`.
package struct ConsumerSpec: Sendable, Hashable {
    /// `earliest`, `latest` or `none`: where a partition begins that has no committed offset.
    package var autoOffsetReset: String?
    /// `max.poll.interval.ms`.
    package var maxPollInterval: Duration?
    /// `session.timeout.ms`.
    package var sessionTimeout: Duration?
    /// `heartbeat.interval.ms`.
    package var heartbeatInterval: Duration?
    /// `isolation.level`.
    package var isolationLevel: String?
    /// `client.rack`.
    package var clientRack: String?
    /// `partition.assignment.strategy`.
    package var assignmentStrategy: String?

    /// Creates a part of defaults.
    package init() {}
}

/// `spec.kafka.security`, also of the registry's and the dead-letter topics' clients.
package struct KafkaSecuritySpec: Sendable, Hashable {
    /// `PLAINTEXT`, `SSL`, `SASL_PLAINTEXT` or `SASL_SSL`; `nil` means `PLAINTEXT`.
    package var securityProtocol: String?
    /// How to say who we are.
    package var sasl: SASLSpec?
    /// How the connection is encrypted and the peer verified.
    package var tls: TLSSpec?

    /// Creates a part of defaults.
    package init() {}
}

/// `…security.sasl`.
package struct SASLSpec: Sendable, Hashable {
    /// `PLAIN`, `SCRAM-SHA-256`, `SCRAM-SHA-512`, `GSSAPI` or `OAUTHBEARER`.
    package var mechanism: String
    /// The user's name for PLAIN and SCRAM.
    package var username: ValueSource?
    /// The password for PLAIN and SCRAM.
    package var password: SecretKeyReference?
    /// A whole `sasl.jaas.config`, in place of the other members.
    package var jaasConfig: SecretKeyReference?
    /// For GSSAPI.
    package var kerberos: KerberosSpec?
    /// For OAUTHBEARER with a token endpoint.
    package var oauth: OAuthSpec?
    /// For OAUTHBEARER with tokens of Entra.
    package var entra: EntraTokenSpec?

    /// Creates a part.
    package init(mechanism: String) { self.mechanism = mechanism }
}

/// `…sasl.kerberos`.
package struct KerberosSpec: Sendable, Hashable {
    /// `sasl.kerberos.service.name`.
    package var serviceName: String?
    /// The client's principal.
    package var principal: String?
    /// The keytab file.
    package var keytab: SecretKeyReference?
    /// The `krb5.conf` file.
    package var krb5Conf: SecretKeyReference?

    /// Creates a part of defaults.
    package init() {}
}

/// `…sasl.oauth` and `…schemaRegistry.oauth`: OIDC client credentials.
package struct OAuthSpec: Sendable, Hashable {
    /// `sasl.oauthbearer.token.endpoint.url`.
    package var tokenEndpointURL: String
    /// The client's id.
    package var clientId: ValueSource?
    /// The client's secret.
    package var clientSecret: SecretKeyReference?
    /// The scope asked for.
    package var scope: String?
    /// SASL extensions, such as `logicalCluster`.
    package var extensions: [String: String] = [:]

    /// Creates a part.
    package init(tokenEndpointURL: String) { self.tokenEndpointURL = tokenEndpointURL }
}

/// `…sasl.entra`: tokens of Entra for the identity of `spec.kusto.auth`, as Event Hubs takes them.
package struct EntraTokenSpec: Sendable, Hashable {
    /// The scope asked for; `nil` derives it from the first broker's host.
    package var scope: String?

    /// Creates a part of defaults.
    package init() {}
}

/// `…security.tls`: PEM files, or stores of Java.
package struct TLSSpec: Sendable, Hashable {
    /// PEM certificates of authorities to trust.
    package var ca: SecretKeyReference?
    /// The client's PEM certificate chain.
    package var certificate: SecretKeyReference?
    /// The client's PEM private key.
    package var key: SecretKeyReference?
    /// The private key's password.
    package var keyPassword: SecretKeyReference?
    /// A trust store of Java.
    package var trustStore: KeyStoreSpec?
    /// A key store of Java.
    package var keyStore: KeyStoreSpec?
    /// Whether the broker's certificate must name its host; default true.
    package var verifiesHostname = true

    /// Creates a part of defaults.
    package init() {}
}

/// `…tls.trustStore` and `…tls.keyStore`.
package struct KeyStoreSpec: Sendable, Hashable {
    /// `JKS` or `PKCS12`.
    package var type: String
    /// The store's file.
    package var file: SecretKeyReference
    /// Its password.
    package var password: SecretKeyReference?

    /// Creates a part.
    package init(type: String, file: SecretKeyReference, password: SecretKeyReference? = nil) {
        self.type = type
        self.file = file
        self.password = password
    }
}
