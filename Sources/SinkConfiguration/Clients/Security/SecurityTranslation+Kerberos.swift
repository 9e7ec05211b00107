internal import Secrets

/// Signing in by GSSAPI.
extension SecurityTranslation {
    /// Translates an entry for Kerberos; without one the tickets are those of the process's cache, or librdkafka's own
    /// properties name a keytab.
    mutating func signInByKerberos(_ state: LoginState) {
        switch state {
        case .unknown: return
        case .absent: takeKerberos(nil, isIBM: false)
        case .known(let login):
            let isIBM = LoginModule(className: login.entry.module) == .kerberosOfIBM
            takeKerberos(login, isIBM: isIBM)
        }
    }

    private mutating func takeKerberos(_ login: Login?, isIBM: Bool) {
        let options = KerberosOptions(login?.entry.options ?? [:], isIBM: isIBM)
        takeServiceName(options.serviceName, login)
        let named = sources["sasl.kerberos.keytab"]
        let fetchesTickets = options.usesKeytab || (named != nil && !options.usesCache)
        let keytab = options.usesKeytab && options.keytab != nil ? options.keytab : named?.value
        let principal = options.principal ?? sources["sasl.kerberos.principal"]?.value
        let keytabSource = options.keytab == nil ? named : login?.source
        let principalSource = options.principal == nil ? sources["sasl.kerberos.principal"] : login?.source
        guard login == nil || fetchesTickets || options.usesCache else {
            refuseLogin(
                login,
                """
                says neither of a keytab nor of the ticket cache; set useKeyTab=true with keyTab and principal, or \
                useTicketCache=true
                """
            )
            return
        }
        for (text, source, what) in [(keytab, keytabSource, "keytab"), (principal, principalSource, "principal")] {
            guard let text, let source, !source.isOpaque else { continue }
            guard KafkaKerberos.isSafe(text) else {
                refuse(
                    source,
                    """
                    the \(what) may hold letters, digits and / . _ - @ : + , = only, since it becomes a part of a command; \
                    rename it
                    """
                )
                return
            }
        }
        security.kerberos = KafkaKerberos(
            keytab: fetchesTickets ? keytab : nil,
            principal: principal,
            fetchesTickets: fetchesTickets,
            ticketCache: options.cache,
            configuration: surroundings.kerberosConfiguration
        )
        if let principal, let principalSource {
            put("sasl.kerberos.principal", value(principal, principalSource), principalSource)
        }
        let owner = login?.source ?? named ?? sources["sasl.mechanism"] ?? sources["security.protocol"]
        guard let owner else { return }
        guard fetchesTickets else {
            // The cache is somebody else's to keep: librdkafka runs no command.
            put("sasl.kerberos.min.time.before.relogin", .plain("0"), owner)
            return
        }
        guard principal != nil else {
            refuseLogin(login, "a keytab may hold keys of several principals; set principal to the client's")
            let name = written("sasl.kerberos.principal")
            if login == nil { add(name, "\(SettingsBuilder.missing(name)) \(owner.writtenName) needs it") }
            return
        }
        if let keytab, let keytabSource {
            put("sasl.kerberos.keytab", value(keytab, keytabSource), keytabSource)
        }
        put("sasl.kerberos.kinit.cmd", .plain(KafkaKerberos.command(hasKeytab: keytab != nil)), owner)
    }

    private mutating func takeServiceName(_ option: String?, _ login: Login?) {
        let property = sources["sasl.kerberos.service.name"]
        if let option, let property, !property.isOpaque, option != property.value {
            refuse(property, "Conflicting serviceName values found in JAAS and Kafka configs; keep one of them")
            return
        }
        guard let source = property ?? (option == nil ? nil : login?.source), let name = property?.value ?? option
        else {
            return
        }
        put("sasl.kerberos.service.name", value(name, source), source)
    }

    private mutating func refuseLogin(_ login: Login?, _ reason: String) {
        if let login { refuse(login.source, reason) }
    }

    /// A value that may be shown, unless it is known by a reference.
    private func value(_ text: String, _ source: Source) -> ClientProperties.Value {
        let isReferred = source.isOpaque || SecretReference.isPresent(in: source.written)
        return isReferred ? .secret(Secret(text)) : .plain(text)
    }
}
