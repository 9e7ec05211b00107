internal import JSON

/// Where records go that cannot be converted or ingested.
extension SinkMigration {
    /// Adds the dead-letter queues of `spec.errors`.
    mutating func addDeadLetterQueues() {
        let producer = settings.takeClient(["producer.", "producer.override."])
        addQueue("errors.deadletterqueue.", "spec.errors.deadLetterQueue", producer)
        addQueue("misc.deadletterqueue.", "spec.errors.miscDeadLetterQueue", [:])
        if let brokers = connect.brokers, !connect.areBrokersUsed, let own = consumerBrokers, own != brokers {
            note(.noEffect, [brokers.name], "\(own.name) takes its place")
        }
        if !connect.isSecurityUsed, !connect.security.isEmpty {
            let names = connect.security.values.map(\.name).sorted()
            note(.noEffect, names, "Connect's own clients use it, and those of the connector do not")
        }
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
        var client = own.merging(producer) { _, producer in producer }
        for (name, setting) in own {
            guard let other = producer[name] else { continue }
            note(.noEffect, [setting.name], "Connect's producer goes by \(other.name), and so does the sink")
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
        if prefix.hasPrefix("errors.") {
            tellNewlyHeeded(client.filter { producer[$0.key] == nil }, path)
            goByConnect(&client, path)
        }
        let brokers = client.removeValue(forKey: "bootstrap.servers")
        addBrokers(brokers, at: "\(path.below("bootstrapServers"))")
        addQueueSecurity(&client, brokers, at: path.below("security"))
        for (name, setting) in client {
            let isShared = setting.name.hasPrefix("producer.")
            settings.put(setting, as: (isShared ? "producer.override." : prefix) + name)
        }
    }

    /// Tells which settings of the queue Connect passes over and a sink heeds: all but the topic and its headers.
    private mutating func tellNewlyHeeded(_ own: [String: MigrationSetting], _ path: FieldPath) {
        let names = own.filter { Self.isSecurity($0.key) || $0.key == "bootstrap.servers" }.values.map(\.name).sorted()
        guard !names.isEmpty else { return }
        let place = connect.brokers.map { "the worker's brokers, \(Self.brokers(in: $0.value).joined(separator: ","))" }
        let text = """
            Connect passes over it, and its producer writes to \(place ?? "the worker's brokers"); a sink heeds it, so \
            remove it from \(path) if the queue is to stay where it is
            """
        note(.warning, names, text)
    }

    /// Lets a queue be where Connect's producer writes to: at the worker's brokers, wherever the consumer reads from.
    private mutating func goByConnect(_ client: inout [String: MigrationSetting], _ path: FieldPath) {
        guard client["bootstrap.servers"] == nil else { return }
        guard let brokers = connect.brokers else {
            guard consumerBrokers != nil else { return }
            let text = """
                the queue is at the Connect worker's brokers, which are not known: set \(path).bootstrapServers if they are \
                others than those of spec.kafka
                """
            return note(.warning, ["errors.deadletterqueue.topic.name"], text)
        }
        guard !connect.hasSameBrokers else { return }
        connect.areBrokersUsed = true
        client["bootstrap.servers"] = brokers
        let text =
            "Connect's producer of dead letters writes there, and not where the records come from; so does the sink"
        note(.warning, [brokers.name], text)
        guard !connect.security.isEmpty, !client.keys.contains(where: Self.isSecurity) else { return }
        connect.isSecurityUsed = true
        client.merge(connect.security) { own, _ in own }
        let reason = "Connect does not give it to producers; the brokers are the same, so the queue signs in with it"
        note(.warning, connect.security.values.map(\.name).sorted(), reason)
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
        let isElsewhere = brokers.map { $0.value != consumerBrokers?.value } ?? false
        guard isElsewhere, consumerSecurity["security.protocol"] != nil, let brokers else { return }
        draft.set(path.below("protocol"), "PLAINTEXT", from: [brokers.name])
    }
}
