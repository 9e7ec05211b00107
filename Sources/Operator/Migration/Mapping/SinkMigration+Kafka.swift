internal import JSON
internal import SinkConfiguration

/// The brokers, the group and the consumer.
extension SinkMigration {
    /// Adds `spec.kafka`.
    mutating func addKafka() {
        var client = settings.takeClient(["consumer.", "consumer.override."])
        let ownBrokers = client.removeValue(forKey: "bootstrap.servers")
        let workerBrokers = settings.take("bootstrap.servers")
        addBrokers(ownBrokers ?? workerBrokers, at: "spec.kafka.bootstrapServers")
        if ownBrokers == nil, workerBrokers == nil {
            let text = "is not known: give the worker's file beside the connector's, or set spec.kafka.bootstrapServers"
            note(.fillIn, ["bootstrap.servers"], text)
            draft.set(FieldPath("spec.kafka.bootstrapServers"), Self.unknownBrokers)
        }
        addGroup(client.removeValue(forKey: "group.id"))
        let shared = takeShared()
        consumerBrokers = ownBrokers ?? workerBrokers
        connect = ConnectClient(brokers: workerBrokers, security: shared, hasSameBrokers: ownBrokers == nil)
        if let ownBrokers, let workerBrokers {
            connect.hasSameBrokers = Self.brokers(in: ownBrokers.value) == Self.brokers(in: workerBrokers.value)
        }
        if !shared.isEmpty, connect.hasSameBrokers, !client.keys.contains(where: Self.isSecurity) {
            let text = "Connect does not give it to consumers; the brokers are the same, so the sink signs in with it"
            note(.warning, shared.values.map(\.name).sorted(), text)
            client.merge(shared) { own, _ in own }
            connect.isSecurityUsed = true
        }
        consumerSecurity = client.filter { Self.isSecurity($0.key) }
        addSecurity(&client, at: FieldPath("spec.kafka.security"))
        if let member = client.removeValue(forKey: "group.instance.id") {
            let text = "each worker would be a member of the same name, and they would fence each other off"
            note(.notCarriedOver, [member.name], text)
        }
        for (name, setting) in client { settings.put(setting, as: "consumer.override.\(name)") }
    }

    /// What stands for brokers that are not known.
    static let unknownBrokers: JSONValue = [.string("\(SecretDraft.placeholder):9092")]

    /// Sets a list of brokers; a protocol in front of one, which Kafka's clients pass over, is left out.
    mutating func addBrokers(_ setting: MigrationSetting?, at path: String) {
        guard let setting else { return }
        guard let text = text(of: setting, for: path) else {
            return draft.set(FieldPath(path), Self.unknownBrokers)
        }
        draft.set(FieldPath(path), .array(Self.brokers(in: text).map { .string($0) }), from: [setting.name])
    }

    /// The brokers of a list, without a protocol in front of them.
    static func brokers(in text: String) -> [String] {
        FieldValue.list(text).map { broker in
            broker.firstRange(of: "://").map { String(broker[$0.upperBound...]) } ?? broker
        }
    }

    /// Sets the group unless it is the one that a sink of this name has anyway; one that is not known is to be filled
    /// in, since a sink keeps the group that it starts with.
    private mutating func addGroup(_ setting: MigrationSetting?) {
        let path = FieldPath("spec.kafka.groupId")
        let group: String?
        if let setting {
            group = text(of: setting, for: "\(path)")
        } else {
            let name = MigrationSetting(name: "name", value: source.name)
            group = source.name.isEmpty ? nil : text(of: name, for: "\(path)").map { "connect-\($0)" }
        }
        guard group != "connect-\(name)" || source.name.isEmpty else { return }
        draft.set(path, .string(group ?? SecretDraft.placeholder), from: [setting?.name ?? "name"])
    }

    /// The worker's security settings without prefix.
    private mutating func takeShared() -> [String: MigrationSetting] {
        var shared: [String: MigrationSetting] = [:]
        for name in settings.left.keys where Self.isSecurity(name) { shared[name] = settings.take(name) }
        return shared
    }

    /// Whether a client's property says how to speak to brokers.
    static func isSecurity(_ name: String) -> Bool { ConnectorSettings.isSecurity(name) }
}
