internal import Converters
internal import SinkConfiguration

/// How keys and values are read.
extension SinkProperties {
    /// Adds the converters.
    mutating func addConverters(_ converters: ConvertersSpec) {
        if let key = converters.key { addConverter(key, "key") }
        addConverter(converters.value, "value")
    }

    private mutating func addConverter(_ converter: ConverterSpec, _ side: String) {
        let path = "spec.converters.\(side)"
        let name = "\(side).converter"
        let prefix = name + "."
        if let kind = ConverterKind(className: converter.type) {
            set(name, kind.rawValue, "\(path).type")
        } else {
            refuse(.invalidSpec, "\(path).type", "must be one of String, Json, ByteArray, Avro, JsonSchema, Protobuf")
        }
        set(prefix + "schemas.enable", converter.schemasEnable, "\(path).schemasEnable")
        set(prefix + "converter.encoding", converter.encoding, "\(path).encoding")
        if let registry = converter.schemaRegistry { addRegistry(registry, prefix, "\(path).schemaRegistry") }
        for (option, value) in converter.options.sorted(by: { $0.key < $1.key }) {
            let place = "\(path).options[\"\(option)\"]"
            if let field = PropertyOwnership.converterField(of: option) {
                refuse(.notAllowed, place, "this is what \(path).\(field) says; set that instead")
            } else {
                add(prefix + option, value, place)
            }
        }
    }

    private mutating func addRegistry(_ registry: SchemaRegistrySpec, _ prefix: String, _ path: String) {
        set(prefix + "schema.registry.url", registry.urls, "\(path).url")
        switch (registry.username, registry.password) {
        case (let username?, let password?):
            set(prefix + "basic.auth.credentials.source", "USER_INFO", "\(path).username")
            let user: String
            switch username {
            case .value(let text):
                // Together with what follows even the beginning of a reference would become one.
                if text.contains("${") { refuse(.notAllowed, "\(path).username.value", Self.noReference) }
                user = text
            case .secret(let key): user = reference(to: key, "\(path).username")
            }
            let info = "\(user):\(reference(to: password, "\(path).password"))"
            put(prefix + "basic.auth.user.info", info, "\(path).password")
        case (nil, nil): break
        default: refuse(.invalidSpec, path, "username and password go together; give both or neither")
        }
        if registry.bearerToken != nil {
            set(prefix + "bearer.auth.credentials.source", "STATIC_TOKEN", "\(path).bearerToken")
            set(prefix + "bearer.auth.token", secret: registry.bearerToken, "\(path).bearerToken")
        }
        if let oauth = registry.oauth { addRegistryOAuth(oauth, prefix + "bearer.auth.", "\(path).oauth") }
        if let tls = registry.tls { addRegistryTLS(tls, prefix + "schema.registry.ssl.", "\(path).tls") }
    }

    private mutating func addRegistryOAuth(_ oauth: OAuthSpec, _ prefix: String, _ path: String) {
        set(prefix + "credentials.source", "OAUTHBEARER", path)
        set(prefix + "issuer.endpoint.url", oauth.tokenEndpointURL, "\(path).tokenEndpointUrl")
        set(prefix + "client.id", oauth.clientId, "\(path).clientId")
        set(prefix + "client.secret", secret: oauth.clientSecret, "\(path).clientSecret")
        set(prefix + "scope", oauth.scope, "\(path).scope")
        let names = ["logicalCluster": "logical.cluster", "identityPoolId": "identity.pool.id"]
        for (key, value) in oauth.extensions.sorted(by: { $0.key < $1.key }) {
            if let name = names[key] {
                set(prefix + name, value, "\(path).extensions")
            } else {
                let message = "'\(key)' is nothing that a registry takes; use logicalCluster and identityPoolId"
                refuse(.invalidSpec, "\(path).extensions", message)
            }
        }
    }

    /// The registry's client is known by the names of Java's alone, in which PEM is a type of store.
    private mutating func addRegistryTLS(_ tls: TLSSpec, _ prefix: String, _ path: String) {
        if tls.ca != nil {
            set(prefix + "truststore.type", "PEM", "\(path).ca")
            set(prefix + "truststore.location", file: tls.ca, "\(path).ca")
        }
        if tls.certificate != nil || tls.key != nil {
            set(prefix + "keystore.type", "PEM", "\(path).certificate")
            set(prefix + "keystore.certificate.chain", secret: tls.certificate, "\(path).certificate")
            set(prefix + "keystore.key", secret: tls.key, "\(path).key")
        }
        set(prefix + "key.password", secret: tls.keyPassword, "\(path).keyPassword")
        addStore(tls.trustStore, prefix + "truststore.", "\(path).trustStore")
        addStore(tls.keyStore, prefix + "keystore.", "\(path).keyStore")
        if !tls.verifiesHostname {
            set(prefix + "endpoint.identification.algorithm", "none", "\(path).verifyHostname")
        }
    }
}
