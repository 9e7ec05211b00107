internal import JSON

extension SinkSchema {
    /// How to talk to brokers.
    static func security(_ summary: String) -> SchemaField {
        .object(
            "security",
            summary,
            [
                .word(
                    "protocol",
                    "Whether the connection is encrypted (SSL) and whether workers sign in (SASL). By default "
                        + "PLAINTEXT (security.protocol).",
                    ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
                ),
                sasl, tls("How the connection is encrypted and the broker verified. Needs a protocol with SSL."),
            ]
        ).ruled(
            SchemaRule(
                "has(self.sasl) == (has(self.protocol) && self.protocol.startsWith('SASL_'))",
                "is needed with the protocols SASL_PLAINTEXT and SASL_SSL, and only with these; "
                    + "set protocol accordingly",
                at: ".sasl"
            ) { ($0["sasl"] != nil) == ($0["protocol"]?.stringValue ?? "").hasPrefix("SASL_") },
            SchemaRule(
                "!has(self.tls) || (has(self.protocol) && self.protocol.endsWith('SSL'))",
                "needs the protocol SSL or SASL_SSL",
                at: ".tls"
            ) { $0["tls"] == nil || ($0["protocol"]?.stringValue ?? "").hasSuffix("SSL") }
        )
    }

    private static let sasl = SchemaField.object(
        "sasl",
        "How workers sign in at the brokers.",
        [
            .word(
                "mechanism",
                "How the credential is proved (sasl.mechanism).",
                ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "GSSAPI", "OAUTHBEARER"]
            ).required,
            .valueSource("username", "The user's name, for PLAIN and SCRAM."),
            .secret("password", "The user's password, for PLAIN and SCRAM."),
            .secret(
                "jaasConfig",
                "A whole sasl.jaas.config, as a connector has it, in place of username, password, kerberos and oauth."
            ),
            .object(
                "kerberos",
                "The client's Kerberos identity, for GSSAPI.",
                [
                    .text(
                        "serviceName",
                        "The brokers' Kerberos service name. By default kafka (sasl.kerberos.service.name).",
                        pattern: .propertyName
                    ),
                    .text(
                        "principal",
                        "The client's principal, such as sink/host@REALM (sasl.kerberos.principal).",
                        pattern: .principal
                    ).required,
                    .secret("keytab", "The keytab file with the principal's key (sasl.kerberos.keytab).").required,
                    .secret(
                        "krb5Conf",
                        "The krb5.conf file that names the realms' servers; one for all clients of the sink."
                    ),
                ]
            ),
            oauth("A client of OpenID Connect, for OAUTHBEARER."),
            .object(
                "entra",
                "Tokens of Entra for the identity of spec.kusto.auth, for OAUTHBEARER at Event Hubs.",
                [
                    .text(
                        "scope",
                        "The scope that is asked for. By default https://<host of the first broker>/.default "
                            + "(sasl.oauthbearer.scope).",
                        maximum: 1_024
                    )
                ]
            ),
        ]
    ).ruled(
        SchemaRule(
            "!has(self.jaasConfig) || (!has(self.username) && !has(self.password) && !has(self.kerberos) && "
                + "!has(self.oauth) && !has(self.entra))",
            "holds the whole credential; leave out username, password, kerberos, oauth and entra beside it",
            .forbidden,
            at: ".jaasConfig"
        ) { sasl in
            sasl["jaasConfig"] == nil
                || ["username", "password", "kerberos", "oauth", "entra"].allSatisfy { sasl[$0] == nil }
        },
        SchemaRule(
            "!(self.mechanism in ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']) || has(self.jaasConfig) || "
                + "(has(self.username) && has(self.password))",
            "needs username and password, or jaasConfig",
            .required,
            at: ".mechanism"
        ) { sasl in
            !isPasswordMechanism(sasl) || sasl["jaasConfig"] != nil
                || sasl["username"] != nil && sasl["password"] != nil
        },
        SchemaRule(
            "self.mechanism in ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] || "
                + "(!has(self.username) && !has(self.password))",
            "has no use for username and password, which belong to PLAIN and SCRAM",
            .forbidden,
            at: ".mechanism"
        ) { isPasswordMechanism($0) || $0["username"] == nil && $0["password"] == nil },
        SchemaRule(
            "(self.mechanism == 'GSSAPI') == has(self.kerberos) || "
                + "(self.mechanism == 'GSSAPI' && has(self.jaasConfig))",
            "is needed with the mechanism GSSAPI, unless jaasConfig is there, and only with it",
            at: ".kerberos"
        ) { sasl in
            let isMechanism = sasl["mechanism"]?.stringValue == "GSSAPI"
            return isMechanism == (sasl["kerberos"] != nil) || isMechanism && sasl["jaasConfig"] != nil
        },
        SchemaRule(
            "(self.mechanism == 'OAUTHBEARER') == (has(self.oauth) || has(self.entra)) || "
                + "(self.mechanism == 'OAUTHBEARER' && has(self.jaasConfig))",
            "or entra is needed with the mechanism OAUTHBEARER, unless jaasConfig is there, and only with it",
            at: ".oauth"
        ) { sasl in
            let isMechanism = sasl["mechanism"]?.stringValue == "OAUTHBEARER"
            return isMechanism == (sasl["oauth"] != nil || sasl["entra"] != nil)
                || isMechanism && sasl["jaasConfig"] != nil
        },
        SchemaRule(
            "!has(self.entra) || !has(self.oauth)",
            "takes the place of oauth; leave out one of the two",
            .forbidden,
            at: ".entra"
        ) { $0["entra"] == nil || $0["oauth"] == nil }
    )

    /// A client of a token endpoint.
    static func oauth(_ summary: String) -> SchemaField {
        .object(
            "oauth",
            summary,
            [
                .text(
                    "tokenEndpointUrl",
                    "Where tokens are asked for (sasl.oauthbearer.token.endpoint.url).",
                    maximum: 2_048,
                    pattern: .url
                ).required,
                .valueSource("clientId", "The client's id."),
                .secret("clientSecret", "The client's secret."),
                .text("scope", "The scope that is asked for.", maximum: 1_024),
                .map(
                    "extensions",
                    "SASL extensions that the broker wants, such as logicalCluster.",
                    keys: TextLimits(minimumLength: 1, maximumLength: 128, pattern: .propertyName),
                    values: TextLimits(maximumLength: 253, pattern: .line),
                    maximumCount: 16
                ),
            ]
        ).ruled(
            SchemaRule(
                "!has(self.clientSecret) || has(self.clientId)",
                "is needed beside clientSecret",
                .required,
                at: ".clientId"
            ) { $0["clientSecret"] == nil || $0["clientId"] != nil }
        )
    }

    private static func isPasswordMechanism(_ sasl: JSONValue) -> Bool {
        ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"].contains(sasl["mechanism"]?.stringValue)
    }

    /// How a connection is encrypted.
    static func tls(_ summary: String) -> SchemaField {
        .object(
            "tls",
            summary,
            [
                .secret("ca", "PEM certificates of the authorities to trust. By default those of the system."),
                .secret("certificate", "The client's PEM certificate, with those that lead to its authority."),
                .secret("key", "The client's PEM private key."),
                .secret("keyPassword", "The password of the private key, when it is encrypted."),
                keyStore("trustStore", "A trust store of Java, in place of ca."),
                keyStore("keyStore", "A key store of Java, in place of certificate and key."),
                .flag(
                    "verifyHostname",
                    "Whether the server's certificate must name its host. True by default "
                        + "(ssl.endpoint.identification.algorithm)."
                ),
            ]
        ).ruled(
            SchemaRule(
                "has(self.certificate) == has(self.key)",
                "and key belong together: give both or none",
                .required,
                at: ".certificate"
            ) { ($0["certificate"] == nil) == ($0["key"] == nil) },
            SchemaRule(
                "!has(self.keyPassword) || has(self.key) || has(self.keyStore)",
                "needs key or keyStore beside it",
                at: ".keyPassword"
            ) { $0["keyPassword"] == nil || $0["key"] != nil || $0["keyStore"] != nil },
            SchemaRule(
                "!has(self.trustStore) || !has(self.ca)",
                "takes the place of ca; leave out one of the two",
                .forbidden,
                at: ".trustStore"
            ) { $0["trustStore"] == nil || $0["ca"] == nil },
            SchemaRule(
                "!has(self.keyStore) || !has(self.key)",
                "takes the place of certificate and key; leave out one of the two",
                .forbidden,
                at: ".keyStore"
            ) { $0["keyStore"] == nil || $0["key"] == nil },
            SchemaRule(
                "!has(self.keyStore) || has(self.keyStore.password)",
                "is needed: nothing reads a key store without its password",
                .required,
                at: ".keyStore.password"
            ) { $0["keyStore"] == nil || $0["keyStore"]?["password"] != nil }
        )
    }

    static func keyStore(_ name: String, _ summary: String) -> SchemaField {
        .object(
            name,
            summary,
            [
                .word("type", "The store's format.", ["JKS", "PKCS12"]).required,
                .secret("file", "The store itself.").required,
                .secret("password", "The store's password."),
            ]
        )
    }
}
