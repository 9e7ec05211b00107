internal import Identity
internal import SchemaRegistry
internal import Secrets

/// The settings of a converter that asks a schema registry.
extension SettingsBuilder {
    /// Checks where the registry is, and how the sink shows who it is.
    /// - Parameters:
    ///   - prefix: What the properties begin with, such as `value.converter.`.
    ///   - converter: The converter's class, for messages.
    /// - Returns: The registry's addresses.
    mutating func registry(_ prefix: String, of converter: String) -> [String] {
        let name = prefix + "schema.registry.url"
        let urls = list(name)
        if urls.isEmpty { add(name, "\(Self.missing(name)) \(converter) needs it") }
        // An address that is a reference, or that holds one, is not known here.
        for url in urls where !isOpaque(name) {
            do throws(SchemaRegistryError) {
                _ = try SchemaRegistryEndpoint(parsing: url)
            } catch {
                add(name, "\(name): \(error.message)")
                break
            }
        }
        checkCredentials(prefix)
        checkTrustStore(prefix + "schema.registry.ssl.")
        checkKeyStore(prefix + "schema.registry.ssl.")
        checkProxy(prefix)
        return urls
    }

    /// Warns about what a converter that asks no registry is told about one, and the other way round.
    mutating func warnAboutUnusedOptions(_ prefix: String, usesRegistry: Bool, _ converter: String) {
        if usesRegistry, isPresent(prefix + "schemas.enable") {
            warnings.append("\(prefix)schemas.enable is ignored: only JsonConverter has it, and this is \(converter)")
        }
        if !usesRegistry, isPresent(prefix + "schema.registry.url") {
            warnings.append("\(prefix)schema.registry.url is ignored: \(converter) asks no schema registry")
        }
    }

    // MARK: Credentials

    private mutating func checkCredentials(_ prefix: String) {
        let (basic, bearer) = (prefix + "basic.auth.credentials.source", prefix + "bearer.auth.credentials.source")
        if isPresent(basic), isPresent(bearer) {
            add(bearer, "Only one of '\(basic)' and '\(bearer)' may be specified")
        }
        switch source(basic, ["URL", "USER_INFO", "SASL_INHERIT"], else: [:]) {
        case "USER_INFO": checkUserInfo(prefix + "basic.auth.user.info")
        case "SASL_INHERIT": checkEntry(prefix + "sasl.jaas.config", for: basic)
        case nil where !isPresent(basic): tellUnused([prefix + "basic.auth.user.info"], basic, "USER_INFO")
        default: break
        }
        let client = "\(prefix)bearer.auth.issuer.endpoint.url, .client.id and .client.secret"
        let others = [
            "SASL_OAUTHBEARER_INHERIT":
                "the tokens of the Kafka client are not used for the registry; set it to OAUTHBEARER, and \(client)",
            "CUSTOM":
                "a provider of tokens that is a Java class cannot be loaded; use STATIC_TOKEN, OAUTHBEARER or UAMI",
        ]
        let token = prefix + "bearer.auth.token"
        switch source(bearer, ["STATIC_TOKEN", "OAUTHBEARER", "UAMI"], else: others) {
        case "STATIC_TOKEN": need([token], for: bearer, "STATIC_TOKEN")
        case "OAUTHBEARER":
            let url = prefix + "bearer.auth.issuer.endpoint.url"
            let rest = ["client.id", "client.secret"].map { "\(prefix)bearer.auth.\($0)" }
            need([url] + rest, for: bearer, "OAUTHBEARER")
            checkAddress(url)
        case "UAMI":
            need([prefix + "bearer.auth.uami.endpoint.query"], for: bearer, "UAMI")
            checkAddress(prefix + "bearer.auth.uami.endpoint.url")
        case nil where !isPresent(bearer):
            tellUnused([token, prefix + "bearer.auth.client.secret"], bearer, "STATIC_TOKEN or OAUTHBEARER")
        default: break
        }
    }

    /// Reads one of some words, and notes another one with what to do instead.
    private mutating func source(_ name: String, _ words: [String], else advice: [String: String]) -> String? {
        guard isPresent(name), !isOpaque(name), let word = text(name)?.uppercased() else { return nil }
        if words.contains(word) { return word }
        refuse(name, advice[word] ?? "String must be one of: \(words.joined(separator: ", "))")
        return nil
    }

    private mutating func need(_ names: [String], for source: String, _ word: String) {
        for name in names where !isPresent(name) { add(name, "\(name) must be set, since \(source) is \(word)") }
    }

    private mutating func tellUnused(_ names: [String], _ source: String, _ word: String) {
        for name in names where isPresent(name) {
            warnings.append("\(name) is not used: set \(source) to \(word) to sign in with it")
        }
    }

    private mutating func checkUserInfo(_ name: String) {
        guard let info = secret(name) else {
            add(
                name,
                "UserInfo must be provided when basic.auth.credentials.source is set to USER_INFO: set \(name)"
            )
            return
        }
        // What is meant by a reference that was kept is not known; it has a colon of its own in any case.
        if !info.reveal().contains(":") { add(name, "\(name) must be user:password; there is no colon in it") }
    }

