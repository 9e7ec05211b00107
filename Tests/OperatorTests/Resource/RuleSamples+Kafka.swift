/// Samples of the rules about brokers and how to talk to them.
extension RuleSample {
    static var kafka: [RuleSample] {
        get throws {
            [
                try RuleSample("the smallest spec", []),
                try RuleSample("no brokers", refusedAt: "spec.kafka", [("kafka.bootstrapServers", "null")]),
                try RuleSample(
                    "brokers and a reference",
                    refusedAt: "spec.kafka",
                    [("kafka.clusterRef", "{name: k, listener: tls}")]
                ),
                try RuleSample(
                    "a reference to a cluster and a user",
                    [("kafka", "{clusterRef: {name: k, listener: tls}, userRef: {name: u}}")]
                ),
                try RuleSample(
                    "a user without a cluster",
                    refusedAt: "spec.kafka.userRef",
                    [("kafka.userRef", "{name: u}")]
                ),
                try RuleSample(
                    "a user and a password",
                    refusedAt: "spec.kafka.security.sasl",
                    [
                        (
                            "kafka",
                            "{clusterRef: {name: k, listener: tls}, userRef: {name: u}, "
                                + "security: {protocol: SASL_SSL, sasl: \(scram)}}"
                        )
                    ]
                ),
                try RuleSample(
                    "heartbeats within the session",
                    [("kafka.consumer", "{heartbeatInterval: 3s, sessionTimeout: 10s, maxPollInterval: 10s}")]
                ),
                try RuleSample(
                    "heartbeats as rare as sessions are long",
                    refusedAt: "spec.kafka.consumer.heartbeatInterval",
                    [("kafka.consumer", "{heartbeatInterval: 1m, sessionTimeout: 60s}")]
                ),
                try RuleSample(
                    "a session longer than the time between polls",
                    refusedAt: "spec.kafka.consumer.sessionTimeout",
                    [("kafka.consumer", "{sessionTimeout: 10s1ms, maxPollInterval: 10s}")]
                ),
            ]
        }
    }

