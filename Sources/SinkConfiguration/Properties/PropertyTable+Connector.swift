extension PropertyTable {
    /// The sink itself and what Kafka Connect gives every connector.
    static let connector: [PropertyDefinition] = [
        PropertyDefinition(
            "name",
            .string,
            isRequired: true,
            group: .connector,
            since: "Kafka Connect",
            example: "telemetry",
            """
            The sink's name. It determines the consumer group, `connect-<name>`, and the client ids, so a sink that \
            keeps the name of a connector also takes over its committed offsets.
            """
        ),
        PropertyDefinition(
            "connector.class",
            .javaClass,
            isRequired: true,
            group: .connector,
            example: "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector",
            """
            Always `com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector`, or one of its short names \
            `KustoSinkConnector` and `KustoSink`. It shows that a configuration is meant for this sink.
            """
        ),
        PropertyDefinition(
            "tasks.max",
            .int(1...1000),
            default: "1",
            group: .connector,
            example: "4",
            """
            How many consumers run in this process, all in one consumer group. Under Kubernetes each pod is one task, \
            and the number of replicas takes the place of this one. More tasks than partitions are of no use. The \
            tasks divide the default of `queued.max.messages.kbytes` and `fetch.max.bytes`.
            """
        ),
        PropertyDefinition(
            "transforms",
            .list,
            group: .connector,
            since: "Kafka Connect",
            status: .refused,
            """
            Single message transforms are not supported. Transform before the topic, or in Azure Data Explorer with \
            an ingestion mapping or an update policy.
            """
        ),
        PropertyDefinition(
            "predicates",
            .list,
            group: .connector,
            since: "Kafka Connect",
            status: .refused,
            "Predicates belong to transforms, which are not supported."
        ),
        PropertyDefinition(
            "config.action.reload",
            .string,
            group: .connector,
            since: "Kafka Connect",
            status: .ignored,
            "A changed configuration is read at the next start."
        ),
        PropertyDefinition(
            "connector.client.config.override.policy",
            .string,
            default: "All",
            group: .connector,
            since: "Kafka Connect",
            status: .ignored,
            "`consumer.override.*` and `producer.override.*` are always allowed."
        ),
    ]

    /// The cluster and the identity.
    static let kusto: [PropertyDefinition] = [
        PropertyDefinition(
            "kusto.ingestion.url",
            aliases: ["kusto.url"],
            .string,
            isRequired: true,
            group: .kusto,
            example: "https://ingest-mycluster.westeurope.kusto.windows.net",
            """
            The ingestion endpoint of the cluster, an `https` URL whose host begins with `ingest-`; where a \
            well-known host lacks that, it is added. `kusto.url` was its name until version 2 and still is accepted. \
            `kusto.endpoint.trust` says which hosts are trusted.
            """
        ),
        PropertyDefinition(
            "kusto.query.url",
            .string,
            group: .kusto,
            since: "2.0.0",
            example: "https://mycluster.westeurope.kusto.windows.net",
            """
            The query endpoint of the cluster, for checking tables and for streaming ingestion. By default the \
            ingestion endpoint without `ingest-`.
            """
        ),
        PropertyDefinition(
            "kusto.endpoint.trust",
            .list,
            default: "wellknown",
            group: .kusto,
            since: "kusto-sink",
            example: "wellknown,adx.corp.example",
            """
            The hosts to which credentials may be sent. Hosts of Azure Data Explorer, Fabric and the sovereign clouds \
            (`wellknown`) and loopback addresses are always trusted; hosts listed here are trusted as well, by their \
            whole names, as clusters, as login endpoints and as storage. Apart from them a cluster must log in at Entra's host of \
            its own cloud and keep its storage there; otherwise nothing is sent. Plain `http` is for loopback only.
            """
        ),
        PropertyDefinition(
            "aad.auth.strategy",
            .enumeration(["application", "managed_identity", "workload_identity", "az_dev_token"]),
            default: "application",
            group: .kusto,
            since: "3.0.5",
            example: "application",
            """
            How the sink signs in: as an Entra `application` with a secret; as the machine's `managed_identity` \
            (`aad.auth.appid` names a user-assigned one); by `workload_identity`, from `AZURE_CLIENT_ID`, \
            `AZURE_TENANT_ID` and `AZURE_FEDERATED_TOKEN_FILE`; or with a ready token, `az_dev_token`, for \
            development.
            """
        ),
        PropertyDefinition(
            "aad.auth.authority",
            .string,
            group: .kusto,
            example: "72f988bf-86f1-41af-91ab-2d7cd011db47",
            "The Entra tenant, by id or domain name. Required by the strategy `application`."
        ),
        PropertyDefinition(
            "aad.auth.appid",
            .string,
            group: .kusto,
            example: "2c9c3a0e-0000-4000-8000-5d2c9f0b0a11",
            """
            The client id of the application, which `application` requires, or of the user-assigned identity under \
            `managed_identity`; that one may also be named by its resource id, which begins with `/subscriptions/`, or by \
            `object_id=` and its object id.
            """
        ),
        PropertyDefinition(
            "aad.auth.appkey",
            .password,
            group: .kusto,
            example: "${file:/etc/kusto-sink/secrets/adx.properties:appkey}",
            """
            The application's client secret. Required by the strategy `application` unless it has a certificate. Where it refers to a file, that is \
            read again for every token, so a new secret needs no restart.
            """
        ),
        PropertyDefinition(
            "aad.auth.appcert.location",
            .string,
            group: .kusto,
            since: "kusto-sink",
            example: "/etc/kusto-sink/secrets/adx/client.pem",
            """
            A file with a certificate of the application and its private key of RSA, in PEM, PKCS #12 or JKS, in place of \
            `aad.auth.appkey`. It is read again for every token, so a new certificate needs no restart.
            """
        ),
        PropertyDefinition(
            "aad.auth.appcert.password",
            .password,
            group: .kusto,
            since: "kusto-sink",
            example: "${file:/etc/kusto-sink/secrets/adx.properties:certificate}",
            "The password of the file that `aad.auth.appcert.location` names, or of the private key in it."
        ),
        PropertyDefinition(
            "aad.auth.accesstoken",
            .password,
            group: .kusto,
            since: "3.0.5",
            example: "${env:ADX_TOKEN}",
            """
            The bearer token that the strategy `az_dev_token` requires. Where it refers to a file, that is read again \
            every minute; any other token is never renewed.
            """
        ),
        PropertyDefinition(
            "kusto.validation.table.enable",
            .boolean,
            default: "true",
            group: .kusto,
            since: "3.0.4",
            example: "false",
            """
            Whether tables, mappings and permissions are checked before the first record is read. When the principal \
            may ingest but may not read what is to be checked, there is a warning and the sink starts. The connector's \
            own default has been `false` since 3.0.4.
            """
        ),
        PropertyDefinition(
            "proxy.host",
            .string,
            group: .kusto,
            since: "3.0.8",
            example: "proxy.corp.example",
            """
            The HTTP proxy for every request to Azure. Needs `proxy.port`. Without it the proxy is that of the environment's \
            `HTTPS_PROXY`, such as `http://user:password@proxy:3128`, if there is one. Loopback and link-local \
            addresses, and the endpoints of a machine's identity, are never reached through a proxy.
            """
        ),
        PropertyDefinition(
            "proxy.port",
            .int(-1...65535),
            default: "-1",
            group: .kusto,
            since: "3.0.8",
            example: "3128",
            "The proxy's port; -1 for no proxy."
        ),
        PropertyDefinition(
            "proxy.protocol",
            .enumeration(["http", "https"]),
            default: "http",
            group: .kusto,
            since: "kusto-sink",
            example: "https",
            """
            What `proxy.host` speaks: `http`, or `https` for a proxy that wants TLS. Its certificate must come from an \
            authority of the system's or of `kusto.ssl.truststore.location`.
            """
        ),
        PropertyDefinition(
            "proxy.username",
            .password,
            group: .kusto,
            since: "kusto-sink",
            example: "${file:/etc/kusto-sink/secrets/proxy.properties:user}",
            "The user's name for a proxy that asks for one, by the method Basic. Needs `proxy.password`."
        ),
        PropertyDefinition(
            "proxy.password",
            .password,
            group: .kusto,
            since: "kusto-sink",
            example: "${file:/etc/kusto-sink/secrets/proxy.properties:password}",
            "The password of `proxy.username`. A new one counts from the next start on."
        ),
        PropertyDefinition(
            "proxy.bypass",
            .list,
            group: .kusto,
            since: "kusto-sink",
            example: ".privatelink.example,10.0.0.0/8,fd00::/8",
            """
            What is reached without the proxy: hosts with all hosts below them, `.host` for those below alone, addresses, \
            ranges of addresses, each perhaps with a port; `*` for everything. Names are not resolved for that. It takes \
            the place of the environment's `NO_PROXY`, which counts only where the proxy is the environment's, too.
            """
        ),
        PropertyDefinition(
            "kusto.ssl.truststore.location",
            .string,
            group: .kusto,
            since: "kusto-sink",
            example: "/etc/kusto-sink/adx/ca.pem",
            """
            A file of authorities, in PEM, PKCS #12 or JKS, that are trusted besides the system's on the way to Azure, such as \
            that of a proxy which opens TLS. The environment's `SSL_CERT_FILE` and `SSL_CERT_DIR` take the place of the \
            system's, as for OpenSSL.
            """
        ),
        PropertyDefinition(
            "kusto.ssl.truststore.password",
            .password,
            group: .kusto,
            since: "kusto-sink",
            example: "${file:/etc/kusto-sink/secrets/adx.properties:truststore}",
            "The password of the file that `kusto.ssl.truststore.location` names."
        ),
    ]

    /// What is consumed and where it goes.
    static let routing: [PropertyDefinition] = [
        PropertyDefinition(
            "topics",
            .list,
            group: .routing,
            example: "orders,payments",
            "The topics to consume, separated by commas. Exactly one of `topics` and `topics.regex` must be given."
        ),
        PropertyDefinition(
            "topics.regex",
            .string,
            group: .routing,
            since: "Kafka Connect",
            example: "telemetry\\..*",
            """
            A regular expression that must match the whole name of a topic; new topics that match are found within \
            `metadata.max.age.ms`. Only constructs that Java's and POSIX extended expressions share are allowed: no \
            `\\d`, `\\w`, look-around, flags, lazy or possessive quantifiers. Kafka's internal topics never match. A topic that \
            matches and has no mapping is not read, with a warning.
            """
        ),
        PropertyDefinition(
            "kusto.tables.topics.mapping",
            .json,
            isRequired: true,
            group: .routing,
            example: "[{'topic':'orders','db':'shop','table':'Orders','format':'json','mapping':'OrdersMapping'}]",
            """
            Where each topic goes: a JSON array, whose strings may stand in single quotes, of objects with the keys \
            `topic` (`*` for every topic without an entry of its own), `db`, `table`, `format` (default `csv`; one \
            of `json`, `singlejson`, `multijson`, `csv`, `tsv`, `scsv`, `sohsv`, `psv`, `txt`, `tsve`, `raw`, \
            `avro`, `apacheavro`, `parquet`, `orc`, `sstream`, `w3clogfile`), `mapping` (an ingestion mapping that \
            exists in Azure Data Explorer) and `streaming` (`true` for streaming ingestion). In YAML and JSON files \
            it may also be written as a list of objects.
            """
        ),
    ]
}