    private mutating func checkEntry(_ name: String, for source: String) {
        need([name], for: source, "SASL_INHERIT")
        guard let text = secret(name), !isOpaque(name) else { return }
        do throws(JAASEntry.Fault) {
            let entry = try JAASEntry(parsing: text.reveal())
            guard entry.options["username"] == nil || entry.options["password"] == nil else { return }
            add(name, "\(name) has no username and password, which \(source)=SASL_INHERIT takes from it")
        } catch {
            add(name, "\(name): \(error.message)")
        }
    }

    private mutating func checkAddress(_ name: String) {
        guard isPresent(name), let url = text(name), !isOpaque(name) else { return }
        if url.wholeMatch(of: /https?:\/\/[^\s\/]+[^\s]*/.ignoresCase()) == nil {
            add(name, "\(name) must be an address that begins with https:// or http://")
        }
    }

    // MARK: TLS

    private mutating func checkTrustStore(_ prefix: String) {
        let (file, text) = (prefix + "truststore.location", prefix + "truststore.certificates")
        checkOnlyOne(file, text)
        checkPEM(text)
        checkStore(prefix + "truststore.", isText: isPresent(text), isNeeded: false)
        let algorithm = prefix + "endpoint.identification.algorithm"
        guard isPresent(algorithm), let word = self.text(algorithm), !isOpaque(algorithm) else { return }
        if !["https", "none"].contains(word.lowercased()) { refuse(algorithm, "String must be one of: https, none") }
    }

    private mutating func checkKeyStore(_ prefix: String) {
        let (file, chain, key) = (
            prefix + "keystore.location", prefix + "keystore.certificate.chain", prefix + "keystore.key"
        )
        checkOnlyOne(file, chain)
        checkPEM(chain)
        checkPEM(key)
        if isPresent(chain) != isPresent(key) {
            let (given, missing) = isPresent(chain) ? (chain, key) : (key, chain)
            add(missing, "\(missing) must be set, since \(given) is")
        }
        checkStore(prefix + "keystore.", isText: isPresent(chain) || isPresent(key), isNeeded: true)
        let password = prefix + "key.password"
        if isPresent(password), !isPresent(file), !isPresent(key) {
            warnings.append("\(password) is ignored: neither \(file) nor \(key) is set")
        }
    }

    private mutating func checkOnlyOne(_ one: String, _ other: String) {
        guard isPresent(one), isPresent(other) else { return }
        refusePresence(other, "\(one) and \(other) exclude each other; keep one of them")
    }

    private mutating func checkPEM(_ name: String) {
        guard isPresent(name), !isOpaque(name) else { return }
        let value = secret(name)?.reveal() ?? text(name) ?? ""
        guard !value.contains("-----BEGIN ") else { return }
        add(
            name,
            "\(name) must be PEM, which begins with -----BEGIN; for a file set the property that ends in location"
        )
    }

    /// Checks the type of a store, and whether it may or must have a password.
    /// - Parameters:
    ///   - prefix: What the properties begin with.
    ///   - isText: Whether PEM in the configuration takes the place of a file.
    ///   - isNeeded: Whether a store that is not PEM has to have a password, as one with a key has.
    private mutating func checkStore(_ prefix: String, isText: Bool, isNeeded: Bool) {
        let (type, password, file) = (prefix + "type", prefix + "password", prefix + "location")
        let word = isPresent(type) && !isOpaque(type) ? text(type)?.uppercased() : nil
        if let word, !["JKS", "PKCS12", "PEM"].contains(word) {
            return refuse(
                type,
                """
                stores of this type are not read; use PKCS12, JKS or PEM, and convert the store by keytool -importkeystore \
                -srckeystore OLD -destkeystore NEW -deststoretype PKCS12
                """
            )
        }
        if let word, isText, word != "PEM" {
            return refuse(type, "certificates and keys that stand in the configuration are PEM; set it to PEM")
        }
        if isPresent(password), isText || word == "PEM" {
            let instead = isNeeded ? "; that of the key is schema.registry.ssl.key.password" : ""
            return refusePresence(password, "\(password): PEM has no password as a store\(instead); remove it")
        }
        if isPresent(password), !isPresent(file) {
            warnings.append("\(password) is ignored: \(file) is not set")
        }
        if isNeeded, isPresent(file), let word, word != "PEM", !isPresent(password) {
            add(password, "\(password) must be set, since \(file) is a store of the type \(word)")
        }
    }

    // MARK: The way

    private mutating func checkProxy(_ prefix: String) {
        let (host, port) = (prefix + "proxy.host", prefix + "proxy.port")
        if isPresent(host), let text = text(host), !isOpaque(host), !EndpointURL.isHost(text) {
            refuse(host, "must be a host's name or address, without scheme, user and port")
        }
        guard isPresent(host) != isPresent(port) else { return }
        let (given, missing) = isPresent(host) ? (host, port) : (port, host)
        add(missing, "\(missing) must be set, since \(given) is")
    }
}
