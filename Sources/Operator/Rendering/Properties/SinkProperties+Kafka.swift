/// The brokers, the group and the consumer.
extension SinkProperties {
    private static let consumer = "consumer.override."

    /// Adds where records come from.
    mutating func addKafka(_ kafka: KafkaSpec, name: String, strimzi: StrimziConnection?) {
        let path = "spec.kafka"
        let awaited = kafka.clusterReference != nil ? "clusterRef" : kafka.userReference != nil ? "userRef" : nil
        if let awaited, strimzi == nil {
            let message = "what it names is not known here, where the cluster's resources are not read"
            refuse(.dependencyMissing, "\(path).\(awaited)", message)
        }
        if let strimzi, kafka.clusterReference != nil {
            set("bootstrap.servers", strimzi.bootstrapServers, "\(path).clusterRef")
        } else {
            set("bootstrap.servers", kafka.bootstrapServers, "\(path).bootstrapServers")
        }
        if let group = kafka.groupId, group != "connect-\(name)" {
            set(Self.consumer + "group.id", group, "\(path).groupId")
        }
        addSecurity(kafka.security, prefix: Self.consumer, path: "\(path).security")
        if let strimzi { addStrimzi(strimzi, kafka) }
        addConsumer(kafka.consumer, "\(path).consumer")
    }

    private mutating func addConsumer(_ consumer: ConsumerSpec, _ path: String) {
        let prefix = Self.consumer
        set(prefix + "auto.offset.reset", consumer.autoOffsetReset, "\(path).autoOffsetReset")
        set(prefix + "max.poll.interval.ms", consumer.maxPollInterval, "\(path).maxPollInterval")
        set(prefix + "session.timeout.ms", consumer.sessionTimeout, "\(path).sessionTimeout")
        set(prefix + "heartbeat.interval.ms", consumer.heartbeatInterval, "\(path).heartbeatInterval")
        set(prefix + "isolation.level", consumer.isolationLevel, "\(path).isolationLevel")
        set(prefix + "client.rack", consumer.clientRack, "\(path).clientRack")
        set(prefix + "partition.assignment.strategy", consumer.assignmentStrategy, "\(path).assignmentStrategy")
    }

    /// Adds what Strimzi's resources say where the spec says nothing.
    private mutating func addStrimzi(_ strimzi: StrimziConnection, _ kafka: KafkaSpec) {
        let prefix = Self.consumer
        let (cluster, user) = ("spec.kafka.clusterRef", "spec.kafka.userRef")
        let hasCA = kafka.security.tls?.ca != nil || kafka.security.tls?.trustStore != nil
        if !hasCA { set(prefix + "ssl.ca.location", file: strimzi.ca, cluster) }
        let isEncrypted = strimzi.ca != nil || kafka.security.tls != nil || strimzi.authentication == "tls"
        switch (strimzi.authentication, strimzi.userSecret) {
        case ("scram-sha-512", let secret?):
            set(prefix + "sasl.mechanism", "SCRAM-SHA-512", user)
            set(prefix + "sasl.username", kafka.userReference ?? secret, user)
            set(prefix + "sasl.password", secret: SecretKeyReference(name: secret, key: "password"), user)
            setProtocol(isEncrypted ? "SASL_SSL" : "SASL_PLAINTEXT", kafka, user)
        case ("tls", let secret?):
            set(prefix + "ssl.certificate.location", file: SecretKeyReference(name: secret, key: "user.crt"), user)
            set(prefix + "ssl.key.location", file: SecretKeyReference(name: secret, key: "user.key"), user)
            setProtocol("SSL", kafka, user)
        case (let other?, _):
            refuse(.invalidSpec, user, "the user authenticates by '\(other)'; use scram-sha-512 or tls")
        case (nil, _): if isEncrypted { setProtocol(kafka.security.sasl == nil ? "SSL" : "SASL_SSL", kafka, cluster) }
        }
    }

    /// Sets the protocol unless the spec names one.
    private mutating func setProtocol(_ name: String, _ kafka: KafkaSpec, _ path: String) {
        guard kafka.security.securityProtocol == nil else { return }
        set(Self.consumer + "security.protocol", name, path)
    }

