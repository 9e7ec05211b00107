internal import Text

/// The properties that a connector runs with: its own, and those of the Connect worker that reach it.
///
/// Each is taken out by whoever does something about it, so that what is left is what nobody cared for.
struct ConnectorSettings {
    /// Beginnings of names of a worker's properties that reach its connectors.
    private static let inheritedPrefixes = ["consumer.", "producer."]

    /// What has not been taken yet, by the name under which it was written.
    private(set) var left: [String: MigrationSetting] = [:]
    /// Names of the worker's properties that do not reach this connector.
    private(set) var ofWorkerAlone: [String] = []
    /// Properties that others take the place of: the name, and the name of the other.
    private(set) var overridden: [(name: String, by: String)] = []

    /// The connector's own properties that Connect does not heed where they stand: the name, and why.
    private(set) var unheeded: [(name: String, kind: MigrationNote.Kind, reason: String)] = []

    /// Takes a connector's properties, and those of its worker, as far as Connect heeds them.
    ///
    /// Connect gives a connector's clients the worker's brokers, then the worker's `consumer.*` or `producer.*`, then
    /// the connector's `consumer.override.*` or `producer.override.*`, and a converter the options that stand where its
    /// class does. Brokers of the connector's own count only where no worker's are known: that is how one file holds
    /// both, as `kusto-sink-worker` takes it.
    init(_ connector: ConnectorSource, _ worker: WorkerSource?) {
        for (name, value) in connector.config { left[name] = MigrationSetting(name: name, value: value.trimmed) }
        translateOldNames()
        let hasBrokers = worker?.properties["bootstrap.servers"] != nil
        leaveOut(.noEffect, "Connect gives clients only the worker's, and what begins with consumer.override.") {
            name in
            hasBrokers && (name == "bootstrap.servers" || Self.isSecurity(name))
        }
        leaveOutClients(isAlone: !hasBrokers && left["bootstrap.servers"] != nil)
        if !hasBrokers, left["bootstrap.servers"] != nil {
            let text = """
                Connect takes it from its worker alone, and no worker's is known, so the connector's counts: give the \
                worker's file if there is one
                """
            unheeded.append(("bootstrap.servers", .warning, text))
        }
        guard let worker else { return }
        let converters = ["key.converter", "value.converter"].filter { left[$0] == nil }
        for converter in converters where worker.properties[converter] != nil {
            let reason = "the worker's \(converter) has the worker's options alone; the connector names no converter"
            leaveOut(.noEffect, reason) { $0.hasPrefix("\(converter).") }
        }
        for (name, value) in worker.properties {
            let isConverter = converters.contains { name == $0 || name.hasPrefix("\($0).") }
            let isOverride = name.hasPrefix("consumer.override.") || name.hasPrefix("producer.override.")
            let isClient = Self.inheritedPrefixes.contains(where: name.hasPrefix) && !isOverride
            if isConverter || isClient || name == "bootstrap.servers" || Self.isSecurity(name) {
                left[name] = MigrationSetting(name: name, value: value.trimmed)
            } else {
                ofWorkerAlone.append(name)
            }
        }
    }

    /// Whether a client's property says how to speak to brokers.
    static func isSecurity(_ name: String) -> Bool {
        name == "security.protocol" || name.hasPrefix("sasl.") || name.hasPrefix("ssl.")
    }

    /// Leaves out the connector's own `consumer.*` and `producer.*`.
    /// - Parameter isAlone: Whether the connector's file may be one for `kusto-sink-worker`, which heeds them.
    private mutating func leaveOutClients(isAlone: Bool) {
        for prefix in Self.inheritedPrefixes {
            let override = "\(prefix)override."
            let reason = """
                Connect gives a connector's \(prefix.dropLast()) only what begins with \(override)\
                \(isAlone ? "; if kusto-sink-worker read this file, write it so" : "")
                """
            leaveOut(isAlone ? .notCarriedOver : .noEffect, reason) { name in
                name.hasPrefix(prefix) && !name.hasPrefix(override)
            }
        }
    }

    private mutating func leaveOut(
        _ kind: MigrationNote.Kind,
        _ reason: String,
        where isUnheeded: (String) -> Bool
    ) {
        for (name, setting) in left where isUnheeded(name) {
            left[name] = nil
            if !setting.value.isEmpty { unheeded.append((setting.name, kind, reason)) }
        }
    }

    /// Names that the connector had before version 1.0, and those that took their place.
    static let oldNames = [
        "kusto.tables.topics_mapping": "kusto.tables.topics.mapping", "kusto.sink.flush_size": "flush.size.bytes",
        "kusto.sink.flush_interval_ms": "flush.interval.ms", "kusto.auth.authority": "aad.auth.authority",
        "kusto.auth.appid": "aad.auth.appid", "kusto.auth.appkey": "aad.auth.appkey",
        "dlq.bootstrap.servers": "misc.deadletterqueue.bootstrap.servers",
        "dlq.topic.name": "misc.deadletterqueue.topic.name", "kusto.url": "kusto.ingestion.url",
    ]

    private mutating func translateOldNames() {
        for (old, new) in Self.oldNames {
            guard let setting = left.removeValue(forKey: old) else { continue }
            if left[new] == nil {
                left[new] = setting
            } else {
                overridden.append((old, new))
            }
        }
    }

    /// Takes a property out; one with an empty value is none.
    mutating func take(_ name: String) -> MigrationSetting? {
        guard let setting = left.removeValue(forKey: name) else { return nil }
        return setting.value.isEmpty ? nil : setting
    }

    /// Takes out all properties below a prefix, by the rest of their names; empty values are kept.
    mutating func takeBelow(_ prefix: String) -> [String: MigrationSetting] {
        var taken: [String: MigrationSetting] = [:]
        for (name, setting) in left where name.hasPrefix(prefix) && name.count > prefix.count {
            taken[String(name.dropFirst(prefix.count))] = setting
            left[name] = nil
        }
        return taken
    }

    /// Takes out the properties of a client, by their names without prefix.
    /// - Parameter prefixes: The prefixes of the client, of which the later ones win.
    mutating func takeClient(_ prefixes: [String]) -> [String: MigrationSetting] {
        var client: [String: MigrationSetting] = [:]
        for prefix in prefixes {
            // What begins with `consumer.override.` also begins with `consumer.`.
            let inner = prefixes.filter { $0.count > prefix.count && $0.hasPrefix(prefix) }
            let isOurs: (String) -> Bool = { name in name.hasPrefix(prefix) && !inner.contains(where: name.hasPrefix) }
            for (name, setting) in left where isOurs(name) && name.count > prefix.count {
                left[name] = nil
                let short = String(name.dropFirst(prefix.count))
                if let other = client[short] { overridden.append((other.name, setting.name)) }
                client[short] = setting
            }
        }
        return client
    }

    /// Puts a property under another name, under which it is looked for later.
    mutating func put(_ setting: MigrationSetting, as name: String) { left[name] = setting }
}
