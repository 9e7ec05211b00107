internal import Converters
internal import JSON
internal import SinkConfiguration

/// How keys and values are read.
extension SinkMigration {
    /// Adds `spec.converters`.
    mutating func addConverters() {
        for side in ["key", "value"] { addConverter(side) }
    }

    private mutating func addConverter(_ side: String) {
        let path = FieldPath("spec.converters.\(side)")
        let setting = settings.take("\(side).converter")
        var options = settings.takeBelow("\(side).converter.")
        let names = options.values.map(\.name).sorted()
        guard let setting, let name = text(of: setting, for: "\(path).type") else {
            if !names.isEmpty { note(.noEffect, names, "it is not used without \(side).converter") }
            if setting == nil, side == "value" {
                let text = """
                    the Connect worker's converter reads the values, and is not known: give its file beside the \
                    connector's, or set \(path); without it values are read as text
                    """
                note(.fillIn, ["value.converter"], text)
            }
            return
        }
        guard let kind = ConverterKind(className: name) else {
            let consequence =
                side == "value"
                ? "VALUES WOULD BE READ AS TEXT: choose a type in \(path)"
                : "keys are not written to tables, so none is needed"
            return note(.notCarriedOver, [setting.name] + names, "no converter of a sink does its work; \(consequence)")
        }
        let type = kind.rawValue.split(separator: ".").last.map { String($0.dropLast("Converter".count)) } ?? ""
        draft.set(path.below("type"), .string(type), from: [setting.name])
        addOption("schemas.enable", "schemasEnable", kind == .json, &options, path, type)
        addOption("converter.encoding", "encoding", kind == .string, &options, path, type)
        let isRegistry: (String) -> Bool = { option in
            option.hasPrefix("schema.registry.") || option.hasPrefix("basic.auth.") || option.hasPrefix("bearer.auth.")
        }
        if kind.usesRegistry {
            Self.shorten(&options)
            addRegistry(&options, side, at: path.below("schemaRegistry"))
        } else {
            let unused = options.filter { isRegistry($0.key) }
            for option in unused.keys { options[option] = nil }
            let names = unused.values.map(\.name).sorted()
            if !names.isEmpty { note(.noEffect, names, "the type \(type) asks no schema registry") }
        }
        for (option, setting) in options.sorted(by: { $0.key < $1.key }) {
            addFree(option, setting, path, isRegistry(option))
        }
    }

    private mutating func addOption(
        _ option: String,
        _ field: String,
        _ isUsed: Bool,
        _ options: inout [String: MigrationSetting],
        _ path: FieldPath,
        _ type: String
    ) {
        guard let setting = options.removeValue(forKey: option) else { return }
        if isUsed {
            set("\(path.below(field))", setting)
        } else {
            note(.noEffect, [setting.name], "it is not used with the type \(type)")
        }
    }

    /// Takes the prefix that Confluent's client allows off the names of its settings, as far as that makes no difference.
    private static func shorten(_ options: inout [String: MigrationSetting]) {
        let prefix = "schema.registry."
        for (name, setting) in options where name.hasPrefix(prefix) {
            let short = String(name.dropFirst(prefix.count))
            guard short != "url", !short.hasPrefix("ssl."), options[short] == nil else { continue }
            options[name] = nil
            options[short] = setting
        }
    }

    /// Adds a setting of the converter that has no field of its own.
    private mutating func addFree(
        _ option: String,
        _ setting: MigrationSetting,
        _ path: FieldPath,
        _ isRegistry: Bool
    ) {
        if case .ignored(let reason) = PropertyTable.effect(of: setting.name) {
            return note(.noEffect, [setting.name], reason)
        }
        if isRegistry || PropertyOwnership.converterField(of: option) != nil {
            let text = "a KustoSink has no field for it; see \(path).schemaRegistry for how to sign in at a registry"
            return note(.notCarriedOver, [setting.name], text)
        }
        // The value of an option that is not known here may be a credential, whatever the name.
        guard ConverterOption.isKnown(option) else {
            let text = "it is not an option that is known here; if the converter needs it, set it in \(path).options"
            return note(.notCarriedOver, [setting.name], text)
        }
        guard let text = text(of: setting, for: "\(path).options") else { return }
        draft.set(path.below("options", option), .string(text), from: [setting.name])
    }

