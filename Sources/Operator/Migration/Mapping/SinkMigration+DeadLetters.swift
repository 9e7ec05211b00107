internal import JSON

/// Where records go that cannot be converted or ingested.
extension SinkMigration {
    /// Adds the dead-letter queues of `spec.errors`.
    mutating func addDeadLetterQueues() {
        let producer = settings.takeClient(["producer.", "producer.override."])
        addQueue("errors.deadletterqueue.", "spec.errors.deadLetterQueue", producer)
        addQueue("misc.deadletterqueue.", "spec.errors.miscDeadLetterQueue", [:])
    }

    /// - Parameter producer: What Connect's producer has besides what stands below the prefix.
    private mutating func addQueue(_ prefix: String, _ place: String, _ producer: [String: MigrationSetting]) {
        let topic = settings.take(prefix + "topic.name")
        let own = settings.takeBelow(prefix)
        guard let topic else {
            let names = (own.values.map(\.name) + producer.values.map(\.name)).sorted()
            if !names.isEmpty { note(.noEffect, names, "it is not used without \(prefix)topic.name") }
            return
        }
        let path = FieldPath(place)
        set("\(path.below("topic"))", topic)
        // A topic that is not known here would leave a queue without one.
        guard draft[path.below("topic")] != nil else {
            let names = (own.values.map(\.name) + producer.values.map(\.name)).sorted()
            if !names.isEmpty { note(.notCarriedOver, names, "set \(path), whose topic is not known here") }
            return
        }
        var client = producer.merging(own) { _, own in own }
        for (name, setting) in producer where own[name] != nil {
            note(.noEffect, [setting.name], "\(own[name]?.name ?? "") takes its place")
        }
        for (option, field) in [
            ("topic.replication.factor", "replicationFactor"), ("context.headers.enable", "contextHeaders"),
        ] {
            guard let setting = client.removeValue(forKey: option) else { continue }
            if path.below(field).field != nil, prefix.hasPrefix("errors.") {
                set("\(path.below(field))", setting)
            } else {
                note(.noEffect, [setting.name], "the topic must exist, and always gets the headers")
            }
        }
        let brokers = client.removeValue(forKey: "bootstrap.servers")
        addBrokers(brokers, at: "\(path.below("bootstrapServers"))")
        addQueueSecurity(&client, brokers, at: path.below("security"))
        for (name, setting) in client {
            let isShared = setting.name.hasPrefix("producer.")
            settings.put(setting, as: (isShared ? "producer.override." : prefix) + name)
        }
    }

    /// Adds how a queue's producer signs in, unless it does so as the consumer does.
    private mutating func addQueueSecurity(
        _ client: inout [String: MigrationSetting],
        _ brokers: MigrationSetting?,
        at path: FieldPath
    ) {
        let security = client.filter { Self.isSecurity($0.key) }
        let isSame = security.allSatisfy { consumerSecurity[$0.key]?.value == $0.value.value }
        if !security.isEmpty, isSame,
            security["security.protocol"] != nil || consumerSecurity["security.protocol"] == nil
        {
            for name in security.keys { client[name] = nil }
            return
        }
        guard security.isEmpty else { return addSecurity(&client, at: path) }
        // Connect's producer does not sign in unless it is told to; a sink's does as its consumer.
        let isElsewhere = brokers.map { $0.value != consumerBrokers } ?? false
        guard isElsewhere, consumerSecurity["security.protocol"] != nil, let brokers else { return }
        draft.set(path.below("protocol"), "PLAINTEXT", from: [brokers.name])
    }
}
