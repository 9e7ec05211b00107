internal import JSON

extension SinkSchema {
    /// `spec.config`.
    package static let config = SchemaField.map(
        "config",
        "Further properties of the sink by their connector names, such as consumer.override.fetch.min.bytes. "
            + "Properties that a field stands for and credentials do not belong here. In a value, "
            + "${secret:NAME:KEY} stands for the value of a key of a Secret in the namespace.",
        keys: TextLimits(minimumLength: 1, maximumLength: 253, pattern: .propertyName),
        values: TextLimits(maximumLength: 4_096, pattern: .line),
        maximumCount: 128
    ).ruled(
        .eachName(
            "!(k in [\(ownedProperties.map { "'\($0.property)'" }.joined(separator: ", "))])",
            "must not hold a property that a field stands for, or that the operator sets",
            .forbidden,
            advice: { name in
                let field = ownedProperties.first { $0.property == name }?.field
                return field.map { "use \($0)" } ?? "the operator sets it"
            },
            isKept: { name in !ownedProperties.contains { $0.property == name } }
        ),
        .eachName(
            "!k.endsWith('bootstrap.servers') && !k.endsWith('group.id') && !k.endsWith('security.protocol') && "
                + "!k.endsWith('sasl.mechanism') && !k.endsWith('sasl.mechanisms') && "
                + "!k.startsWith('key.converter') && !k.startsWith('value.converter') && "
                + "!k.startsWith('aad.auth.') && !k.startsWith('proxy.')",
            "must not hold brokers, groups, protocols, converters, or how to sign in: spec.kafka, spec.kusto, "
                + "spec.converters and spec.errors have fields for them",
            .forbidden
        ) { name in
            !ownedEndings.contains(where: name.hasSuffix) && !ownedBeginnings.contains(where: name.hasPrefix)
        },
        .eachName(
            "!k.matches('\(credentialWords)')",
            "must not hold credentials, or files of them; the fields of spec take these from Secrets",
            .forbidden
        ) { !namesCredential($0) }
    )

    /// Properties that typed fields stand for, each with the field; without one the operator sets it.
    package static let ownedProperties: [(property: String, field: String?)] = ownedNames + ownedByConsumer

    /// The consumer's, under all names by which a worker knows them: those of a connector, and of a worker of Connect.
    private static let ownedByConsumer = [
        ("auto.offset.reset", "autoOffsetReset"), ("max.poll.interval.ms", "maxPollInterval"),
        ("session.timeout.ms", "sessionTimeout"), ("heartbeat.interval.ms", "heartbeatInterval"),
        ("isolation.level", "isolationLevel"), ("client.rack", "clientRack"),
        ("partition.assignment.strategy", "assignmentStrategy"),
    ].flatMap { name, field in
        ["consumer.override.", "consumer.", ""].map { ($0 + name, "spec.kafka.consumer.\(field)") }
    }

    private static let ownedNames: [(property: String, field: String?)] = [
        ("name", nil), ("connector.class", nil), ("tasks.max", "spec.replicas"), ("topics", "spec.topics"),
        ("topics.regex", "spec.topics"), ("kusto.tables.topics.mapping", "spec.topics"),
        ("kusto.ingestion.url", "spec.kusto.ingestionUrl"), ("kusto.url", "spec.kusto.ingestionUrl"),
        ("kusto.query.url", "spec.kusto.queryUrl"), ("kusto.endpoint.trust", "spec.kusto.trustedHosts"),
        ("kusto.validation.table.enable", "spec.kusto.validateTables"), ("flush.size.bytes", "spec.flush.sizeBytes"),
        ("flush.interval.ms", "spec.flush.interval"), ("tempdir.path", nil),
        ("buffer.memory.bytes", "spec.buffers.memoryBytes"), ("buffer.disk.bytes", "spec.buffers.diskBytes"),
        ("compression.type", "spec.buffers.compressionType"), ("compression.level", "spec.buffers.compressionLevel"),
        ("behavior.on.error", "spec.errors.behavior"), ("errors.retry.max.time.ms", "spec.errors.retry.maxTime"),
        ("errors.retry.backoff.time.ms", "spec.errors.retry.backoff"), ("errors.tolerance", "spec.errors.tolerance"),
        ("errors.retry.timeout", "spec.errors.conversionRetry.timeout"),
        ("errors.retry.delay.max.ms", "spec.errors.conversionRetry.maxDelay"),
        ("errors.log.enable", "spec.errors.log.enable"),
        ("errors.log.include.messages", "spec.errors.log.includeMessages"),
        ("errors.deadletterqueue.topic.name", "spec.errors.deadLetterQueue.topic"),
        ("errors.deadletterqueue.topic.replication.factor", "spec.errors.deadLetterQueue.replicationFactor"),
        ("errors.deadletterqueue.context.headers.enable", "spec.errors.deadLetterQueue.contextHeaders"),
        ("misc.deadletterqueue.topic.name", "spec.errors.miscDeadLetterQueue.topic"),
        ("commit.interval.ms", "spec.buffers.commitInterval"), ("shutdown.drain.ms", "spec.buffers.shutdownDrain"),
        ("startup.timeout.ms", "spec.buffers.startupTimeout"), ("metrics.address", nil),
        ("log.level", "spec.log.level"), ("log.format", "spec.log.format"),
    ]

    private static let ownedEndings = [
        "bootstrap.servers", "group.id", "security.protocol", "sasl.mechanism", "sasl.mechanisms",
    ]
    private static let ownedBeginnings = ["key.converter", "value.converter", "aad.auth.", "proxy."]

    /// Parts of names of properties that hold credentials, or name files of them.
    static let credentialWords =
        "(password|secret|token|jaas|user[.]info|username|appkey|credential|keytab|principal|[.]pem$|location$|"
        + "schema[.]registry|sasl[.]kerberos|sasl[.]login|oauthbearer|handler[.]class|ssl[.]key|ssl[.]ca)"

    /// Whether a property's name has one of ``credentialWords`` in it.
    static func namesCredential(_ property: String) -> Bool {
        let parts = [
            "password", "secret", "token", "jaas", "user.info", "username", "appkey", "credential", "keytab",
            "principal", "schema.registry", "sasl.kerberos", "sasl.login", "oauthbearer", "handler.class", "ssl.key",
            "ssl.ca",
        ]
        return parts.contains(where: property.contains) || property.hasSuffix(".pem") || property.hasSuffix("location")
    }
}
