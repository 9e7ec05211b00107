internal import JSON

extension SinkSchema {
    /// `spec.kusto`.
    package static let kusto = SchemaField.object(
        "kusto",
        "Where records go: the cluster of Azure Data Explorer.",
        [
            .text(
                "ingestionUrl",
                "The cluster's ingestion endpoint, whose host begins with ingest- (kusto.ingestion.url).",
                maximum: 2_048,
                pattern: .url
            ).required,
            .text(
                "queryUrl",
                "The cluster's query endpoint. By default the ingestion endpoint without ingest- (kusto.query.url).",
                maximum: 2_048,
                pattern: .url
            ),
            auth.required,
            .flag(
                "validateTables",
                "Whether tables, mappings and permissions are checked before the first record is read. True by default "
                    + "(kusto.validation.table.enable)."
            ),
            proxy, tls,
            .texts(
                "trustedHosts",
                "Further hosts to which credentials may be sent, beside those of Azure and loopback "
                    + "(kusto.endpoint.trust).",
                maximumCount: 32,
                pattern: .host
            ),
        ]
    )

    private static let proxy = SchemaField.object(
        "proxy",
        "An HTTP proxy for every request to Azure.",
        [
            .text("host", "The proxy's host (proxy.host).", pattern: .host).required,
            .integer("port", "The proxy's port (proxy.port).", 1...65_535).required,
            .word(
                "protocol",
                "What the proxy speaks: https when it wants TLS itself. By default http (proxy.protocol).",
                ["http", "https"]
            ), .valueSource("username", "The user's name, where the proxy asks for one (proxy.username)."),
            .secret("password", "The user's password (proxy.password)."),
            .texts(
                "noProxy",
                "What is reached without the proxy: hosts with those below them, .host for those below alone, addresses, "
                    + "ranges of addresses such as 10.0.0.0/8; each perhaps with a port (proxy.bypass).",
                maximumCount: 32,
                pattern: .proxyException
            ),
        ]
    ).ruled(
        SchemaRule(
            "has(self.username) == has(self.password)",
            "and password belong together: give both or none",
            .required,
            at: ".username"
        ) { ($0["username"] == nil) == ($0["password"] == nil) }
    )

    private static let tls = SchemaField.object(
        "tls",
        "Whom to trust on the way to Azure besides the system's authorities, such as that of a proxy which opens TLS.",
        [
            .secret("ca", "PEM certificates of the authorities (kusto.ssl.truststore.location)."),
            keyStore("trustStore", "A trust store of Java, in place of ca."),
        ]
    ).ruled(
        SchemaRule(
            "!has(self.trustStore) || !has(self.ca)",
            "takes the place of ca; leave out one of the two",
            .forbidden,
            at: ".trustStore"
        ) { $0["trustStore"] == nil || $0["ca"] == nil }
    )

    private static let auth = SchemaField.object(
        "auth",
        "As whom the sink signs in to Azure Data Explorer.",
        [
            .word(
                "strategy",
                "How: as an Entra application with a secret or a certificate, as the node's managed_identity, by the "
                    + "workload_identity of the pod's ServiceAccount, or with a ready token that is never renewed, "
                    + "az_dev_token. By default application (aad.auth.strategy).",
                ["application", "managed_identity", "workload_identity", "az_dev_token"]
            ),
            .valueSource("tenantId", "The Entra tenant, by id or domain name (aad.auth.authority)."),
            .valueSource(
                "clientId",
                "The client id of the application, or of the user-assigned identity (aad.auth.appid)."
            ),
            .secret("clientSecret", "The application's client secret (aad.auth.appkey)."),
            .secret(
                "clientCertificate",
                "A certificate of the application with its private key, as PEM or PKCS#12, in place of the secret."
            ),
            .secret("clientCertificatePassword", "The password of the certificate's private key or store."),
            .secret("accessToken", "The bearer token for az_dev_token (aad.auth.accesstoken)."),
        ]
    ).ruled(
        SchemaRule(
            "(has(self.strategy) && self.strategy != 'application') || (has(self.tenantId) && has(self.clientId) && "
                + "(has(self.clientSecret) || has(self.clientCertificate)))",
            "needs tenantId, clientId and one of clientSecret and clientCertificate with the strategy application, "
                + "which is the default",
            .required
        ) { auth in
            !isApplication(auth)
                || auth["tenantId"] != nil && auth["clientId"] != nil
                    && (auth["clientSecret"] != nil || auth["clientCertificate"] != nil)
        },
        SchemaRule(
            "!has(self.strategy) || self.strategy == 'application' || "
                + "(!has(self.clientSecret) && !has(self.clientCertificate))",
            "has no use for clientSecret and clientCertificate, which belong to application",
            .forbidden,
            at: ".strategy"
        ) { isApplication($0) || $0["clientSecret"] == nil && $0["clientCertificate"] == nil },
        SchemaRule(
            "!has(self.clientSecret) || !has(self.clientCertificate)",
            "takes the place of clientSecret; leave out one of the two",
            .forbidden,
            at: ".clientCertificate"
        ) { $0["clientSecret"] == nil || $0["clientCertificate"] == nil },
        SchemaRule(
            "!has(self.clientCertificatePassword) || has(self.clientCertificate)",
            "needs clientCertificate beside it",
            at: ".clientCertificatePassword"
        ) { $0["clientCertificatePassword"] == nil || $0["clientCertificate"] != nil },
        SchemaRule(
            "has(self.accessToken) == (has(self.strategy) && self.strategy == 'az_dev_token')",
            "is needed with the strategy az_dev_token, and only with it",
            at: ".accessToken"
        ) { ($0["accessToken"] != nil) == ($0["strategy"]?.stringValue == "az_dev_token") },
        workloadsKnow("tenantId"),
        workloadsKnow("clientId")
    )

    /// A workload's identity is told to Azure's webhook by annotations, which cannot come from a Secret.
    private static func workloadsKnow(_ field: String) -> SchemaRule {
        SchemaRule(
            "!has(self.strategy) || self.strategy != 'workload_identity' || !has(self.\(field)) || "
                + "!has(self.\(field).secretKeyRef)",
            "cannot come from a Secret with the strategy workload_identity, since \(field) becomes an annotation of the "
                + "ServiceAccount; it is no secret, so write {value: …}",
            .forbidden,
            at: ".\(field)"
        ) { $0["strategy"]?.stringValue != "workload_identity" || $0[field]?["secretKeyRef"] == nil }
    }

    private static func isApplication(_ auth: JSONValue) -> Bool {
        (auth["strategy"]?.stringValue ?? "application") == "application"
    }
}
