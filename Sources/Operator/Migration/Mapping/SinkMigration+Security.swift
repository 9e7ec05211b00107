internal import JSON
internal import Secrets
internal import SinkConfiguration
internal import Text

/// How a client of Kafka signs in.
extension SinkMigration {
    private static let passwordMechanisms = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]

    /// Adds a client's security below `path`, and takes its properties out of `client`.
    mutating func addSecurity(_ client: inout [String: MigrationSetting], at path: FieldPath) {
        let chosen = takeProtocol(&client, at: path.below("protocol"))
        if chosen.hasPrefix("SASL_") {
            addSASL(&client, at: path.below("sasl"))
        } else {
            dropUnused(&client, "sasl.", "the protocol does not sign in")
        }
        if chosen.hasSuffix("SSL") {
            addTLS(&client, prefix: "ssl.", at: path.below("tls"))
        } else {
            dropUnused(&client, "ssl.", "the connection is not encrypted")
        }
    }

    /// Sets the protocol, and returns it; empty when none is told.
    ///
    /// One that is not known is taken to be the safest with which the other settings can be kept: with it a sink does
    /// not connect where the protocol is another, and sends no credential in the clear.
    private mutating func takeProtocol(_ client: inout [String: MigrationSetting], at path: FieldPath) -> String {
        guard let setting = client.removeValue(forKey: "security.protocol"), !setting.value.isEmpty else { return "" }
        let given = text(of: setting, for: "\(path)")?.uppercased()
        if let given, ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"].contains(given) {
            draft.set(path, .string(given), from: [setting.name])
            return given
        }
        let signsIn = client.contains { $0.key.hasPrefix("sasl.") && !$0.value.value.isEmpty }
        let assumed = signsIn ? "SASL_SSL" : "SSL"
        if given != nil { note(.notCarriedOver, [setting.name], "it is no protocol of Kafka's; set \(path)") }
        note(.fillIn, [setting.name], "\(path) is \(assumed) because the protocol is not known: write the one it is")
        draft.set(path, .string(assumed), from: [setting.name])
        return assumed
    }

    private mutating func dropUnused(_ client: inout [String: MigrationSetting], _ prefix: String, _ reason: String) {
        let unused = client.filter { $0.key.hasPrefix(prefix) }
        for name in unused.keys { client[name] = nil }
        let names = unused.values.filter { !$0.value.isEmpty }.map(\.name).sorted()
        if !names.isEmpty { note(.noEffect, names, "\(reason)") }
    }

    private mutating func addSASL(_ client: inout [String: MigrationSetting], at path: FieldPath) {
        let setting = client.removeValue(forKey: "sasl.mechanism") ?? client.removeValue(forKey: "sasl.mechanisms")
        var mechanism = setting.flatMap { text(of: $0, for: "\(path).mechanism") }?.uppercased() ?? "GSSAPI"
        let handler = mechanism == "OAUTHBEARER" ? takeEntraHandler(&client) : nil
        tellClasses(&client, at: path)
        let jaas = client.removeValue(forKey: "sasl.jaas.config").flatMap { $0.value.isEmpty ? nil : $0 }
        if !(Self.passwordMechanisms + ["GSSAPI", "OAUTHBEARER"]).contains(mechanism) {
            let text = """
                a sink signs in by PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, GSSAPI or OAUTHBEARER; choose one of these in \(path)
                """
            note(.notCarriedOver, [setting, jaas].compactMap { $0?.name }, text)
            draft.set(path.below("mechanism"), "PLAIN")
            return addPassword(nil, nil, at: path)
        }
        draft.set(path.below("mechanism"), .string(mechanism), from: [setting?.name ?? "sasl.mechanism"])
        if Self.passwordMechanisms.contains(mechanism) { mechanism = "password" }
        let entry = jaas.flatMap { JAASEntry($0.value) }
        switch mechanism {
        case "password":
            let (user, password) = (
                client.removeValue(forKey: "sasl.username"), client.removeValue(forKey: "sasl.password")
            )
            guard let jaas else { return addPassword(user, password, at: path) }
            addPasswordEntry(entry, jaas, at: path)
        case "GSSAPI": addKerberos(entry, jaas, &client, at: path)
        case _ where handler != nil: addEntra(handler, entry, jaas, &client, at: path)
        default: addOAuth(entry, jaas, &client, at: path)
        }
    }

    /// Takes out the class by which Java's clients get tokens of Entra at Event Hubs; `nil` when another one is named.
    private func takeEntraHandler(_ client: inout [String: MigrationSetting]) -> MigrationSetting? {
        let name = "sasl.login.callback.handler.class"
        let classes = ["KafkaOAuth2AuthenticateCallbackHandler", "CustomAuthenticateCallbackHandler"]
        guard let setting = client[name], classes.contains(where: { setting.value.hasSuffix(".\($0)") }) else {
            return nil
        }
        client[name] = nil
        return setting
    }

    /// Adds tokens of Entra, which are those of the sink's own identity.
    private mutating func addEntra(
        _ handler: MigrationSetting?,
        _ entry: JAASEntry?,
        _ jaas: MigrationSetting?,
        _ client: inout [String: MigrationSetting],
        at path: FieldPath
    ) {
        guard let handler else { return }
        let inner = path.below("entra")
        draft.set(inner, [:], from: [handler.name])
        let scope = client.removeValue(forKey: "sasl.oauthbearer.scope")
        set(
            "\(inner).scope",
            scope ?? entry?.options["scope"].map { MigrationSetting(name: jaas?.name ?? "", value: $0) }
        )
        tellOptions(entry, jaas, used: ["scope"], at: inner)
        let text = """
            a sink asks for the tokens as the identity of spec.kusto.auth: give that the role Azure Event Hubs Data Receiver, \
            and Azure Event Hubs Data Sender for a dead-letter queue
            """
        note(.warning, [handler.name], text)
    }

    /// Tells of classes that sign in by a way of their own; what Kafka's and Strimzi's do, a sink does too.
    private mutating func tellClasses(_ client: inout [String: MigrationSetting], at path: FieldPath) {
        let names = ["sasl.login.callback.handler.class", "sasl.client.callback.handler.class", "sasl.login.class"]
        for name in names {
            guard let setting = client[name], !setting.value.isEmpty else { continue }
            let isKnown = ["org.apache.kafka.", "io.strimzi.kafka.oauth."].contains(where: setting.value.hasPrefix)
            client[name] = nil
            guard !isKnown else {
                note(.noEffect, [setting.name], "a sink signs in without a class, by what \(path) says")
                continue
            }
            let text = """
                a class of its own gets the credential, and a sink runs no Java: give the sink a user or a client in \(path), \
                or at Event Hubs Entra's tokens by \(path).entra
                """
            note(.notCarriedOver, [setting.name], text)
        }
    }

    /// Tells which options of a JAAS entry nothing was made of.
    private mutating func tellOptions(
        _ entry: JAASEntry?,
        _ jaas: MigrationSetting?,
        used: Set<String>,
        at path: FieldPath
    ) {
        guard let entry, let jaas else { return }
        let rest = entry.options.filter { !used.contains($0.key) }
        let idle = rest.filter { Self.isIdle($0.key, $0.value, of: entry.module) }.keys.sorted()
        let lost = rest.keys.filter { !idle.contains($0) }.sorted()
        if !idle.isEmpty {
            note(.noEffect, [jaas.name], "a sink does without the options \(idle.joined(separator: ", "))")
        }
        guard !lost.isEmpty else { return }
        let text = "nothing in \(path) says what its options \(lost.joined(separator: ", ")) do"
        note(.notCarriedOver, [jaas.name], text)
    }

    /// Whether a sink does the same without an option: it always uses a keytab, and never asks a person.
    private static func isIdle(_ option: String, _ value: String, of module: String) -> Bool {
        guard module == "Krb5LoginModule" else { return false }
        switch option {
        case "useKeyTab", "doNotPrompt": return value.lowercased() == "true"
        case "useTicketCache", "renewTGT", "useFirstPass", "tryFirstPass": return value.lowercased() == "false"
        default:
            return ["storeKey", "isInitiator", "debug", "refreshKrb5Config", "storePass", "clearPass"].contains(option)
        }
    }

    private mutating func addPassword(_ user: MigrationSetting?, _ password: MigrationSetting?, at path: FieldPath) {
        for (field, setting) in [("username", user), ("password", password)] {
            let target = setting.map { resolver.target(of: $0.value) } ?? .elsewhere("where the connector has it")
            setCredential(path.below(field), target, from: setting?.name ?? "sasl.\(field)")
        }
    }

    private mutating func addPasswordEntry(_ entry: JAASEntry?, _ jaas: MigrationSetting, at path: FieldPath) {
        if case .secret = resolver.target(of: jaas.value) { return setWholeEntry(jaas, at: path) }
        let isToken = entry?.options["tokenauth"]?.lowercased() == "true"
        if isToken { note(.notCarriedOver, [jaas.name], "a sink does not sign in with a delegation token") }
        for field in ["username", "password"] {
            let option = isToken ? nil : entry?.options[field]
            let target = option.map(resolver.target) ?? Self.unknown(resolver.target(of: jaas.value))
            setCredential(path.below(field), target, from: jaas.name, part: "the \(field) in")
        }
        let used: Set<String> = isToken ? ["username", "password", "tokenauth"] : ["username", "password"]
        tellOptions(entry, jaas, used: used, at: path)
    }

    /// A target for a part of a value that could not be read: never the value itself.
    private static func unknown(_ target: ReferenceTarget) -> ReferenceTarget {
        if case .text = target {
            .elsewhere("where the connector has it, since that could not be read")
        } else {
            target
        }
    }

    private mutating func setWholeEntry(_ jaas: MigrationSetting, at path: FieldPath) {
        setCredential(path.below("jaasConfig"), resolver.target(of: jaas.value), from: jaas.name)
    }

    private mutating func addKerberos(
        _ entry: JAASEntry?,
        _ jaas: MigrationSetting?,
        _ client: inout [String: MigrationSetting],
        at path: FieldPath
    ) {
        if let jaas, entry == nil {
            client.removeValue(forKey: "sasl.kerberos.service.name").map { setting in
                note(.notCarriedOver, [setting.name], "\(path).jaasConfig holds the whole credential")
            }
            return setWholeEntry(jaas, at: path)
        }
        let inner = path.below("kerberos")
        draft.set(inner, [:])
        tellOptions(entry, jaas, used: ["serviceName", "principal", "keyTab"], at: inner)
        if let setting = client.removeValue(forKey: "sasl.kerberos.service.name") {
            set("\(inner).serviceName", setting)
        } else if let service = entry?.options["serviceName"], let jaas {
            set("\(inner).serviceName", MigrationSetting(name: jaas.name, value: service))
        }
        let property = jaas?.name ?? "java.security.auth.login.config"
        if let principal = entry?.options["principal"] {
            set("\(inner).principal", MigrationSetting(name: property, value: principal))
        } else if let setting = client.removeValue(forKey: "sasl.kerberos.principal") {
            set("\(inner).principal", setting)
        }
        if draft[inner.below("principal")] == nil {
            draft.set(inner.below("principal"), .string(SecretDraft.placeholder), from: [property])
            note(.fillIn, [property], "the client's principal is not known: set \(inner).principal")
        }
        let keytab = entry?.options["keyTab"] ?? client.removeValue(forKey: "sasl.kerberos.keytab")?.value
        let origin = keytab.map(file) ?? .elsewhere("who gives out keytabs: it is not known here")
        setCredential(inner.below("keytab"), origin, from: property, part: "the keytab of", isBinary: true)
        note(.warning, [property], "if the Connect worker has a krb5.conf of its own, put it into \(inner).krb5Conf")
    }

    /// What a file of the Connect worker's is: a key of a Secret that is mounted there, or something elsewhere.
    func file(_ path: String) -> ReferenceTarget {
        switch resolver.target(of: path) {
        case .text(let path): resolver.mounted(file: path) ?? .elsewhere("the file \(path) of the Connect worker")
        case let other: other
        }
    }

    private mutating func addOAuth(
        _ entry: JAASEntry?,
        _ jaas: MigrationSetting?,
        _ client: inout [String: MigrationSetting],
        at path: FieldPath
    ) {
        let prefix = "sasl.oauthbearer."
        let inner = path.below("oauth")
        var used: Set<String> = []
        func take(_ property: String..., option names: String...) -> MigrationSetting? {
            let option = names.first { entry?.options[$0] != nil }
            for name in property {
                if let setting = client.removeValue(forKey: prefix + name) { return setting }
            }
            guard let jaas, let option, let value = entry?.options[option] else { return nil }
            used.insert(option)
            return MigrationSetting(name: jaas.name, value: value)
        }
        let url = take("token.endpoint.url", option: "oauth.token.endpoint.uri")
        let isClient = entry.map { !$0.options.keys.contains { $0.hasPrefix("unsecuredLogin") } } ?? true
        guard isClient, jaas == nil || entry != nil || url != nil else {
            if let jaas { setWholeEntry(jaas, at: path) }
            return
        }
        addTokenEndpoint(url, at: inner)
        let id = take("client.credentials.client.id", "client.id", option: "clientId", "oauth.client.id")
        let password = take(
            "client.credentials.client.secret",
            "client.secret",
            option: "clientSecret",
            "oauth.client.secret"
        )
        addClient(id, password, at: inner)
        set("\(inner).scope", take("scope", option: "scope", "oauth.scope"))
        var extensions: [(String, String, String)] = []
        if let setting = client.removeValue(forKey: prefix + "extensions") {
            for pair in FieldValue.list(setting.value) {
                let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
                if parts.count == 2 { extensions.append((parts[0], parts[1], setting.name)) }
            }
        }
        for (name, value) in entry?.options ?? [:] where name.hasPrefix("extension_") {
            used.insert(name)
            extensions.append((String(name.dropFirst("extension_".count)), value, jaas?.name ?? ""))
        }
        tellOptions(entry, jaas, used: used, at: inner)
        for (name, value, property) in extensions {
            guard !PropertyTable.isSecret(name) else {
                note(.notCarriedOver, [property], "the extension \(name) may be a credential; see \(inner).extensions")
                continue
            }
            draft.set(inner.below("extensions", name), .string(value), from: [property])
        }
    }

    /// Sets where tokens are asked for.
    mutating func addTokenEndpoint(_ url: MigrationSetting?, at path: FieldPath) {
        if let url, let text = text(of: url, for: "\(path).tokenEndpointUrl") {
            let shown = PublicURL(text)
            set("\(path).tokenEndpointUrl", MigrationSetting(name: url.name, value: shown.text))
            if shown.hadQuery { tellQuery(url.name, at: "\(path).tokenEndpointUrl") }
            if shown.user != nil {
                let text =
                    "the user and the password in the token endpoint's address were left out; see \(path).clientId"
                note(.notCarriedOver, [url.name], text)
            }
        }
        guard draft[path.below("tokenEndpointUrl")] == nil else { return }
        draft.set(path.below("tokenEndpointUrl"), .string("https://\(SecretDraft.placeholder)/token"))
        note(.fillIn, [url?.name ?? "sasl.oauthbearer.token.endpoint.url"], "set \(path).tokenEndpointUrl")
    }

    /// Sets the id and the secret of a client of a token endpoint; what is missing is to be filled in.
    mutating func addClient(_ id: MigrationSetting?, _ password: MigrationSetting?, at path: FieldPath) {
        for (field, setting) in [("clientId", id), ("clientSecret", password)] {
            guard let setting else { continue }
            let part =
                setting.name.hasSuffix("jaas.config")
                ? "the client's \(field == "clientId" ? "id" : "secret") in" : "the value of"
            setCredential(path.below(field), resolver.target(of: setting.value), from: setting.name, part: part)
        }
        // A token endpoint gives a token for both alone.
        let property = id?.name ?? password?.name ?? "sasl.jaas.config"
        if id == nil {
            draft.set(path.below("clientId", "value"), .string(SecretDraft.placeholder), from: [property])
            note(.fillIn, [property], "the client's id is not known: set \(path).clientId")
        }
        if password == nil {
            let what = ReferenceTarget.elsewhere("the token endpoint's owner: it is not known here")
            setCredential(path.below("clientSecret"), what, from: property, part: "the client's secret that belongs to")
        }
    }
}
