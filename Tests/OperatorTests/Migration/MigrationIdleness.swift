/// Decides, by a list and by Connect's rules, which properties may be said to have no effect.
struct MigrationIdleness {
    /// The connector's properties.
    let config: [String: String]
    /// Its worker's properties; empty when there is none.
    let worker: [String: String]

    private static func isSecurity(_ name: String) -> Bool {
        name == "security.protocol" || name.hasPrefix("sasl.") || name.hasPrefix("ssl.")
    }

    /// Whether Connect does not heed a property of the connector's where it stands.
    func passesOver(_ name: String) -> Bool {
        for prefix in ["consumer.", "producer."] where name.hasPrefix(prefix) {
            return !name.hasPrefix(prefix + "override.")
        }
        if name == "bootstrap.servers" || Self.isSecurity(name) { return worker["bootstrap.servers"] != nil }
        let isOption = name.hasPrefix("value.converter.") || name.hasPrefix("key.converter.")
        return isOption && config[String(name.prefix { $0 != "." }) + ".converter"] == nil
    }

    /// Whether Connect does not heed a property of the worker's for this connector.
    func passesOverWorkers(_ name: String) -> Bool {
        switch name {
        case "offset.storage.topic": return true
        case "value.converter": return config[name] != nil
        case "bootstrap.servers": return false
        default: break
        }
        if name.hasPrefix("value.converter.") { return config["value.converter"] != nil }
        for prefix in ["consumer.", "producer."] where name.hasPrefix(prefix) {
            return config["\(prefix)override.\(name.dropFirst(prefix.count))"] != nil
        }
        return false
    }

    /// Properties that mean nothing to a sink whatever else is set.
    private static let needless: Set<String> = [
        "some.password", "some.unknown", "header.converter", "tempdir.path", "config.action.reload",
        "consumer.override.some.unknown", "consumer.override.max.poll.records", "consumer.override.enable.auto.commit",
    ]

    /// Whether a sink has no need of a property that Connect heeds.
    func needsNot(_ name: String) -> Bool {
        if Self.needless.contains(name) { return true }
        if name == "predicates" || name.hasPrefix("transforms.") { return config["transforms", default: ""].isEmpty }
        if name.hasPrefix("aad.auth.") { return needsNotIdentity(name) }
        if name.hasPrefix("value.converter.") { return needsNotOption(name) }
        switch name {
        case "dlq.topic.name": return config["misc.deadletterqueue.topic.name"] != nil
        case "kusto.sink.flush_size": return config["flush.size.bytes"] != nil
        case "bootstrap.servers":
            // The worker's brokers are those of dead letters, unless these say others.
            let isQueueThere = config["errors.deadletterqueue.topic.name"] != nil
            let isQueueElsewhere = ["errors.deadletterqueue.", "producer.override."].contains { prefix in
                config["\(prefix)bootstrap.servers"] != nil
            }
            return config["consumer.override.bootstrap.servers"] != nil && (!isQueueThere || isQueueElsewhere)
        default: break
        }
        if Self.isSecurity(name) { return needsNotSharedSecurity }
        return needsNotOfClient(name)
    }

    /// What a strategy other than that of an application's secret has no need of.
    private func needsNotIdentity(_ name: String) -> Bool {
        let strategy = config["aad.auth.strategy", default: "application"].lowercased()
        if name == "aad.auth.accesstoken" { return strategy != "az_dev_token" }
        return ["managed_identity", "workload_identity", "az_dev_token"].contains(strategy)
    }

    private func needsNotOption(_ name: String) -> Bool {
        let converter = config["value.converter"] ?? worker["value.converter"] ?? ""
        let option = name.dropFirst("value.converter.".count)
        switch option {
        case "schemas.enable": return !converter.hasSuffix("JsonConverter")
        case "converter.encoding": return !converter.hasSuffix("StringConverter")
        // How producers write, and what only Confluent's readers do.
        case "decimal.format", "use.latest.version": return true
        default: break
        }
        guard option.hasPrefix("basic.auth.") || option.hasPrefix("schema.registry.") else { return false }
        let source = config["value.converter.basic.auth.credentials.source"]
        if option == "schema.registry.ssl.truststore.password" {
            return config["value.converter.schema.registry.ssl.truststore.location"] == nil
                || !converter.contains("confluent")
        }
        return !converter.contains("confluent") || option.hasSuffix("basic.auth.user.info") && source != "USER_INFO"
    }

    /// Whether the worker's own clients alone use its unprefixed security.
    private var needsNotSharedSecurity: Bool {
        let isConsumerElsewhere = config["consumer.override.bootstrap.servers"] != nil
        return isConsumerElsewhere || config.keys.contains { $0.hasPrefix("consumer.override.s") }
    }

    private func needsNotOfClient(_ name: String) -> Bool {
        let queues = ["errors.deadletterqueue.", "misc.deadletterqueue."]
        if name.hasPrefix("producer."), config["errors.deadletterqueue.topic.name"] == nil { return true }
        for prefix in ["consumer.override."] + queues where name.hasPrefix(prefix) {
            let option = name.dropFirst(prefix.count)
            if queues.contains(prefix), config["\(prefix)topic.name"] == nil { return true }
            if prefix == queues[0], config["producer.override.\(option)"] != nil { return true }
            let told = config["\(prefix)security.protocol", default: "PLAINTEXT"].uppercased()
            if option.hasPrefix("sasl.") { return !told.hasPrefix("SASL_") }
            if option.hasPrefix("ssl.") { return !told.hasSuffix("SSL") }
            return prefix == queues[1] && option == "topic.replication.factor"
        }
        return false
    }
}
