/// Which field of the spec stands for which property of the worker.
///
/// It answers two questions: where a problem with a property is to be fixed, and which properties `spec.config` must
/// leave alone.
enum PropertyOwnership {
    /// What a property belongs to.
    struct Owner: Equatable {
        /// The path of the field, or of what comes nearest when the operator alone decides.
        let path: String
        /// Whether the path is a field that says what the property says.
        let isField: Bool

        /// What to do instead of setting the property.
        var advice: String {
            isField ? "this is what \(path) says; set that instead" : "the operator sets this; remove it"
        }
    }

    /// The owner of a property, or `nil` when users may set it.
    static func owner(of property: String) -> Owner? {
        if let path = fields[property] { return Owner(path: path, isField: true) }
        if let path = fixed[property] { return Owner(path: path, isField: false) }
        for side in ["key", "value"] {
            if property == "\(side).converter" { return Owner(path: "spec.converters.\(side).type", isField: true) }
            guard property.hasPrefix("\(side).converter.") else { continue }
            let option = String(property.dropFirst("\(side).converter.".count))
            return Owner(path: "spec.converters.\(side).\(converterField(of: option) ?? "options")", isField: true)
        }
        for client in clients where property.hasPrefix(client.prefix) {
            guard let field = client.field(String(property.dropFirst(client.prefix.count))) else { return nil }
            return Owner(path: field, isField: true)
        }
        return nil
    }

    /// The field, below a converter's, that stands for one of its options; `nil` when it belongs into `options`.
    static func converterField(of option: String) -> String? {
        let prefix = "schema.registry."
        let isLong = option.hasPrefix(prefix) && option != "schema.registry.url" && !option.hasPrefix("\(prefix)ssl.")
        // Confluent's client takes each of its settings with this prefix, too.
        if isLong { return converterField(of: String(option.dropFirst(prefix.count))) }
        switch option {
        case "schemas.enable": return "schemasEnable"
        case "converter.encoding": return "encoding"
        case "schema.registry.url": return "schemaRegistry.url"
        case "bearer.auth.issuer.endpoint.url": return "schemaRegistry.oauth.tokenEndpointUrl"
        case "bearer.auth.client.id": return "schemaRegistry.oauth.clientId"
        case "bearer.auth.client.secret": return "schemaRegistry.oauth.clientSecret"
        case "bearer.auth.scope": return "schemaRegistry.oauth.scope"
        default: break
        }
        if option.hasPrefix("schema.registry.ssl.") { return "schemaRegistry.tls" }
        if option.hasPrefix("basic.auth.") { return "schemaRegistry.password" }
        if option == "bearer.auth.token" || option == "bearer.auth.credentials.source" {
            return "schemaRegistry.bearerToken"
        }
        return option.hasPrefix("bearer.auth.") ? "schemaRegistry.oauth" : nil
    }

    /// Whether a property of the user's names a file or directory.
    static func isPath(_ property: String) -> Bool {
        [".location", ".keytab", ".path", ".paths", ".file", ".dir", ".directory"].contains(where: property.hasSuffix)
    }

    /// A client of Kafka's and the fields that stand for its properties.
    private struct Client {
        let prefix: String
        let field: @Sendable (String) -> String?
    }

    private static let clients = [
        Client(prefix: "errors.deadletterqueue.") { queueField(of: $0, "spec.errors.deadLetterQueue") },
        Client(prefix: "misc.deadletterqueue.") { queueField(of: $0, "spec.errors.miscDeadLetterQueue") },
        Client(prefix: "consumer.override.", field: consumerField),
        Client(prefix: "consumer.", field: consumerField),
        Client(prefix: "producer.override.", field: producerField),
        Client(prefix: "producer.", field: producerField),
        Client(prefix: "", field: consumerField),
    ]

    private static func consumerField(of name: String) -> String? {
        if let field = consumer[name] { return "spec.kafka.consumer.\(field)" }
        return sharedField(of: name)
    }

    private static func sharedField(of name: String) -> String? {
        switch name {
        case "bootstrap.servers": "spec.kafka.bootstrapServers"
        case "group.id": "spec.kafka.groupId"
        default: securityField(of: name).map { "spec.kafka.security.\($0)" }
        }
    }

    private static func producerField(of name: String) -> String? {
        switch name {
        case "bootstrap.servers": "spec.errors.deadLetterQueue.bootstrapServers"
        default: securityField(of: name).map { "spec.errors.deadLetterQueue.security.\($0)" }
        }
    }

    private static func queueField(of name: String, _ path: String) -> String? {
        switch name {
        case "topic.name": "\(path).topic"
        case "topic.replication.factor": "\(path).replicationFactor"
        case "context.headers.enable": "\(path).contextHeaders"
        case "bootstrap.servers": "\(path).bootstrapServers"
        default: securityField(of: name).map { "\(path).security.\($0)" }
        }
    }

    /// The field, below a client's security, that stands for a property; harmless details of TLS have none.
    private static func securityField(of name: String) -> String? {
        if let field = security[name] { return field }
        return securityPrefixes.first { name.hasPrefix($0.prefix) }?.field
    }

