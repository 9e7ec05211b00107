internal import Identity
internal import JSON
internal import SinkConfiguration

/// The ADX cluster, and as whom the sink speaks to it.
extension SinkMigration {
    private static let path = "spec.kusto"

    /// Adds `spec.kusto`.
    mutating func addKusto() {
        var trusted = trustedHosts()
        addURL("kusto.ingestion.url", "\(Self.path).ingestionUrl", &trusted)
        addURL("kusto.query.url", "\(Self.path).queryUrl", &trusted)
        if draft[FieldPath("\(Self.path).ingestionUrl")] == nil {
            draft.set(FieldPath("\(Self.path).ingestionUrl"), Self.unknownURL)
            note(.fillIn, ["kusto.ingestion.url"], "set \(Self.path).ingestionUrl")
        }
        if !trusted.hosts.isEmpty {
            let hosts = trusted.hosts.map { JSONValue.string($0) }
            draft.set(FieldPath("\(Self.path).trustedHosts"), .array(hosts), from: trusted.properties)
        }
        addProxy()
        addTrustStore()
        addAuthentication()
    }

    /// What stands for an endpoint that is not known.
    static let unknownURL = JSONValue.string("https://ingest-\(SecretDraft.placeholder).kusto.windows.net")

    private func parts(_ setting: MigrationSetting?) -> [String] {
        FieldValue.list(setting?.value ?? "").filter { $0.lowercased() != "wellknown" }
    }

    private mutating func trustedHosts() -> (hosts: [String], properties: [String]) {
        let setting = settings.take("kusto.endpoint.trust")
        return (parts(setting), setting.map { [$0.name] } ?? [])
    }

    private mutating func addURL(
        _ property: String,
        _ path: String,
        _ trusted: inout (hosts: [String], properties: [String])
    ) {
        guard let setting = settings.take(property), var url = text(of: setting, for: path) else { return }
        if url.firstRange(of: "://") == nil { url = "https://" + url }
        let shown = PublicURL(url)
        if shown.hadQuery { tellQuery(setting.name, at: path) }
        if shown.user != nil {
            let text =
                "the user and the password in it were left out of \(path): a sink signs in as spec.kusto.auth says"
            note(.notCarriedOver, [setting.name], text)
        }
        url = shown.text
        while url.hasSuffix("/") { url.removeLast() }
        let trust = TrustedEndpoints(additionalHosts: trusted.hosts)
        if url.lowercased().hasPrefix("http://"), trust.refusal(of: url) != nil {
            note(.warning, [setting.name], "only https is supported, so \(path) says https")
            url = "https://" + url.dropFirst("http://".count)
        }
        if trust.refusal(of: url) != nil, let host = Self.host(of: url) {
            let text = """
                \(host) is no host of Azure's: it stands in \(Self.path).trustedHosts, so that credentials may be sent there; \
                make sure that they should be
                """
            note(.warning, [setting.name], text)
            trusted.hosts.append(host)
            trusted.properties.append(setting.name)
        }
        set(path, MigrationSetting(name: setting.name, value: url))
    }

    /// The host of a URL, in lower case; `nil` when it is none that could be trusted.
    private static func host(of url: String) -> String? {
        let rest = url[(url.firstRange(of: "://")?.upperBound ?? url.startIndex)...]
        let authority = rest.prefix { !"/?#".contains($0) }
        let host = String(authority.prefix { $0 != ":" }).lowercased()
        let isTrusted = TrustedEndpoints(additionalHosts: [host]).refusal(of: url) == nil
        return isTrusted && SchemaPattern.host.matches(host) ? host : nil
    }

