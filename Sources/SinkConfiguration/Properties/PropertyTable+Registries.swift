extension PropertyTable {
    /// Where schemas come from, and how a sink shows the registry who it is.
    static let schemaRegistries: [PropertyDefinition] = ["value", "key"].flatMap { side in
        registrySettings.map { $0.definition(of: side) } + [subjectNames(of: side)]
    }

    /// A setting of the client of a registry, which values and keys have each.
    private struct RegistrySetting {
        let name: String
        let kind: PropertyKind
        var defaultValue: String?
        var status = PropertyDefinition.Status.supported
        var example: String?
        let documentation: String

        init(
            _ name: String,
            _ kind: PropertyKind,
            default defaultValue: String? = nil,
            status: PropertyDefinition.Status = .supported,
            example: String? = nil,
            _ documentation: String
        ) {
            self.name = name
            self.kind = kind
            self.defaultValue = defaultValue
            self.status = status
            self.example = example
            self.documentation = documentation
        }

        func definition(of side: String) -> PropertyDefinition {
            let prefix = "\(side).converter."
            // Confluent's client takes each of its settings with this prefix, too.
            let hasShortName = !name.hasPrefix("schema.registry.") && !name.hasSuffix("*") && status == .supported
            return PropertyDefinition(
                prefix + name,
                aliases: hasShortName ? [prefix + "schema.registry." + name] : [],
                kind,
                default: defaultValue,
                group: .schemaRegistry,
                since: name == "schema.registry.url" ? "1.0" : "Kafka Connect",
                status: status,
                example: example,
                side == "value" || status == .ignored
                    ? documentation : "The same for keys as `value.converter.\(name)` for values."
            )
        }
    }

    private static func subjectNames(of side: String) -> PropertyDefinition {
        PropertyDefinition(
            "\(side).converter.\(side).subject.name.strategy",
            .javaClass,
            group: .schemaRegistry,
            since: "Kafka Connect",
            example: "io.confluent.kafka.serializers.subject.TopicRecordNameStrategy",
            """
            How the producers name the subject of a schema: `TopicNameStrategy`, the default, \
            `TopicRecordNameStrategy` or `RecordNameStrategy`, also with their package. With the first, the registry is \
            asked for a schema's id within the subject of the topic; with the others, by the id alone.
            """
        )
    }

    private static let registrySettings: [RegistrySetting] =
        [
            RegistrySetting(
                "schema.registry.url",
                .list,
                example: "https://registry-1:8081,https://registry-2:8081",
                """
                The schema registry's addresses, in the order in which they are tried. Required by the Avro, JSON Schema \
                and Protobuf converters. An address may hold a user and a password, `https://user:password@host`, with \
                special characters as `%XX`.
                """
            ),
            RegistrySetting(
                "basic.auth.credentials.source",
                .string,
                example: "USER_INFO",
                """
                Where the user and password for the registry come from: `URL`, which is also the case when nothing is \
                set, `USER_INFO`, or `SASL_INHERIT`, the converter's own `sasl.jaas.config`.
                """
            ),
            RegistrySetting(
                "basic.auth.user.info",
                .password,
                example: "${file:/etc/kusto-sink/secrets/registry.properties:user-info}",
                "`user:password` for the registry, with the source `USER_INFO`."
            ),
            RegistrySetting(
                "sasl.jaas.config",
                .password,
                example: "${file:/etc/kusto-sink/secrets/registry.properties:jaas}",
                """
                An entry in JAAS's grammar whose `username` and `password` are those for the registry, with the source \
                `SASL_INHERIT`. That of the Kafka client is not used.
                """
            ),
            RegistrySetting(
                "bearer.auth.credentials.source",
                .string,
                example: "STATIC_TOKEN",
                """
                Where the bearer token for the registry comes from: `STATIC_TOKEN`, `OAUTHBEARER`, an application of an \
                identity provider, or `UAMI`, a managed identity of Azure. It excludes \
                `basic.auth.credentials.source`. `SASL_OAUTHBEARER_INHERIT` and `CUSTOM` are not supported.
                """
            ),
            RegistrySetting(
                "bearer.auth.token",
                .password,
                example: "${env:REGISTRY_TOKEN}",
                "The token, with the source `STATIC_TOKEN`."
            ),
        ] + tokens + tls + requests

    private static let tokens = [
        RegistrySetting(
            "bearer.auth.issuer.endpoint.url",
            .string,
            example: "https://login.example/oauth2/token",
            "Where tokens are asked for, with the source `OAUTHBEARER`."
        ),
        RegistrySetting(
            "bearer.auth.client.id",
            .string,
            example: "kusto-sink",
            "The application that asks for tokens, with the source `OAUTHBEARER`."
        ),
        RegistrySetting(
            "bearer.auth.client.secret",
            .password,
            example: "${file:/etc/kusto-sink/secrets/registry.properties:client-secret}",
            "The application's secret, with the source `OAUTHBEARER`."
        ),
        RegistrySetting(
            "bearer.auth.scope",
            .string,
            example: "schema-registry",
            "The scope that tokens are asked for, with the source `OAUTHBEARER`. By default none is named."
        ),
        RegistrySetting(
            "bearer.auth.logical.cluster",
            .string,
            example: "lsrc-12345",
            "The registry that is meant, where many share an address; sent as the header `target-sr-cluster`."
        ),
        RegistrySetting(
            "bearer.auth.identity.pool.id",
            .string,
            example: "pool-12345",
            "The identity pool of the token; sent as the header `Confluent-Identity-Pool-Id`."
        ),
        RegistrySetting(
            "bearer.auth.uami.endpoint.query",
            .string,
            example: "api-version=2018-02-01&resource=api://registry&client_id=2c9c3a0e-0000-4000-8000-5d2c9f0b0a11",
            "What the endpoint of the managed identity is asked, with the source `UAMI`."
        ),
        RegistrySetting(
            "bearer.auth.uami.endpoint.url",
            .string,
            example: "http://169.254.169.254/metadata/identity/oauth2/token",
            "The endpoint of the managed identity, with the source `UAMI`. By default that of Azure's machines."
        ),
        RegistrySetting(
            "bearer.auth.cache.expiry.buffer.seconds",
            .int(0...86_400),
            default: "300",
            example: "60",
            "How many seconds before its end a token is renewed, with the sources `OAUTHBEARER` and `UAMI`."
        ),
    ]

    private static let tls = [
        RegistrySetting(
            "schema.registry.ssl.truststore.location",
            .string,
            example: "/etc/kusto-sink/registry/ca.pem",
            """
            A file of the authorities that the registry's certificate may come from, in PEM, PKCS #12 or JKS. By default they \
            are the system's, or those of the environment's `SSL_CERT_FILE` and `SSL_CERT_DIR`.
            """
        ),
        RegistrySetting(
            "schema.registry.ssl.truststore.type",
            .string,
            example: "PKCS12",
            """
            The type of `schema.registry.ssl.truststore.location`: `PEM`, `PKCS12` or `JKS`. What counts is the file's \
            content, as with Java, which reads PKCS #12 under the name `JKS`, too.
            """
        ),
        RegistrySetting(
            "schema.registry.ssl.truststore.password",
            .password,
            example: "${file:/etc/kusto-sink/secrets/registry.properties:truststore}",
            "The password of a trust store that is not PEM. Without it nothing checks that a JKS store was not changed."
        ),
        RegistrySetting(
            "schema.registry.ssl.truststore.certificates",
            .string,
            example: "${directory:/etc/kusto-sink/registry:ca.pem}",
            "These authorities themselves, as PEM, instead of a file."
        ),
        RegistrySetting(
            "schema.registry.ssl.keystore.location",
            .string,
            example: "/etc/kusto-sink/registry/client.p12",
            """
            A file with the client's certificate, those of the authorities between, and the certificate's key, for a \
            registry that asks for one; in PEM, PKCS #12 or JKS. It is read when the sink starts.
            """
        ),
        RegistrySetting(
            "schema.registry.ssl.keystore.type",
            .string,
            example: "PKCS12",
            "The type of `schema.registry.ssl.keystore.location`, as `schema.registry.ssl.truststore.type` has them."
        ),
        RegistrySetting(
            "schema.registry.ssl.keystore.password",
            .password,
            example: "${file:/etc/kusto-sink/secrets/registry.properties:keystore}",
            "The password of a key store that is not PEM."
        ),
        RegistrySetting(
            "schema.registry.ssl.key.password",
            .password,
            example: "${file:/etc/kusto-sink/secrets/registry.properties:key}",
            "The password of the key, where it is encrypted with another one than the store's."
        ),
        RegistrySetting(
            "schema.registry.ssl.keystore.certificate.chain",
            .string,
            example: "${directory:/etc/kusto-sink/registry:tls.crt}",
            "The client's certificate itself and those of the authorities between, as PEM, instead of a file."
        ),
        RegistrySetting(
            "schema.registry.ssl.keystore.key",
            .password,
            example: "${directory:/etc/kusto-sink/registry:tls.key}",
            "The certificate's key, as PEM; goes with `schema.registry.ssl.keystore.certificate.chain`."
        ),
        RegistrySetting(
            "schema.registry.ssl.endpoint.identification.algorithm",
            .string,
            default: "https",
            example: "https",
            "Whether the registry's certificate must have the name of its address: `https` for yes, `none` for no."
        ),
    ]

    private static let requests = [
        RegistrySetting(
            "request.header.*",
            .password,
            example: "Ocp-Apim-Subscription-Key=${env:REGISTRY_KEY}",
            "A header field of every request to the registry; what follows the last dot is its name."
        ),
        RegistrySetting(
            "proxy.host",
            .string,
            example: "proxy.corp.example",
            """
            The HTTP proxy on the way to the registry, without authentication. Needs `proxy.port` of the converter. Without it \
            the environment's `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` count, which may name a user and a password.
            """
        ),
        RegistrySetting("proxy.port", .int(1...65_535), example: "3128", "That proxy's port."),
        RegistrySetting(
            "http.connect.timeout.ms",
            .int(1...3_600_000),
            default: "15000",
            example: "5000",
            "How many milliseconds connecting to the registry may take."
        ),
        RegistrySetting(
            "http.read.timeout.ms",
            .int(1...3_600_000),
            default: "60000",
            example: "30000",
            "How many milliseconds a request to the registry may take, connecting included."
        ),
        RegistrySetting(
            "max.schemas.per.subject",
            .int(1...1_000_000),
            default: "1000",
            example: "200",
            "How many schemas of a subject are kept; the ones that were used longest ago make room."
        ),
        RegistrySetting(
            "use.latest.version",
            .string,
            status: .ignored,
            "Records are read by the schema that they were written with."
        ),
    ]
}