    private mutating func addRegistry(
        _ options: inout [String: MigrationSetting],
        _ side: String,
        at path: FieldPath
    ) {
        let urls = options.removeValue(forKey: "schema.registry.url")
        let userOfURL = addURLs(urls, at: path)
        let basic = options.removeValue(forKey: "basic.auth.credentials.source")
        let bearer = options.removeValue(forKey: "bearer.auth.credentials.source")
        let info = options.removeValue(forKey: "basic.auth.user.info")
        let source = basic?.value.uppercased() ?? bearer?.value.uppercased()
        if userOfURL != nil, let source, source != "URL", let urls {
            note(.noEffect, [urls.name], "the user and the password in it are not used with the source \(source)")
        }
        switch (basic?.value.uppercased(), bearer?.value.uppercased()) {
        case ("USER_INFO", _):
            addUser(info?.value, from: info?.name ?? basic?.name ?? "", at: path)
        case ("SASL_INHERIT", _):
            let jaas = options.removeValue(forKey: "sasl.jaas.config")
            addUser(jaas.flatMap { Self.userInfo(of: $0) }, from: jaas?.name ?? basic?.name ?? "", at: path)
        case (_, "STATIC_TOKEN"):
            let token = options.removeValue(forKey: "bearer.auth.token")
            let target = token.map { resolver.target(of: $0.value) } ?? .elsewhere("where the connector has it")
            setCredential(path.below("bearerToken"), target, from: token?.name ?? bearer?.name ?? "")
        case (_, "OAUTHBEARER"): addRegistryOAuth(&options, at: path.below("oauth"))
        case (nil, nil), ("URL", nil):
            if let userOfURL, let urls { addUser(userOfURL, from: urls.name, at: path) }
        default:
            let names = [basic, bearer].compactMap { $0?.name }
            note(.notCarriedOver, names, "a KustoSink does not sign in like this; set username and password of \(path)")
        }
        if let info, draft[path.below("password")] == nil {
            note(.noEffect, [info.name], "it is not used without basic.auth.credentials.source=USER_INFO")
        }
        addTLS(&options, prefix: "schema.registry.ssl.", at: path.below("tls"))
    }

    /// The user and the password of a JAAS entry on both sides of a colon, or `nil` when it has none.
    private static func userInfo(of jaas: MigrationSetting) -> String? {
        guard let entry = JAASEntry(jaas.value), let user = entry.options["username"],
            let password = entry.options["password"]
        else { return nil }
        return "\(user):\(password)"
    }

    /// Tells that what followed an address was left out.
    mutating func tellQuery(_ property: String, at path: String) {
        let text = "what stands behind ? or # may be a credential, and was left out of \(path)"
        note(.notCarriedOver, [property], text)
    }

    /// Sets the registry's addresses; returns the user and password that stood in the first.
    private mutating func addURLs(_ setting: MigrationSetting?, at path: FieldPath) -> String? {
        var user: String?
        var urls: [JSONValue] = []
        if let setting, let text = text(of: setting, for: "\(path).url") {
            for url in FieldValue.list(text).map(PublicURL.init) {
                urls.append(.string(url.text))
                if url.hadQuery { tellQuery(setting.name, at: "\(path).url") }
                if let user, let other = url.user, user != other {
                    note(.notCarriedOver, [setting.name], "a sink signs in at all of \(path).url as one user")
                }
                user = user ?? url.user
            }
        }
        if urls.isEmpty {
            urls = [.string("https://\(SecretDraft.placeholder)")]
            note(.fillIn, [setting?.name ?? "schema.registry.url"], "set \(path).url")
        }
        draft.set(path.below("url"), .array(urls), from: [setting?.name ?? "schema.registry.url"])
        return user
    }

    /// Sets user and password, which stand on both sides of a colon.
    private mutating func addUser(_ info: String?, from property: String, at path: FieldPath) {
        let parts = info.flatMap { Self.parts(of: $0) }
        let whole = info.map { resolver.target(of: $0) } ?? .elsewhere("where the connector has it")
        for (field, part) in [("username", parts?.user), ("password", parts?.password)] {
            var target = part.map { resolver.target(of: $0) } ?? whole
            if part == nil, case .secret(_, let key) = whole {
                target = .elsewhere("USER:PASSWORD in the key \(key.key) of the Secret \(key.name)")
            } else if part == nil, case .text = whole {
                target = .elsewhere("where the connector has it")
            }
            setCredential(path.below(field), target, from: property, part: "the \(field) in")
        }
    }

    /// Splits at the first colon that is not part of a reference.
    private static func parts(of info: String) -> (user: String, password: String)? {
        var rest = info[...]
        while let mark = rest.firstIndex(where: { $0 == ":" || $0 == "$" }) {
            if rest[mark] == ":" { return (String(info[..<mark]), String(info[info.index(after: mark)...])) }
            let isReference = rest[mark...].hasPrefix("${")
            guard isReference, let end = rest[mark...].firstIndex(of: "}") else {
                rest = rest[rest.index(after: mark)...]
                continue
            }
            rest = rest[rest.index(after: end)...]
        }
        return nil
    }

    private mutating func addRegistryOAuth(_ options: inout [String: MigrationSetting], at path: FieldPath) {
        let prefix = "bearer.auth."
        addTokenEndpoint(options.removeValue(forKey: prefix + "issuer.endpoint.url"), at: path)
        let id = options.removeValue(forKey: prefix + "client.id")
        addClient(id, options.removeValue(forKey: prefix + "client.secret"), at: path)
        set("\(path.below("scope"))", options.removeValue(forKey: prefix + "scope"))
        for (option, name) in [("logical.cluster", "logicalCluster"), ("identity.pool.id", "identityPoolId")] {
            guard let setting = options.removeValue(forKey: prefix + option) else { continue }
            draft.set(path.below("extensions", name), .string(setting.value), from: [setting.name])
        }
    }
}
