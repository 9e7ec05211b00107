import Testing

@testable import SinkConfiguration

@Suite("The property table")
struct PropertyTableTests {
    /// The properties of the connector's documentation, in its order.
    static let connectorProperties = [
        "connector.class", "topics", "kusto.url", "aad.auth.authority", "aad.auth.appid", "aad.auth.appkey",
        "kusto.tables.topics.mapping", "key.converter", "value.converter", "value.converter.schema.registry.url",
        "value.converter.schemas.enable", "tasks.max", "flush.size.bytes", "flush.interval.ms", "tempdir.path",
        "behavior.on.error", "errors.retry.max.time.ms", "errors.retry.backoff.time.ms",
        "errors.deadletterqueue.bootstrap.servers", "errors.deadletterqueue.topic.name",
        "errors.deadletterqueue.security.protocol", "errors.deadletterqueue.sasl.mechanism",
        "errors.deadletterqueue.sasl.jaas.config", "misc.deadletterqueue.bootstrap.servers",
        "misc.deadletterqueue.topic.name", "misc.deadletterqueue.security.protocol",
        "misc.deadletterqueue.sasl.mechanism",
        "misc.deadletterqueue.sasl.jaas.config", "consumer.override.bootstrap.servers",
        "consumer.override.security.protocol", "consumer.override.sasl.mechanism", "consumer.override.sasl.jaas.config",
        "consumer.override.sasl.kerberos.service.name", "consumer.override.auto.offset.reset",
        "consumer.override.max.poll.interval.ms",
    ]

    @Test("It holds every property of the connector", arguments: connectorProperties)
    func connector(name: String) { #expect(PropertyTable[name] != nil) }

    @Test(
        "It holds what came later, Connect's own and ours",
        arguments: [
            "kusto.ingestion.url", "kusto.query.url", "aad.auth.strategy", "aad.auth.accesstoken", "proxy.host",
            "proxy.port",
            "kusto.validation.table.enable", "topics.regex", "errors.tolerance", "errors.retry.timeout",
            "errors.retry.delay.max.ms", "errors.log.enable", "errors.log.include.messages", "name", "header.converter",
            "errors.deadletterqueue.topic.replication.factor", "errors.deadletterqueue.context.headers.enable",
            "transforms", "predicates", "bootstrap.servers", "offset.flush.interval.ms", "buffer.memory.bytes",
            "buffer.disk.bytes", "startup.timeout.ms", "compression.type", "compression.level", "commit.interval.ms",
            "shutdown.drain.ms", "metrics.address", "log.level", "log.format", "kusto.endpoint.trust",
        ]
    )
    func later(name: String) { #expect(PropertyTable[name] != nil) }

    @Test("Every default and example is a good value of its property", arguments: PropertyTable.all.map(\.name))
    func goodValues(name: String) throws {
        let definition = try #require(PropertyTable[name])
        if let value = definition.defaultValue { _ = try PropertyValue.parse(value, as: definition.kind) }
        if let value = definition.example, !name.hasSuffix("*") {
            _ = try PropertyValue.parse(value, as: definition.kind)
        }
    }

    @Test("Names are unique, and no alias hides another property")
    func unique() {
        let names = PropertyTable.all.flatMap(\.names)
        #expect(Set(names).count == names.count)
    }

    @Test(
        "Secrets are known by name, also where the table does not know the property",
        arguments: [
            ("aad.auth.appkey", true), ("aad.auth.accesstoken", true), ("consumer.override.sasl.jaas.config", true),
            ("sasl.jaas.config", true), ("producer.sasl.password", true),
            ("consumer.override.ssl.truststore.password", true),
            ("consumer.override.ssl.keystore.key", true), ("value.converter.basic.auth.user.info", true),
            ("value.converter.schema.registry.basic.auth.user.info", true), ("value.converter.bearer.auth.token", true),
            ("value.converter.bearer.auth.client.secret", true),
            ("value.converter.request.header.Ocp-Apim-Subscription-Key", true),
            ("key.converter.schema.registry.request.header.X", true), ("value.converter.bearer.auth.client.id", false),
            ("value.converter.bearer.auth.issuer.endpoint.url", false),
            ("value.converter.schema.registry.ssl.keystore.key", true),
            ("value.converter.schema.registry.ssl.keystore.location", false), ("consumer.override.ssl.key.pem", true),
            ("key.converter.schema.registry.ssl.key.password", true), ("key.converter", false), ("name", false),
            ("sasl.oauthbearer.token.endpoint.url", false), ("value.converter.basic.auth.credentials.source", false),
            ("consumer.override.ssl.key.location", false), ("bootstrap.servers", false),
        ]
    )
    func secrets(name: String, isSecret: Bool) { #expect(PropertyTable.isSecret(name) == isSecret) }
}
