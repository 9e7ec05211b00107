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
    private static let brokerOnly = ClientRule.ignored("it concerns the check of tokens, which is the broker's")
    private static let ownRefresh = ClientRule.ignored("tokens are renewed well before they end")

    private static let prefixed: [(String, ClientRule)] = [
        ("metrics.", javaOnly),
        ("sasl.login.", ownRefresh),
        ("sasl.kerberos.ticket.", .ignored("librdkafka has its own schedule")),
        ("sasl.oauthbearer.jwks.", brokerOnly), ("sasl.oauthbearer.expected.", brokerOnly),
        ("sasl.oauthbearer.assertion.", .security),
    ]

    private static let common: [String: ClientRule] = [
        "bootstrap.servers": .special(.brokers), "client.id": .same, "client.rack": .same,
        "client.dns.lookup": .word(["use_all_dns_ips", "resolve_canonical_bootstrap_servers_only"]),
        "security.protocol": .special(.securityProtocol),
        "sasl.mechanism": .word(KafkaMechanism.all), "sasl.mechanisms": .security,
        "sasl.jaas.config": .security, "sasl.username": .same, "sasl.password": .same,
        "sasl.kerberos.service.name": .same, "sasl.kerberos.keytab": .security,
        "sasl.kerberos.principal": .security,
        "sasl.kerberos.kinit.cmd": .ignored("it is a path in Java and a shell command in librdkafka"),
        "sasl.kerberos.min.time.before.relogin": .long(from: 0, within: 1...86_400_000),
        "sasl.login.callback.handler.class": .security, "sasl.login.class": javaOnly,
        "sasl.client.callback.handler.class": javaOnly,
        "sasl.oauthbearer.token.endpoint.url": .security, "sasl.oauthbearer.scope": .security,
        "sasl.oauthbearer.extensions": .security, "sasl.oauthbearer.sub.claim.name": .security,
        "sasl.oauthbearer.header.urlencode": .security, "sasl.oauthbearer.jwt.retriever.class": .security,
        "sasl.oauthbearer.client.credentials.client.id": .security,
        "sasl.oauthbearer.client.credentials.client.secret": .security,
        "sasl.oauthbearer.client.id": .security, "sasl.oauthbearer.client.secret": .security,
        "sasl.oauthbearer.method": .ignored("tokens are fetched by the sink itself"),
        "sasl.oauthbearer.grant.type": .ignored("tokens are asked for by client credentials"),
        "sasl.oauthbearer.scope.claim.name": brokerOnly, "sasl.oauthbearer.clock.skew.seconds": brokerOnly,
        "sasl.oauthbearer.jwt.validator.class": brokerOnly,
        "ssl.endpoint.identification.algorithm": .special(.hostnameCheck),
        "ssl.truststore.location": .security, "ssl.truststore.password": .security, "ssl.truststore.type": .security,
        "ssl.truststore.certificates": .security, "ssl.keystore.location": .security,
        "ssl.keystore.password": .security, "ssl.keystore.type": .security, "ssl.keystore.key": .security,
        "ssl.keystore.certificate.chain": .security, "ssl.key.password": .security,
        "ssl.cipher.suites": .security, "ssl.enabled.protocols": .security,
        "ssl.protocol": .ignored("the client and a broker agree on TLS 1.2 or 1.3"),
        "ssl.provider": javaOnly,
        "ssl.keymanager.algorithm": javaOnly, "ssl.trustmanager.algorithm": javaOnly,
        "ssl.secure.random.implementation": javaOnly, "ssl.engine.factory.class": javaOnly,
        "security.providers": javaOnly, "interceptor.classes": javaOnly, "metric.reporters": javaOnly,
        "auto.include.jmx.reporter": javaOnly, "key.serializer": javaOnly, "value.serializer": javaOnly,
        "config.providers": javaOnly,
        "key.deserializer": .ignored("`key.converter` reads keys"),
        "value.deserializer": .ignored("`value.converter` reads values"),
        "receive.buffer.bytes": .special(.socketBuffer("socket.receive.buffer.bytes")),
        "send.buffer.bytes": .special(.socketBuffer("socket.send.buffer.bytes")),
        "metadata.max.age.ms": .special(.metadataAge),
        // Less than 0 is never in Java, 0 in librdkafka.
        "connections.max.idle.ms": .long(from: .min, within: 0...2_147_483_647),
        "reconnect.backoff.ms": .long(from: 0, within: 0...3_600_000),
        "reconnect.backoff.max.ms": .long(from: 0, within: 0...3_600_000),
        "retry.backoff.ms": .long(from: 0, within: 1...300_000),
        "retry.backoff.max.ms": .long(from: 0, within: 1...300_000),
        "socket.connection.setup.timeout.ms": .long(from: .min, within: 1000...2_147_483_647),
        "socket.connection.setup.timeout.max.ms": .ignored("librdkafka does not lengthen the timeout"),
        "metadata.recovery.strategy": .word(["none", "rebootstrap"]),
        "metadata.recovery.rebootstrap.trigger.ms": .long(from: 0, within: 0...2_147_483_647),
        "enable.metrics.push": .word(["true", "false"]),
        "receive.message.max.bytes": .number(1000...2_147_483_647),
        "topic.blacklist": .refused(
            "the sink reads the topics that it is told to read; leave it out, and change those"
        ),
        "default.api.timeout.ms": .ignored("every call has a deadline of its own"),
    ]

    private static let consumer: [String: ClientRule] = [
        "group.id": .same, "group.instance.id": .same, "group.remote.assignor": .same,
        "group.protocol": .word(["classic", "consumer"]),
        "session.timeout.ms": .int(from: Int64(Int32.min), within: 1...3_600_000),
        "heartbeat.interval.ms": .int(from: Int64(Int32.min), within: 1...3_600_000),
        "max.poll.interval.ms": .special(.pollInterval), "auto.offset.reset": .special(.offsetReset),
        "partition.assignment.strategy": .special(.assignors),
        "isolation.level": .word(["read_committed", "read_uncommitted"]),
        "fetch.min.bytes": .int(from: 0, within: 1...100_000_000), "fetch.max.bytes": .special(.fetchMaximum),
        "max.partition.fetch.bytes": .int(from: 0, within: 1...1_000_000_000),
        "fetch.message.max.bytes": .renamed("max.partition.fetch.bytes"), "check.crcs": .word(["true", "false"]),
        "allow.auto.create.topics": .word(["true", "false"]),
        "fetch.max.wait.ms": .int(from: 0, within: 0...300_000, as: "fetch.wait.max.ms"),
        "request.timeout.ms": .special(.requestTimeout),
        "queued.max.messages.kbytes": .number(1...2_097_151), "queued.min.messages": .number(1...10_000_000),
        "max.poll.records": .ignored("batches are bounded by `buffer.memory.bytes` and `flush.size.bytes`"),
        "enable.auto.commit": .special(.autoCommit), "enable.auto.offset.store": .special(.autoCommit),
        "auto.commit.interval.ms": .ignored("offsets are committed by the sink; see `commit.interval.ms`"),
        "exclude.internal.topics": .ignored("internal topics are never consumed by a pattern"),
    ]

    private static let placement = ClientRule.ignored("records keep Java's default placement by key")
    private static let level = ClientRule.ignored("set `compression.level`, which is for the codec that is used")

    private static let producer: [String: ClientRule] = [
        "acks": .special(.acknowledgements), "batch.size": .int(from: 0, within: 1...2_147_483_647),
        "linger.ms": .long(from: 0, within: 0...900_000),
        "compression.type": .word(["none", "gzip", "snappy", "lz4", "zstd"]),
        // 0 is for ever in librdkafka, and at once in Java.
        "delivery.timeout.ms": .int(from: 0, within: 1...2_147_483_647),
        "retries": .int(from: 0, within: 0...2_147_483_647),
        "max.in.flight.requests.per.connection": .int(from: 1, within: 1...1_000_000),
        "enable.idempotence": .word(["true", "false"]),
        "request.timeout.ms": .int(from: 0, within: 1...900_000), "buffer.memory": .special(.bufferMemory),
        "max.request.size": .int(from: 0, within: 1000...1_000_000_000, as: "message.max.bytes"),
        "partitioner.class": .special(.partitioner), "partitioner.ignore.keys": placement,
        "partitioner.adaptive.partitioning.enable": placement, "partitioner.availability.timeout.ms": placement,
        "compression.gzip.level": level, "compression.lz4.level": level, "compression.zstd.level": level,
        "metadata.max.idle.ms": .ignored("librdkafka has its own time for topics that are not used"),
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
        "queue.buffering.max.ms", "socket.keepalive.enable", "socket.max.fails", "socket.nagle.disable",
        "socket.receive.buffer.bytes",
        "socket.send.buffer.bytes", "socket.timeout.ms", "ssl.ca.location", "ssl.ca.pem", "ssl.certificate.location",
        "ssl.certificate.pem", "ssl.crl.location", "ssl.curves.list", "ssl.key.location",
        "ssl.key.pem", "ssl.sigalgs.list", "statistics.interval.ms", "sticky.partitioning.linger.ms",
        "topic.metadata.propagation.max.ms", "topic.metadata.refresh.fast.interval.ms",
        "topic.metadata.refresh.interval.ms", "topic.metadata.refresh.sparse",
    ]
}
