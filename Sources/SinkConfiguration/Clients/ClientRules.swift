/// What is known of the properties of Java's clients and of librdkafka's own.
enum ClientRules {
    /// Returns the rule for a property, or `nil` when neither side knows it.
    static func rule(for name: String, isConsumer: Bool) -> ClientRule? {
        if let rule = common[name] ?? (isConsumer ? consumer : producer)[name] { return rule }
        if native.contains(name) { return .same }
        for (prefix, rule) in prefixed where name.hasPrefix(prefix) { return rule }
        return nil
    }

    private static let javaOnly = ClientRule.ignored("it concerns Java only")
    private static let planned = ClientRule.planned("key and trust stores of Java are not supported yet")

    private static let prefixed: [(String, ClientRule)] = [
        ("metrics.", javaOnly), ("ssl.truststore.", planned), ("ssl.keystore.", planned),
        ("sasl.login.", .ignored("it concerns Java's token refresh only")),
        ("sasl.kerberos.ticket.", .ignored("librdkafka has its own schedule")),
    ]

    private static let common: [String: ClientRule] = [
        "bootstrap.servers": .special(.brokers), "client.id": .same, "client.rack": .same, "client.dns.lookup": .same,
        "security.protocol": .special(.securityProtocol),
        "sasl.mechanism": .word(["GSSAPI", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"]),
        "sasl.jaas.config": .planned("JAAS is not supported yet"),
        "sasl.kerberos.service.name": .same,
        "sasl.kerberos.kinit.cmd": .ignored("it is a path in Java and a shell command in librdkafka"),
        "sasl.kerberos.min.time.before.relogin": .same,
        "sasl.oauthbearer.token.endpoint.url": .planned("OAUTHBEARER is not supported yet"),
        "sasl.client.callback.handler.class": javaOnly,
        "ssl.endpoint.identification.algorithm": .special(.hostnameCheck),
        "ssl.cipher.suites": .ignored("Java and OpenSSL name cipher suites differently"),
        "ssl.protocol": javaOnly, "ssl.enabled.protocols": javaOnly, "ssl.provider": javaOnly,
        "ssl.keymanager.algorithm": javaOnly, "ssl.trustmanager.algorithm": javaOnly,
        "ssl.secure.random.implementation": javaOnly, "ssl.engine.factory.class": javaOnly,
        "security.providers": javaOnly, "interceptor.classes": javaOnly, "metric.reporters": javaOnly,
        "auto.include.jmx.reporter": javaOnly, "key.serializer": javaOnly, "value.serializer": javaOnly,
        "key.deserializer": .ignored("`key.converter` reads keys"),
        "value.deserializer": .ignored("`value.converter` reads values"),
        "receive.buffer.bytes": .special(.socketBuffer("socket.receive.buffer.bytes")),
        "send.buffer.bytes": .special(.socketBuffer("socket.send.buffer.bytes")),
        "metadata.max.age.ms": .special(.metadataAge),
        "connections.max.idle.ms": .number(0...2_147_483_647), "reconnect.backoff.ms": .number(0...3_600_000),
        "reconnect.backoff.max.ms": .number(0...3_600_000), "retry.backoff.ms": .number(1...300_000),
        "retry.backoff.max.ms": .number(1...300_000),
        "socket.connection.setup.timeout.ms": .number(1000...2_147_483_647),
        "socket.connection.setup.timeout.max.ms": .ignored("librdkafka does not lengthen the timeout"),
        "metadata.recovery.strategy": .same, "enable.metrics.push": .same,
        "receive.message.max.bytes": .number(1000...2_147_483_647),
        "topic.blacklist": .refused(
            "the sink reads the topics that it is told to read; leave it out, and change those"
        ),
        "default.api.timeout.ms": .ignored("every call has a deadline of its own"),
    ]

    private static let consumer: [String: ClientRule] = [
        "group.id": .same, "group.instance.id": .same, "group.remote.assignor": .same,
        "group.protocol": .word(["classic", "consumer"]),
        "session.timeout.ms": .number(1...3_600_000), "heartbeat.interval.ms": .number(1...3_600_000),
        "max.poll.interval.ms": .special(.pollInterval), "auto.offset.reset": .special(.offsetReset),
        "partition.assignment.strategy": .special(.assignors),
        "isolation.level": .word(["read_committed", "read_uncommitted"]),
        "fetch.min.bytes": .number(1...100_000_000), "fetch.max.bytes": .special(.fetchMaximum),
        "max.partition.fetch.bytes": .number(1...1_000_000_000),
        "fetch.message.max.bytes": .renamed("max.partition.fetch.bytes"), "check.crcs": .word(["true", "false"]),
        "allow.auto.create.topics": .word(["true", "false"]), "fetch.max.wait.ms": .renamed("fetch.wait.max.ms"),
        "request.timeout.ms": .special(.requestTimeout),
        "queued.max.messages.kbytes": .number(1...2_097_151), "queued.min.messages": .number(1...10_000_000),
        "max.poll.records": .ignored("batches are bounded by `buffer.memory.bytes` and `flush.size.bytes`"),
        "enable.auto.commit": .special(.autoCommit), "enable.auto.offset.store": .special(.autoCommit),
        "auto.commit.interval.ms": .ignored("offsets are committed by the sink; see `commit.interval.ms`"),
        "exclude.internal.topics": .ignored("internal topics are never consumed by a pattern"),
    ]

    private static let producer: [String: ClientRule] = [
        "acks": .special(.acknowledgements), "batch.size": .number(1...2_147_483_647),
        "linger.ms": .number(0...900_000),
        "compression.type": .word(["none", "gzip", "snappy", "lz4", "zstd"]),
        "delivery.timeout.ms": .number(0...2_147_483_647), "retries": .number(0...2_147_483_647),
        "max.in.flight.requests.per.connection": .number(1...1_000_000),
        "enable.idempotence": .word(["true", "false"]),
        "request.timeout.ms": .number(1...900_000), "buffer.memory": .special(.bufferMemory),
        "max.request.size": .renamed("message.max.bytes"), "partitioner.class": .special(.partitioner),
        "max.block.ms": .ignored("waiting for room is bounded by the sink"),
        "transactional.id": .refused("dead-letter queues are not written in transactions; remove it"),
        "transaction.timeout.ms": .ignored("dead-letter queues are not written in transactions"),
    ]

    /// Properties of librdkafka's own that may be set; those that load code or run commands are left out on purpose.
    private static let native: Set<String> = [
        "api.version.request", "api.version.request.timeout.ms", "batch.num.messages", "broker.address.family",
        "broker.address.ttl", "broker.version.fallback", "compression.codec", "compression.level",
        "coordinator.query.interval.ms", "debug", "enable.ssl.certificate.verification", "fetch.error.backoff.ms",
        "fetch.queue.backoff.ms", "fetch.wait.max.ms", "log.connection.close",
        "max.in.flight", "message.copy.max.bytes", "message.max.bytes", "message.send.max.retries",
        "message.timeout.ms", "partitioner", "queue.buffering.max.kbytes", "queue.buffering.max.messages",
        "queue.buffering.max.ms", "sasl.kerberos.keytab", "sasl.kerberos.principal", "sasl.mechanisms", "sasl.password",
        "sasl.username",
        "socket.keepalive.enable", "socket.max.fails", "socket.nagle.disable", "socket.receive.buffer.bytes",
        "socket.send.buffer.bytes", "socket.timeout.ms", "ssl.ca.location", "ssl.ca.pem", "ssl.certificate.location",
        "ssl.certificate.pem", "ssl.crl.location", "ssl.curves.list", "ssl.key.location", "ssl.key.password",
        "ssl.key.pem", "ssl.sigalgs.list", "statistics.interval.ms", "sticky.partitioning.linger.ms",
        "topic.metadata.propagation.max.ms", "topic.metadata.refresh.fast.interval.ms",
        "topic.metadata.refresh.interval.ms", "topic.metadata.refresh.sparse",
    ]
}
