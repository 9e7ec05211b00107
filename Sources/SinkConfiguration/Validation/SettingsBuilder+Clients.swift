internal import Secrets

extension SettingsBuilder {
    /// Reads a client's properties, under librdkafka's names.
    mutating func client(_ role: ClientRole, name: String, topics: TopicSelection) -> ClientProperties {
        let translation = ClientTranslation(
            sources(for: role),
            isConsumer: role.isConsumer,
            in: securitySurroundings()
        )
        // Several clients share properties; a problem with one of these is reported only once.
        add(Self.new(translation.problems, beside: problems))
        warnings += Self.new(translation.warnings, beside: warnings)
        // No client is made of what producers share: whether one can sign in is a matter of its queue.
        if role != .producer {
            add(Self.new(translation.securityProblems, beside: problems))
            warnings += Self.new(translation.securityWarnings, beside: warnings)
        }
        let defaults =
            role.isConsumer
            ? ClientDefaults.consumer(name: name, tasks: number("tasks.max")) : ClientDefaults.producer(name: name)
        var values = defaults.mapValues { ClientProperties.Value.plain($0) }
        if case .pattern = topics, role.isConsumer {
            let ignored = TopicPattern.internalTopics.map { "^\($0)$" }.joined(separator: ",")
            values["topic.blacklist"] = .plain(ignored)
        }
        values.merge(translation.values) { _, given in given }
        if role.isConsumer {
            values.merge(ClientDefaults.forcedForConsumer.mapValues { .plain($0) }) { _, forced in forced }
            adaptToGroupProtocol(&values)
            checkPollInterval(values)
        } else if translation.values["enable.idempotence"] == nil, Self.forbidsIdempotence(translation.values) {
            values["enable.idempotence"] = nil
        }
        let optional = ClientDefaults.optionalNames.filter { translation.values[$0] == nil }
        return ClientProperties(
            values: values,
            optionalNames: optional,
            origins: translation.origins,
            security: translation.security
        )
    }

    private func securitySurroundings() -> SecuritySurroundings {
        let name = "java.security.krb5.conf"
        let configuration = properties.entries[name].map { LoginFile.path(from: $0.value) }
        return SecuritySurroundings(
            credential: azureCredential,
            loginFile: properties.loginFile,
            kerberosConfiguration: configuration.flatMap { $0.isEmpty ? nil : $0 }
        )
    }

    /// Whether the user gave a producer something that goes with repeated records only; Java's client gives way too.
    private static func forbidsIdempotence(_ values: [String: ClientProperties.Value]) -> Bool {
        func number(_ names: String...) -> Int? {
            for case .plain(let text)? in names.map({ values[$0] }) { return Int(text) }
            return nil
        }
        return number("retries", "message.send.max.retries") == 0
            || number("max.in.flight.requests.per.connection", "max.in.flight") ?? 0 > 5
    }

    /// Notes when no brokers are named for the consumer.
    mutating func requireBrokers(_ consumer: ClientProperties) {
        guard consumer.values["bootstrap.servers"]?.reveal().isEmpty ?? true else { return }
        let names = ["", "consumer.", "consumer.override."].map { $0 + "bootstrap.servers" }
        guard !problems.contains(where: { names.contains($0.subject) }) else { return }
        add(
            "bootstrap.servers",
            """
            \(Self.missing("bootstrap.servers")) name the brokers there or in consumer.override.bootstrap.servers
            """
        )
    }

    /// The settings below a prefix, without it; secret where the property is.
    func propertiesBelow(_ prefix: String, where isIncluded: (String) -> Bool) -> [String: ClientProperties.Value] {
        var found: [String: ClientProperties.Value] = [:]
        for (name, entry) in properties.entries where name.hasPrefix(prefix) {
            let inner = String(name.dropFirst(prefix.count))
            guard isIncluded(inner) else { continue }
            let isSecret = PropertyTable.isSecret(name)
            if isSecret, let rotated = entry.rotated {
                found[inner] = .rotated(rotated)
            } else {
                found[inner] = isSecret || entry.holdsReference ? .secret(Secret(entry.value)) : .plain(entry.value)
            }
        }
        return found
    }