    static var sasl: [RuleSample] {
        get throws {
            func sample(_ title: String, refusedAt path: String? = nil, _ sasl: String) throws -> RuleSample {
                let place = path.map { "spec.kafka.security.sasl" + $0 }
                return try RuleSample(
                    title,
                    refusedAt: place,
                    [("kafka.security", "{protocol: SASL_SSL, sasl: \(sasl)}")]
                )
            }
            return [
                try sample("SCRAM", scram),
                try sample(
                    "PLAIN with a password alone",
                    refusedAt: ".mechanism",
                    "{mechanism: PLAIN, password: \(secret)}"
                ),
                try sample("PLAIN with a JAAS configuration", "{mechanism: PLAIN, jaasConfig: \(secret)}"),
                try sample(
                    "a JAAS configuration and a password",
                    refusedAt: ".jaasConfig",
                    "{mechanism: PLAIN, jaasConfig: \(secret), password: \(secret), username: {value: u}}"
                ),
                try sample(
                    "Kerberos",
                    "{mechanism: GSSAPI, kerberos: {principal: sink/host@REALM, keytab: \(secret)}}"
                ),
                try sample("Kerberos without an identity", refusedAt: ".kerberos", "{mechanism: GSSAPI}"),
                try sample("Kerberos by JAAS", "{mechanism: GSSAPI, jaasConfig: \(secret)}"),
                try sample(
                    "Kerberos with a password",
                    refusedAt: ".mechanism",
                    "{mechanism: GSSAPI, kerberos: {principal: p, keytab: \(secret)}, password: \(secret)}"
                ),
                try sample(
                    "a principal for a shell",
                    refusedAt: ".kerberos.principal",
                    "{mechanism: GSSAPI, kerberos: {principal: 'a;reboot', keytab: \(secret)}}"
                ),
                try sample(
                    "a principal without its key",
                    refusedAt: ".kerberos.keytab",
                    "{mechanism: GSSAPI, kerberos: {principal: sink}}"
                ),
                try sample(
                    "a key without its principal",
                    refusedAt: ".kerberos.principal",
                    "{mechanism: GSSAPI, kerberos: {keytab: \(secret)}}"
                ),
                try sample(
                    "OAuth",
                    "{mechanism: OAUTHBEARER, oauth: {tokenEndpointUrl: 'https://login/x', clientId: {value: c}, "
                        + "clientSecret: \(secret)}}"
                ),
                try sample(
                    "OAuth with a secret alone",
                    refusedAt: ".oauth.clientId",
                    "{mechanism: OAUTHBEARER, oauth: {tokenEndpointUrl: 'https://login/x', clientSecret: \(secret)}}"
                ),
                try sample(
                    "OAuth under PLAIN",
                    refusedAt: ".oauth",
                    "{mechanism: PLAIN, username: {value: u}, password: \(secret), "
                        + "oauth: {tokenEndpointUrl: 'https://login/x'}}"
                ),
                try sample("tokens of Entra", "{mechanism: OAUTHBEARER, entra: {}}"),
                try sample("OAuth without tokens", refusedAt: ".oauth", "{mechanism: OAUTHBEARER}"),
                try sample(
                    "tokens of two kinds",
                    refusedAt: ".entra",
                    "{mechanism: OAUTHBEARER, entra: {}, oauth: {tokenEndpointUrl: 'https://login/x'}}"
                ),
                try sample(
                    "a user with a value and a reference",
                    refusedAt: ".username",
                    "{mechanism: PLAIN, username: {value: u, secretKeyRef: {name: s, key: k}}, password: \(secret)}"
                ),
                try sample(
                    "a user with neither",
                    refusedAt: ".username",
                    "{mechanism: PLAIN, username: {}, password: \(secret)}"
                ),
                try sample(
                    "a password in the open",
                    refusedAt: ".password.value",
                    "{mechanism: PLAIN, username: {value: u}, password: {value: p, secretKeyRef: {name: s, key: k}}}"
                ),
                try sample(
                    "an extension with a strange name",
                    refusedAt: ".oauth.extensions[a b]",
                    "{mechanism: OAUTHBEARER, oauth: {tokenEndpointUrl: 'https://l', extensions: {'a b': c}}}"
                ),
                try RuleSample(
                    "SASL without its protocol",
                    refusedAt: "spec.kafka.security.sasl",
                    [("kafka.security", "{protocol: SSL, sasl: \(scram)}")]
                ),
                try RuleSample(
                    "a protocol without its SASL",
                    refusedAt: "spec.kafka.security.sasl",
                    [("kafka.security", "{protocol: SASL_PLAINTEXT}")]
                ),
            ]
        }
    }

    static var tls: [RuleSample] {
        get throws {
            func sample(_ title: String, refusedAt path: String? = nil, _ tls: String) throws -> RuleSample {
                let place = path.map { "spec.kafka.security.tls" + $0 }
                return try RuleSample(title, refusedAt: place, [("kafka.security", "{protocol: SSL, tls: \(tls)}")])
            }
            return [
                try sample("a certificate of the client's", "{ca: \(secret), certificate: \(secret), key: \(secret)}"),
                try sample("a certificate without its key", refusedAt: ".certificate", "{certificate: \(secret)}"),
                try sample("a password for nothing", refusedAt: ".keyPassword", "{keyPassword: \(secret)}"),
                try sample(
                    "stores of Java",
                    "{trustStore: {type: JKS, file: \(secret)}, keyStore: {type: PKCS12, file: \(secret), "
                        + "password: \(secret)}, keyPassword: \(secret)}"
                ),
                try sample(
                    "two kinds of trust",
                    refusedAt: ".trustStore",
                    "{ca: \(secret), trustStore: {type: JKS, file: \(secret)}}"
                ),
                try sample(
                    "two kinds of keys",
                    refusedAt: ".keyStore",
                    "{certificate: \(secret), key: \(secret), keyStore: {type: JKS, file: \(secret), password: \(secret)}}"
                ),
                try sample(
                    "a key store without its password",
                    refusedAt: ".keyStore.password",
                    "{keyStore: {type: JKS, file: \(secret)}}"
                ),
                try RuleSample(
                    "TLS without encryption",
                    refusedAt: "spec.kafka.security.tls",
                    [("kafka.security", "{tls: {ca: \(secret)}}")]
                ),
            ]
        }
    }
}
