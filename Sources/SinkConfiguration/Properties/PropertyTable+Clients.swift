extension PropertyTable {
    /// Kafka's clients.
    static let clients: [PropertyDefinition] = [
        PropertyDefinition(
            "bootstrap.servers",
            .list,
            group: .kafka,
            since: "Kafka Connect",
            example: "broker-1:9092,broker-2:9092",
            """
            The brokers that are asked first for the rest of the cluster. A property of Connect's worker; \
            `consumer.override.bootstrap.servers` wins for the consumer, and one of the two is required. Other \
            client properties without prefix (`security.protocol`, `sasl.*`, `ssl.*`) are likewise what \
            `consumer.*`, `producer.*` and `admin.*` build on.
            """
        ),
        PropertyDefinition(
            "consumer.override.bootstrap.servers",
            .list,
            group: .kafka,
            example: "broker-1:9092",
            "The brokers for the consumer."
        ),
        PropertyDefinition(
            "consumer.override.security.protocol",
            .enumeration(securityProtocols),
            default: "PLAINTEXT",
            group: .kafka,
            example: "SASL_SSL",
            "The protocol for the brokers."
        ),
        PropertyDefinition(
            "consumer.override.sasl.mechanism",
            .string,
            default: "GSSAPI",
            group: .kafka,
            example: "PLAIN",
            """
            How to sign in: `GSSAPI`, `PLAIN`, `SCRAM-SHA-256`, `SCRAM-SHA-512` or `OAUTHBEARER`. For `GSSAPI` the machine \
            needs Kerberos' `kinit` and its module of Cyrus SASL, which the worker's image has.
            """
        ),
        PropertyDefinition(
            "consumer.override.sasl.jaas.config",
            .password,
            group: .kafka,
            example: "${file:/etc/kusto-sink/secrets/kafka.properties:jaas}",
            """
            The credentials, in JAAS's grammar: a login module, `required`, and options, with a semicolon at the end. The module \
            must be that of `sasl.mechanism`: Kafka's `PlainLoginModule`, `ScramLoginModule` or `OAuthBearerLoginModule`, or \
            `Krb5LoginModule` of Sun or IBM. Values with other characters than letters, digits, `.`, `-`, `_` and `$` stand in \
            quotes. `sasl.username` and `sasl.password` say the same for `PLAIN` and SCRAM.
            """
        ),
        PropertyDefinition(
            "consumer.override.sasl.kerberos.service.name",
            .string,
            group: .kafka,
            example: "kafka",
            "The brokers' Kerberos service name; `kafka` by default. The option `serviceName` of the JAAS entry says the same."
        ),
        PropertyDefinition(
            "consumer.override.sasl.oauthbearer.token.endpoint.url",
            .string,
            group: .kafka,
            since: "Kafka Connect",
            example: "https://login.example.com/oauth2/token",
            """
            Where tokens for `OAUTHBEARER` are asked for by client credentials. The client is named by the options `clientId` and \
            `clientSecret` of the JAAS entry, or by `sasl.oauthbearer.client.credentials.client.id` and `.client.secret`; \
            `scope`, and options `extension_NAME`, are sent as they are.
            """
        ),
        PropertyDefinition(
            "consumer.override.sasl.login.callback.handler.class",
            .javaClass,
            group: .kafka,
            since: "Kafka Connect",
            example: "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler",
            """
            The class that fetches tokens for `OAUTHBEARER`, which stands for what the sink does in its place. With Kafka's or \
            Strimzi's it asks `sasl.oauthbearer.token.endpoint.url`. With `KafkaOAuth2AuthenticateCallbackHandler` of Spring \
            Cloud Azure, or `CustomAuthenticateCallbackHandler` of Microsoft's samples, it signs in to Event Hubs with the \
            identity of `aad.auth.*`. Other classes cannot be loaded.
            """
        ),
        PropertyDefinition(
            "consumer.override.ssl.truststore.location",
            .string,
            group: .kafka,
            since: "Kafka Connect",
            example: "/etc/kusto-sink/secrets/truststore.p12",
            """
            The store of the authorities whose certificates brokers may have: PKCS12, JKS or PEM, which its content shows. \
            `ssl.truststore.password` opens it, and `ssl.truststore.certificates` holds the same as PEM text. By default the \
            machine's authorities.
            """
        ),
        PropertyDefinition(
            "consumer.override.ssl.keystore.location",
            .string,
            group: .kafka,
            since: "Kafka Connect",
            example: "/etc/kusto-sink/secrets/keystore.p12",
            """
            The store of the client's own certificate and key, for brokers that want one: PKCS12, JKS or PEM. \
            `ssl.keystore.password` opens the store and `ssl.key.password` the key; `ssl.keystore.key` and \
            `ssl.keystore.certificate.chain` hold the same as PEM text.
            """
        ),
        PropertyDefinition(
            "consumer.override.ssl.endpoint.identification.algorithm",
            .string,
            group: .kafka,
            since: "Kafka Connect",
            example: "https",
            """
            Whether a broker's certificate must name its host: `https`, which is the default, or empty for no such check.
            """
        ),
        PropertyDefinition(
            "consumer.override.auto.offset.reset",
            .enumeration(["earliest", "latest", "none"]),
            default: "earliest",
            group: .kafka,
            example: "latest",
            """
            Where a partition without a committed offset is begun. `none` makes that an error.
            """
        ),
        PropertyDefinition(
            "consumer.override.max.poll.interval.ms",
            .int(1...Int64(Int32.max)),
            default: "300000",
            group: .kafka,
            example: "600000",
            """
            How many milliseconds may pass between two polls before the group takes the partitions away. Polling goes \
            on while batches are tried again, so this need not be raised for retries. At most 86400000, and not below \
            `session.timeout.ms`.
            """
        ),
        PropertyDefinition(
            "consumer.override.*",
            .string,
            group: .kafka,
            since: "Kafka Connect",
            example: "session.timeout.ms=6000",
            """
            Any other property of the consumer under its Java name, translated for librdkafka; librdkafka's own \
            properties, such as `queued.max.messages.kbytes`, are handed on. A property without a counterpart is \
            ignored, with a warning that names it. Wins over `consumer.*` and over properties without prefix. A `group.instance.id` gets the \
            task's number appended.
            """
        ),
        PropertyDefinition(
            "consumer.*",
            .string,
            group: .kafka,
            since: "Kafka Connect",
            example: "fetch.min.bytes=65536",
            "The same as a property of Connect's worker."
        ),
        PropertyDefinition(
            "producer.override.*",
            .string,
            group: .kafka,
            since: "Kafka Connect",
            example: "linger.ms=100",
            "Any property of the dead-letter queues' producers, likewise. Wins over `producer.*`."
        ),
        PropertyDefinition(
            "producer.*",
            .string,
            group: .kafka,
            since: "Kafka Connect",
            example: "compression.type=lz4",
            "The same as a property of Connect's worker."
        ),
        PropertyDefinition(
            "java.security.auth.login.config",
            .string,
            group: .kafka,
            since: "Kafka Connect",
            example: "/etc/kafka/jaas.conf",
            """
            A JAAS file, whose section `KafkaClient` is the entry of clients that sign in and have no `sasl.jaas.config`. The \
            environment's `KAFKA_OPTS=-Djava.security.auth.login.config=…` says the same.
            """
        ),
        PropertyDefinition(
            "java.security.krb5.conf",
            .string,
            group: .kafka,
            since: "Kafka Connect",
            example: "/etc/krb5.conf",
            """
            The configuration of Kerberos; by default the machine's. The environment's \
            `KAFKA_OPTS=-Djava.security.krb5.conf=…` says the same.
            """
        ),
        PropertyDefinition(
            "group.id",
            .string,
            group: .kafka,
            since: "Kafka Connect",
            status: .ignored,
            """
            The name of a Connect cluster. The consumer group is `connect-<name>`, or `consumer.override.group.id`.
            """
        ),
    ]
}