    /// Adds how to speak to brokers.
    /// - Parameters:
    ///   - prefix: What stands before the names of the client's properties.
    ///   - path: The path of the security's field.
    mutating func addSecurity(_ security: KafkaSecuritySpec, prefix: String, path: String) {
        set(prefix + "security.protocol", security.securityProtocol, "\(path).protocol")
        if let sasl = security.sasl { addSASL(sasl, prefix, "\(path).sasl") }
        if let tls = security.tls { addTLS(tls, prefix, "\(path).tls") }
    }

    private mutating func addSASL(_ sasl: SASLSpec, _ prefix: String, _ path: String) {
        set(prefix + "sasl.mechanism", sasl.mechanism, "\(path).mechanism")
        set(prefix + "sasl.username", sasl.username, "\(path).username")
        set(prefix + "sasl.password", secret: sasl.password, "\(path).password")
        set(prefix + "sasl.jaas.config", secret: sasl.jaasConfig, "\(path).jaasConfig")
        if let kerberos = sasl.kerberos { addKerberos(kerberos, prefix, "\(path).kerberos") }
        if let oauth = sasl.oauth {
            let inner = "\(path).oauth"
            let name = prefix + "sasl.oauthbearer."
            set(name + "token.endpoint.url", oauth.tokenEndpointURL, "\(inner).tokenEndpointUrl")
            set(name + "client.credentials.client.id", oauth.clientId, "\(inner).clientId")
            set(name + "client.credentials.client.secret", secret: oauth.clientSecret, "\(inner).clientSecret")
            set(name + "scope", oauth.scope, "\(inner).scope")
            let extensions = oauth.extensions.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            set(name + "extensions", extensions, "\(inner).extensions")
        }
        if let entra = sasl.entra {
            set(prefix + "sasl.login.callback.handler.class", Self.entraHandler, "\(path).entra")
            set(prefix + "sasl.oauthbearer.scope", entra.scope, "\(path).entra.scope")
        }
    }

    /// The class by which Java's clients get tokens of Entra, whose name is how the worker's properties say so.
    private static let entraHandler =
        "com.azure.spring.cloud.service.implementation.kafka.KafkaOAuth2AuthenticateCallbackHandler"

    private mutating func addKerberos(_ kerberos: KerberosSpec, _ prefix: String, _ path: String) {
        set(prefix + "sasl.kerberos.service.name", kerberos.serviceName, "\(path).serviceName")
        set(prefix + "sasl.kerberos.principal", kerberos.principal, "\(path).principal")
        set(prefix + "sasl.kerberos.keytab", file: kerberos.keytab, "\(path).keytab")
        guard let file = kerberos.krb5Conf.map({ self.file(of: $0, "\(path).krb5Conf") }) else { return }
        // In the environment, since kinit has to know it, too.
        let other = environment.updateValue(file, forKey: "KRB5_CONFIG")
        guard let other, other != file else { return }
        let message = "a worker has one krb5.conf; name the same key everywhere, and put all realms into that file"
        refuse(.invalidSpec, "\(path).krb5Conf", message)
    }

    private mutating func addTLS(_ tls: TLSSpec, _ prefix: String, _ path: String) {
        set(prefix + "ssl.ca.location", file: tls.ca, "\(path).ca")
        set(prefix + "ssl.certificate.location", file: tls.certificate, "\(path).certificate")
        set(prefix + "ssl.key.location", file: tls.key, "\(path).key")
        set(prefix + "ssl.key.password", secret: tls.keyPassword, "\(path).keyPassword")
        addStore(tls.trustStore, prefix + "ssl.truststore.", "\(path).trustStore")
        addStore(tls.keyStore, prefix + "ssl.keystore.", "\(path).keyStore")
        if !tls.verifiesHostname {
            set(prefix + "ssl.endpoint.identification.algorithm", "none", "\(path).verifyHostname")
        }
    }

    /// Adds a store of Java.
    mutating func addStore(_ store: KeyStoreSpec?, _ prefix: String, _ path: String) {
        guard let store else { return }
        set(prefix + "type", store.type, "\(path).type")
        set(prefix + "location", file: store.file, "\(path).file")
        set(prefix + "password", secret: store.password, "\(path).password")
    }
}
