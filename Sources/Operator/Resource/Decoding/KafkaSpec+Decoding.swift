internal import JSON

extension KafkaSpec {
    /// Reads a part that the table's checks have passed.
    init(_ reader: SpecReader) {
        self.init()
        bootstrapServers = reader.texts("bootstrapServers")
        clusterReference = reader.optional("clusterRef") { part in
            StrimziClusterReference(name: part.text("name") ?? "", listener: part.text("listener") ?? "")
        }
        userReference = reader.part("userRef").text("name")
        groupId = reader.text("groupId")
        security = KafkaSecuritySpec(reader.part("security"))
        consumer = ConsumerSpec(reader.part("consumer"))
    }
}

extension ConsumerSpec {
    init(_ reader: SpecReader) {
        self.init()
        autoOffsetReset = reader.text("autoOffsetReset")
        maxPollInterval = reader.duration("maxPollInterval")
        sessionTimeout = reader.duration("sessionTimeout")
        heartbeatInterval = reader.duration("heartbeatInterval")
        isolationLevel = reader.text("isolationLevel")
        clientRack = reader.text("clientRack")
        assignmentStrategy = reader.text("assignmentStrategy")
    }
}

extension KafkaSecuritySpec {
    init(_ reader: SpecReader) {
        self.init()
        securityProtocol = reader.text("protocol")
        sasl = reader.optional("sasl", SASLSpec.init)
        tls = reader.optional("tls", TLSSpec.init)
    }
}

extension SASLSpec {
    init(_ reader: SpecReader) {
        self.init(mechanism: reader.text("mechanism") ?? "")
        username = reader.valueSource("username")
        password = reader.secret("password")
        jaasConfig = reader.secret("jaasConfig")
        kerberos = reader.optional("kerberos") { part in
            var kerberos = KerberosSpec()
            kerberos.serviceName = part.text("serviceName")
            kerberos.principal = part.text("principal")
            kerberos.keytab = part.secret("keytab")
            kerberos.krb5Conf = part.secret("krb5Conf")
            return kerberos
        }
        oauth = reader.optional("oauth", OAuthSpec.init)
        entra = reader.optional("entra") { part in
            var entra = EntraTokenSpec()
            entra.scope = part.text("scope")
            return entra
        }
    }
}

extension OAuthSpec {
    init(_ reader: SpecReader) {
        self.init(tokenEndpointURL: reader.text("tokenEndpointUrl") ?? "")
        clientId = reader.valueSource("clientId")
        clientSecret = reader.secret("clientSecret")
        scope = reader.text("scope")
        extensions = reader.map("extensions")
    }
}

extension TLSSpec {
    init(_ reader: SpecReader) {
        self.init()
        ca = reader.secret("ca")
        certificate = reader.secret("certificate")
        key = reader.secret("key")
        keyPassword = reader.secret("keyPassword")
        trustStore = reader.optional("trustStore", KeyStoreSpec.init) ?? nil
        keyStore = reader.optional("keyStore", KeyStoreSpec.init) ?? nil
        verifiesHostname = reader.flag("verifyHostname") ?? verifiesHostname
    }
}

extension KeyStoreSpec {
    init?(_ reader: SpecReader) {
        guard let type = reader.text("type"), let file = reader.secret("file") else { return nil }
        self.init(type: type, file: file, password: reader.secret("password"))
    }
}