    private static func new<Element: Hashable>(_ more: [Element], beside known: [Element]) -> [Element] {
        var known = Set(known)
        return more.filter { known.insert($0).inserted }
    }

    private func sources(for role: ClientRole) -> [String: ClientTranslation.Source] {
        guard let queuePrefix = role.queuePrefix else { return sources(below: role.prefixes) }
        let own = sources(below: [queuePrefix])
        let producer = sources(below: ["producer.", "producer.override."])
        let shared = sources(below: [""])
        let consumer = sources(below: ClientRole.consumer.prefixes)
        func hasSecurity(_ sources: [String: ClientTranslation.Source]) -> Bool {
            sources.keys.contains(where: ClientRole.isSecurity)
        }
        // Half of one client's security and half of another's would be nobody's.
        let base = hasSecurity(own) ? [:] : hasSecurity(producer) ? shared : consumer
        var sources = base.filter { name, _ in ClientRole.isSecurity(name) }
        // A queue is in the consumer's cluster unless it says otherwise, and the misc queue must say.
        sources["bootstrap.servers"] = role == .errorsDeadLetterQueue ? consumer["bootstrap.servers"] : nil
        sources["client.dns.lookup"] = shared["client.dns.lookup"]
        return sources.merging(producer) { $1 }.merging(own) { $1 }
    }

    /// The properties below any of some prefixes, of which the later ones win.
    private func sources(below prefixes: [String]) -> [String: ClientTranslation.Source] {
        var sources: [String: ClientTranslation.Source] = [:]
        for prefix in prefixes {
            for (name, entry) in properties.entries where name.hasPrefix(prefix) {
                let inner = String(name.dropFirst(prefix.count))
                switch prefix {
                case "": guard ClientRole.isShared(inner) else { continue }
                case "consumer.", "producer.": guard !inner.hasPrefix("override.") else { continue }
                case "errors.deadletterqueue.", "misc.deadletterqueue.":
                    guard !ClientRole.queueSettings.contains(inner) else { continue }
                default: break
                }
                guard !inner.isEmpty else { continue }
                sources[inner] = ClientTranslation.Source(
                    writtenName: name,
                    value: entry.value,
                    printable: properties.printable(name, entry),
                    isAmbient: entry.source == ConnectEnvironment.source,
                    isOpaque: entry.isOpaque,
                    written: entry.written,
                    rotated: entry.rotated,
                    layer: ClientRole.layer(of: prefix)
                )
            }
        }
        return sources
    }

    private mutating func adaptToGroupProtocol(_ values: inout [String: ClientProperties.Value]) {
        guard values["group.protocol"] == .plain("consumer") else { return }
        for name in ClientDefaults.classicOnly {
            guard values.removeValue(forKey: name) != nil, properties.entries["consumer.override.\(name)"] != nil else {
                continue
            }
            warnings.append("consumer.override.\(name) is ignored: group.protocol=consumer leaves it to the broker")
        }
    }

    private mutating func checkPollInterval(_ values: [String: ClientProperties.Value]) {
        func number(_ name: String, default fallback: Int) -> Int {
            guard case .plain(let text) = values[name] else { return fallback }
            return Int(text) ?? fallback
        }
        let session = number("session.timeout.ms", default: 45_000)
        let beat = number("heartbeat.interval.ms", default: 3000)
        let isGiven = ["session.timeout.ms", "heartbeat.interval.ms"].contains { values[$0] != nil }
        if isGiven, beat >= session, values["group.protocol"] != .plain("consumer") {
            let name =
                values["heartbeat.interval.ms"] == nil ? "session.timeout.ms" : "heartbeat.interval.ms"
            add(
                "consumer.override.\(name)",
                """
                heartbeat.interval.ms is \(beat) and must be lower than session.timeout.ms, \(session), at best a third of it; \
                set consumer.override.heartbeat.interval.ms or consumer.override.session.timeout.ms
                """
            )
        }
        let poll = number("max.poll.interval.ms", default: 300_000)
        guard poll < session, values["group.protocol"] != .plain("consumer") else { return }
        add(
            "consumer.override.max.poll.interval.ms",
            """
            consumer.override.max.poll.interval.ms is \(poll) and must be at least session.timeout.ms, \(session); raise \
            the one or lower consumer.override.session.timeout.ms
            """
        )
    }
}
