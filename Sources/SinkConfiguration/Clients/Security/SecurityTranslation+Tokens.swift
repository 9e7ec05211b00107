internal import Identity
internal import Secrets
internal import Text

/// Signing in by OAUTHBEARER.
extension SecurityTranslation {
    /// Who fetches tokens, by the class that Java's clients would load.
    private enum Handler: Equatable {
        /// None is named.
        case none
        /// A client of an identity provider, with id and secret.
        case oidc
        /// The sink's identity at Entra, for brokers of Event Hubs.
        case entra
    }

    /// Translates an entry and properties for tokens.
    mutating func signInByToken(_ state: LoginState) {
        if case .unknown = state { return }
        var login: Login?
        if case .known(let known) = state { login = known }
        guard let handler = handler(), checkRetriever() else { return }
        let tokens = TokenOptions(sources, login)
        guard let extensions = extensions(tokens, login) else { return }
        switch handler {
        case .entra: signInByEntra(tokens, extensions, login)
        case .none where tokens.url == nil && tokens.token == nil && tokens.unsecuredName != nil:
            signInUnsecured(tokens, login)
        case .none, .oidc: signInAsClient(tokens, extensions, login)
        }
    }

    private mutating func handler() -> Handler? {
        guard let source = sources["sasl.login.callback.handler.class"], !source.isOpaque else { return Handler.none }
        switch source.value.split(separator: ".").last.map(String.init) ?? "" {
        case "OAuthBearerLoginCallbackHandler", "JaasClientOauthLoginCallbackHandler": return .oidc
        // The classes of Spring Cloud Azure, and of Microsoft's samples for Event Hubs.
        case "KafkaOAuth2AuthenticateCallbackHandler", "CustomAuthenticateCallbackHandler": return .entra
        case "OAuthBearerUnsecuredLoginCallbackHandler": return Handler.none
        default:
            refuse(
                source,
                """
                a class of Java cannot be loaded; use org.apache.kafka.common.security.oauthbearer.\
                OAuthBearerLoginCallbackHandler for a client of an identity provider, or \
                com.azure.spring.cloud.service.implementation.kafka.KafkaOAuth2AuthenticateCallbackHandler for Entra's \
                tokens at Event Hubs
                """
            )
            return nil
        }
    }

    private mutating func checkRetriever() -> Bool {
        if let source = sources["sasl.oauthbearer.jwt.retriever.class"], !source.isOpaque {
            let known = ["ClientCredentialsJwtRetriever", "DefaultJwtRetriever"]
            let name = source.value.split(separator: ".").last.map(String.init) ?? ""
            guard known.contains(name) else {
                refuse(source, "tokens are fetched by client credentials only; use ClientCredentialsJwtRetriever")
                return false
            }
        }
        for name in ["file", "private.key.file"] {
            guard let source = sources["sasl.oauthbearer.assertion.\(name)"] else { continue }
            refuse(source, "tokens are not asked for with an assertion; use a client's id and secret")
            return false
        }
        return true
    }

    // MARK: A client of an identity provider

    private mutating func signInAsClient(_ tokens: TokenOptions, _ extensions: [String: String], _ login: Login?) {
        if let token = tokens.token, let login {
            var oauth = KafkaOAuth(
                .token(RotatedSecret(token)),
                for: .ofCredential,
                properties: [login.source.writtenName]
            )
            oauth.extensions = extensions
            security.oauth = oauth
            return
        }
        guard let url = tokens.url else {
            let name = written("sasl.oauthbearer.token.endpoint.url")
            add(
                name,
                "\(SettingsBuilder.missing(name)) sasl.mechanism=OAUTHBEARER needs it, with a client's id and secret"
            )
            return
        }
        guard checkAddress(url) else { return }
        guard let id = tokens.clientID, let secret = tokens.clientSecret else {
            let missing = tokens.clientID == nil ? "id" : "secret"
            let name = written("sasl.oauthbearer.client.credentials.client.\(missing)")
            let option = tokens.clientID == nil ? "clientId" : "clientSecret"
            let text = "\(SettingsBuilder.missing(name)) set it, or the option \(option) of sasl.jaas.config"
            add(login?.source.writtenName ?? name, text)
            return
        }
        let encodes = sources["sasl.oauthbearer.header.urlencode"]?.value.lowercased() == "true"
        let client = OAuthClient(
            tokenURL: url.text,
            clientID: id.text,
            clientSecret: secret.rotated ?? RotatedSecret(Secret(secret.text)),
            scope: tokens.scope?.text,
            encodesCredentials: encodes
        )
        var names: [String] = []
        for source in [id.source, secret.source, url.source] where !names.contains(source.writtenName) {
            names.append(source.writtenName)
        }
        var oauth = KafkaOAuth(.oauthClient(client), for: .ofCredential, properties: names)
        oauth.extensions = extensions
        oauth.subjectClaim = sources["sasl.oauthbearer.sub.claim.name"]?.value ?? "sub"
        oauth.trust = tokens.trust
        security.oauth = oauth
    }