    private static let consumer = [
        "auto.offset.reset": "autoOffsetReset", "max.poll.interval.ms": "maxPollInterval",
        "session.timeout.ms": "sessionTimeout", "heartbeat.interval.ms": "heartbeatInterval",
        "isolation.level": "isolationLevel", "client.rack": "clientRack",
        "partition.assignment.strategy": "assignmentStrategy",
    ]

    private static let security = [
        "security.protocol": "protocol", "sasl.mechanism": "sasl.mechanism", "sasl.mechanisms": "sasl.mechanism",
        "sasl.username": "sasl.username", "sasl.password": "sasl.password", "sasl.jaas.config": "sasl.jaasConfig",
        "sasl.kerberos.service.name": "sasl.kerberos.serviceName",
        "sasl.kerberos.principal": "sasl.kerberos.principal", "sasl.kerberos.keytab": "sasl.kerberos.keytab",
        "sasl.oauthbearer.token.endpoint.url": "sasl.oauth.tokenEndpointUrl",
        "sasl.oauthbearer.scope": "sasl.oauth.scope", "sasl.oauthbearer.extensions": "sasl.oauth.extensions",
        "ssl.key.password": "tls.keyPassword", "ssl.endpoint.identification.algorithm": "tls.verifyHostname",
    ]

    private static let securityPrefixes: [(prefix: String, field: String)] = [
        ("sasl.oauthbearer.client.credentials.client.id", "sasl.oauth.clientId"),
        ("sasl.oauthbearer.client.id", "sasl.oauth.clientId"), ("sasl.oauthbearer.client", "sasl.oauth.clientSecret"),
        ("sasl.oauthbearer.", "sasl.oauth"), ("sasl.kerberos.kinit", "sasl.kerberos"), ("sasl.login.", "sasl"),
        ("sasl.client.callback", "sasl"), ("ssl.ca.", "tls.ca"), ("ssl.certificate.", "tls.certificate"),
        ("ssl.key.", "tls.key"), ("ssl.truststore.", "tls.trustStore"), ("ssl.keystore.", "tls.keyStore"),
    ]

    /// Properties that the operator decides.
    private static let fixed = [
        "connector.class": "spec", "tasks.max": "spec.replicas", "metrics.address": "spec", "tempdir.path": "spec",
    ]

    private static let fields = [
        "java.security.auth.login.config": "spec.kafka.security.sasl.jaasConfig",
        "java.security.krb5.conf": "spec.kafka.security.sasl.kerberos.krb5Conf",
        "name": "metadata.name",
        "topics": "spec.topics", "topics.regex": "spec.topics", "kusto.tables.topics.mapping": "spec.topics",
        "kusto.ingestion.url": "spec.kusto.ingestionUrl", "kusto.url": "spec.kusto.ingestionUrl",
        "kusto.query.url": "spec.kusto.queryUrl", "kusto.endpoint.trust": "spec.kusto.trustedHosts",
        "kusto.validation.table.enable": "spec.kusto.validateTables",
        "proxy.host": "spec.kusto.proxy.host", "proxy.port": "spec.kusto.proxy.port",
        "proxy.protocol": "spec.kusto.proxy.protocol", "proxy.username": "spec.kusto.proxy.username",
        "proxy.password": "spec.kusto.proxy.password", "proxy.bypass": "spec.kusto.proxy.noProxy",
        "kusto.ssl.truststore.location": "spec.kusto.tls.ca",
        "kusto.ssl.truststore.password": "spec.kusto.tls.trustStore.password",
        "aad.auth.strategy": "spec.kusto.auth.strategy", "aad.auth.authority": "spec.kusto.auth.tenantId",
        "aad.auth.appid": "spec.kusto.auth.clientId", "aad.auth.appkey": "spec.kusto.auth.clientSecret",
        "aad.auth.appcert.location": "spec.kusto.auth.clientCertificate",
        "aad.auth.appcert.password": "spec.kusto.auth.clientCertificatePassword",
        "aad.auth.accesstoken": "spec.kusto.auth.accessToken",
        "flush.size.bytes": "spec.flush.sizeBytes", "flush.interval.ms": "spec.flush.interval",
        "buffer.memory.bytes": "spec.buffers.memoryBytes", "buffer.disk.bytes": "spec.buffers.diskBytes",
        "shutdown.drain.ms": "spec.buffers.shutdownDrain", "commit.interval.ms": "spec.buffers.commitInterval",
        "startup.timeout.ms": "spec.buffers.startupTimeout", "compression.type": "spec.buffers.compressionType",
        "compression.level": "spec.buffers.compressionLevel",
        "behavior.on.error": "spec.errors.behavior", "errors.tolerance": "spec.errors.tolerance",
        "errors.retry.max.time.ms": "spec.errors.retry.maxTime",
        "errors.retry.backoff.time.ms": "spec.errors.retry.backoff",
        "errors.retry.timeout": "spec.errors.conversionRetry.timeout",
        "errors.retry.delay.max.ms": "spec.errors.conversionRetry.maxDelay",
        "errors.log.enable": "spec.errors.log.enable",
        "errors.log.include.messages": "spec.errors.log.includeMessages",
        "log.level": "spec.log.level", "log.format": "spec.log.format",
    ]
}