    private mutating func addProxy() {
        let path = FieldPath("\(Self.path).proxy")
        let (host, port) = (settings.take("proxy.host"), settings.take("proxy.port"))
        let fields = ["protocol": "protocol", "username": "username", "password": "password", "bypass": "noProxy"]
        let others = fields.sorted { $0.key < $1.key }.map { ($0.value, settings.take("proxy.\($0.key)")) }
        guard let host, let number = port.flatMap({ Int($0.value) }), number > 0 else {
            let names = ([host, port] + others.map(\.1)).compactMap { $0?.name }
            if !names.isEmpty { note(.notCarriedOver, names, "there is a proxy only with both a host and a port") }
            return
        }
        set("\(path).host", host)
        set("\(path).port", port)
        for (field, setting) in others { set("\(path).\(field)", setting) }
        guard draft[path.below("host")] == nil else { return }
        draft.remove(path)
    }

    /// Adds whom to trust on the way to Azure.
    private mutating func addTrustStore() {
        var client: [String: MigrationSetting] = [:]
        for name in ["location", "password"] {
            client["truststore.\(name)"] = settings.take("kusto.ssl.truststore.\(name)")
        }
        addTLS(&client, prefix: "", at: FieldPath("\(Self.path).tls"))
    }

    private mutating func addAuthentication() {
        let path = FieldPath("\(Self.path).auth")
        set("\(path).strategy", settings.take("aad.auth.strategy"))
        let strategy = draft[path.below("strategy")]?.stringValue ?? "application"
        // The table of properties says which field is whose; the strategy, which of them is used.
        let used: [String: [String]] = [
            "application": ["aad.auth.authority", "aad.auth.appid", "aad.auth.appkey"],
            "managed_identity": ["aad.auth.appid"], "workload_identity": [], "az_dev_token": ["aad.auth.accesstoken"],
        ]
        let hasCertificate = addCertificate(at: path, strategy)
        for property in ["aad.auth.authority", "aad.auth.appid", "aad.auth.appkey", "aad.auth.accesstoken"] {
            guard let owner = PropertyOwnership.owner(of: property)?.path else { continue }
            let setting = settings.take(property)
            guard used[strategy]?.contains(property) == true else {
                if let setting { note(.noEffect, [setting.name], "it is not used with the strategy \(strategy)") }
                continue
            }
            if let setting {
                setCredential(FieldPath(owner), resolver.target(of: setting.value), from: setting.name)
            } else if strategy != "managed_identity", !(hasCertificate && property == "aad.auth.appkey") {
                addMissing(property, at: FieldPath(owner))
            }
        }
        guard strategy == "workload_identity" || strategy == "managed_identity" else { return }
        let text =
            strategy == "workload_identity"
            ? "set clientId and tenantId of \(path), or spec.template.serviceAccountName, as the Connect worker's pods have them"
            : "the identity must be assigned to the nodes on which the sink's pods run"
        note(.warning, ["aad.auth.strategy"], text)
    }

    /// Adds the certificate of an application, which a worker of ours may have in a secret's place.
    /// - Returns: Whether there is one.
    private mutating func addCertificate(at path: FieldPath, _ strategy: String) -> Bool {
        let location = settings.take("aad.auth.appcert.location")
        let password = settings.take("aad.auth.appcert.password")
        guard let location, strategy == "application" else {
            let reason =
                strategy == "application"
                ? "there is no certificate that it is for" : "it is not used with the strategy \(strategy)"
            for setting in [location, password].compactMap(\.self) { note(.noEffect, [setting.name], reason) }
            return false
        }
        setCredential(
            path.below("clientCertificate"),
            file(location.value),
            from: location.name,
            part: "the file of",
            isBinary: true
        )
        if let password {
            let place = path.below("clientCertificatePassword")
            setCredential(place, resolver.target(of: password.value), from: password.name)
        }
        return true
    }

    private mutating func addMissing(_ property: String, at path: FieldPath) {
        if path.field?.takesValueOrSecret == true {
            draft.set(path.below("value"), .string(SecretDraft.placeholder))
            note(.fillIn, [property], "set \(path)")
        } else {
            setCredential(path, .elsewhere("Entra"), from: property)
        }
    }
}