    private mutating func checkAddress(_ url: TokenOptions.Value) -> Bool {
        if url.source.isOpaque { return true }
        let text = url.text.lowercased()
        if text.hasPrefix("file:") {
            refuse(url.source, "a token in a file is not supported; name the identity provider's token endpoint")
            return false
        }
        let parts = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard text.hasPrefix("https://") || text.hasPrefix("http://"), !parts[2].isEmpty, !parts[2].contains("@"),
            !text.contains(where: \.isWhitespace)
        else {
            refuse(url.source, "must be the https:// address of a token endpoint, without a user in it")
            return false
        }
        if text.hasPrefix("http://"), !Loopback.contains(hostOf: url.text) {
            warn(
                "\(url.source.writtenName) is not encrypted: whoever is on the way can read the client's secret; use https"
            )
        }
        return true
    }

    // MARK: Entra

    private mutating func signInByEntra(_ tokens: TokenOptions, _ extensions: [String: String], _ login: Login?) {
        // Without brokers there is nothing that a token could be for; that they are missing is told elsewhere.
        guard let brokers = sources["bootstrap.servers"], !brokers.isOpaque else { return }
        if case .token = surroundings.credential {
            let reason = "a token that is given for Azure Data Explorer must not go to brokers; use another identity"
            add(written("sasl.mechanism"), "aad.auth.strategy: \(reason), or sign in at Kafka in another way")
            return
        }
        let hosts = PropertyValue.list(brokers.value).map(Self.host)
        let resource = tokens.scope.map { scope in
            scope.text.hasSuffix("/.default") ? String(scope.text.dropLast("/.default".count)) : scope.text
        }
        if let resource, let scope = tokens.scope, !Self.isOwn(resource, hosts) {
            refuse(
                scope.source,
                "a token for another service must not go to brokers; leave the scope out, or name https://NAMESPACE/.default"
            )
            return
        }
        let name = resource ?? "https://\(hosts.first ?? "")"
        let audience = TokenAudience.resource(name, loginEndpoint: Self.loginEndpoint(of: hosts.first ?? ""))
        var oauth = KafkaOAuth(surroundings.credential, for: audience, properties: ["aad.auth.*"])
        oauth.extensions = extensions
        security.oauth = oauth
    }

    /// Whether a resource is the brokers' own, or an application's; brokers behind names of the user's own may be any
    /// namespace's.
    private static func isOwn(_ resource: String, _ hosts: [String]) -> Bool {
        if resource.hasPrefix("api://") { return true }
        guard resource.hasPrefix("https://") else { return false }
        let host = resource.dropFirst("https://".count).lowercased()
        if hosts.contains(host) { return true }
        return TokenAudience.eventHubs(broker: host) != nil
            && hosts.allSatisfy { TokenAudience.eventHubs(broker: $0) == nil }
    }

    /// The host of a broker's address, in lower case.
    private static func host(_ broker: String) -> String {
        let address = broker.firstRange(of: "://").map { broker[$0.upperBound...] } ?? broker[...]
        return (address.lastIndex(of: ":").map { address[..<$0] } ?? address).lowercased()
    }

    /// Where the identities of a broker's cloud log in: those of the public cloud for a name of one's own.
    private static func loginEndpoint(of host: String) -> String {
        guard case .resource(_, let login) = TokenAudience.eventHubs(broker: host) else {
            return "https://login.microsoftonline.com"
        }
        return login
    }

    // MARK: Tokens without a signature

    private mutating func signInUnsecured(_ tokens: TokenOptions, _ login: Login?) {
        guard let login, let name = tokens.unsecuredName else { return }
        let parts = [("principal", name)] + (tokens.unsecuredScope.map { [("scope", $0)] } ?? [])
        guard parts.allSatisfy({ $0.1.allSatisfy { !$0.isWhitespace && $0 != "\"" && $0 != "=" } }) else {
            refuse(login.source, "the claims of a token without signature must not hold blanks, quotes or =")
            return
        }
        let text = parts.map { "\($0.0)=\($0.1)" }.joined(separator: " ")
        put("enable.sasl.oauthbearer.unsecure.jwt", .plain("true"), login.source)
        put("sasl.oauthbearer.config", .secret(Secret(text)), login.source)
        warn("\(login.source.writtenName) signs in with a token without signature, which is for tests only")
    }

    // MARK: Extensions

    /// What the broker is told beside the token; `nil` when something is wrong with it, which is noted.
    private mutating func extensions(_ tokens: TokenOptions, _ login: Login?) -> [String: String]? {
        var found: [String: String] = [:]
        if let source = sources["sasl.oauthbearer.extensions"], !source.isOpaque {
            for pair in PropertyValue.list(source.value) {
                guard let mark = pair.firstIndex(of: "="),
                    Self.isExtension(String(pair[..<mark]), String(pair[pair.index(after: mark)...]))
                else {
                    refuse(source, Self.extensionRule)
                    return nil
                }
                found[String(pair[..<mark])] = String(pair[pair.index(after: mark)...])
            }
        }
        for (name, value) in tokens.extensions {
            guard Self.isExtension(name, value) else {
                if let login { refuse(login.source, Self.extensionRule) }
                return nil
            }
            found[name] = value
        }
        return found
    }

    private static let extensionRule =
        "an extension's name must be letters, other than auth, and its value printable ASCII (RFC 7628, 3.1)"

    private static func isExtension(_ name: String, _ value: String) -> Bool {
        !name.isEmpty && name != "auth" && name.allSatisfy { $0.isASCII && $0.isLetter } && !value.isEmpty
            && value.unicodeScalars.allSatisfy { (0x20...0x7E).contains($0.value) || [9, 10, 13].contains($0.value) }
    }
}
