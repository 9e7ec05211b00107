internal import Secrets

/// What properties and an entry of JAAS say about tokens; a property goes before an option.
struct TokenOptions {
    /// A value and where it comes from.
    struct Value {
        let text: String
        let source: ClientTranslation.Source
        /// How to read it again, when it is a property's whole value and may change.
        var rotated: RotatedSecret?
    }

    /// The token endpoint.
    let url: Value?
    /// The application.
    let clientID: Value?
    /// Its secret.
    let clientSecret: Value?
    /// What tokens are for.
    let scope: Value?
    /// A token that is written there.
    let token: Secret?
    /// Extensions of the entry, by their names.
    let extensions: [String: String]
    /// The authorities of the token endpoint, which only the entry names.
    let trust: KeyStoreSource?
    /// The client's name in a token without signature.
    let unsecuredName: String?
    /// The scope in such a token.
    let unsecuredScope: String?

    /// Gathers them; options that begin with `oauth.` are those of Strimzi's class.
    init(_ sources: [String: ClientTranslation.Source], _ login: SecurityTranslation.Login?) {
        let options = login?.entry.options ?? [:]
        func option(_ name: String) -> String? {
            guard let text = options[name]?.reveal(), !text.isEmpty else { return nil }
            return text
        }
        func value(_ properties: [String], _ names: [String]) -> Value? {
            for name in properties {
                if let source = sources["sasl.oauthbearer.\(name)"] {
                    return Value(text: source.value, source: source, rotated: source.rotated)
                }
            }
            guard let login, let text = names.lazy.compactMap(option).first else { return nil }
            return Value(text: text, source: login.source)
        }
        url = value(["token.endpoint.url"], ["oauth.token.endpoint.uri"])
        clientID = value(["client.credentials.client.id", "client.id"], ["clientId", "oauth.client.id"])
        clientSecret = value(
            ["client.credentials.client.secret", "client.secret"],
            ["clientSecret", "oauth.client.secret"]
        )
        scope = value(["scope"], ["scope", "oauth.scope"])
        token = option("oauth.access.token").map { Secret($0) }
        var extensions: [String: String] = [:]
        for (name, value) in options where name.hasPrefix("extension_") {
            extensions[String(name.dropFirst("extension_".count))] = value.reveal()
        }
        self.extensions = extensions
        let (text, file) = (option("ssl.truststore.certificates"), option("ssl.truststore.location"))
        let content: KeyStoreSource.Content? =
            text.map { .pem(Secret(FoldedPEM.unfolded($0))) } ?? file.map { .file($0) }
        trust = content.map { content in
            KeyStoreSource(
                content,
                type: option("ssl.truststore.type"),
                password: options["ssl.truststore.password"],
                property: login?.source.writtenName ?? ""
            )
        }
        let claim = option("unsecuredLoginPrincipalClaimName") ?? "sub"
        unsecuredName = option("unsecuredLoginStringClaim_\(claim)")
        unsecuredScope = option("unsecuredLoginStringClaim_\(option("unsecuredLoginScopeClaimName") ?? "scope")")
    }
}
