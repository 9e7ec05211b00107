internal import FoundationEssentials
internal import Kafka
internal import KafkaClients
internal import Secrets
internal import SinkConfiguration

extension LagConnection {
    /// Where the Secrets that a sink uses are mounted in its workers, each in a directory of its name.
    static let secretsDirectory = "/etc/kusto-sink/secrets/"

    /// The properties that hold a file's path, and those that take its content in their place.
    private static let inlineNames = [
        "ssl.ca.location": "ssl.ca.pem", "ssl.certificate.location": "ssl.certificate.pem",
        "ssl.key.location": "ssl.key.pem",
    ]

    /// Makes the connection that a sink's workers have, from what is rendered for them.
    ///
    /// The operator mounts none of the users' Secrets: what the workers read from files is taken from `secrets`, and
    /// nothing is read from a file of the operator's own, whatever a property asks for.
    /// - Parameters:
    ///   - properties: The worker's properties, in which credentials are references or paths of mounted files.
    ///   - secrets: The data of the referenced Secrets by name and key.
    ///   - interval: How often to read.
    /// - Throws: ``LagError`` when a Secret or key is missing, the properties are not in order, a key store cannot be used,
    ///   or they need what only a worker can have, such as a token or a file that is in no Secret.
    package static func make(
        from properties: [String: String],
        secrets: [String: [String: [UInt8]]],
        interval: Duration = LagConnection.scalingInterval
    ) throws(LagError) -> LagConnection {
        var resolver = SecretStandIns(secrets)
        var replaced: [String: String] = [:]
        for (name, value) in properties {
            let text = resolver.replace(in: value, of: name)
            // What this holds has a syntax of its own, so it is read as a whole.
            let isEntry = inlineTexts.contains(where: name.hasSuffix)
            replaced[name] = isEntry ? try resolver.content(in: text) ?? text : text
        }
        let settings: SinkSettings
        do throws(ConfigurationError) {
            // No reference is left, and a file of JAAS would be one of the operator's own.
            settings = try SinkSettings(PropertySet(replaced, references: .resolve(within: .below([]))))
        } catch {
            throw LagError("the lag cannot be read with the worker's properties: \(error.message)")
        }
        guard settings.consumer.security.kerberos == nil else {
            throw LagError("the lag cannot be read: tickets of Kerberos are the workers' only; use mode Fixed")
        }
        // They come from an address that somebody else names, which the operator, who is everybody's, does not call.
        guard settings.consumer.security.oauth == nil else {
            throw LagError(
                """
                the lag cannot be read: tokens for sasl.mechanism=OAUTHBEARER are fetched by the workers only; use mode Fixed
                """
            )
        }
        var client = try material(of: settings.consumer, resolver).applied(to: settings.consumer)
        client.security = KafkaSecurity()
        for (name, value) in client.values {
            let text = value.reveal()
            if let content = try resolver.content(in: text) { client.values[name] = .secret(Secret(content)) }
        }
        for (name, inline) in inlineNames {
            guard let path = client.values[name]?.reveal() else { continue }
            client.values[name] = nil
            client.values[inline] = .secret(
                Secret(String(decoding: try resolver.file(at: path, of: name), as: UTF8.self))
            )
        }
        if let name = client.values.keys.first(where: { isFile($0) }) {
            throw LagError(
                "the lag cannot be read: \(name) is a file that only the workers have; use PEM, or mode Fixed"
            )
        }
        return LagConnection(
            client: client,
            group: client["group.id"] ?? "connect-\(settings.name)",
            topics: settings.topics.subscription,
            startsAtBeginning: client["auto.offset.reset"] == "earliest",
            interval: interval
        )
    }

    /// Properties whose content has a syntax of its own, at which the check looks.
    private static let inlineTexts = [
        "sasl.jaas.config", "ssl.truststore.certificates", "ssl.keystore.key", "ssl.keystore.certificate.chain",
    ]

    /// What is in the key and trust stores, which are in Secrets.
    private static func material(
        of consumer: ClientProperties,
        _ resolver: SecretStandIns
    ) throws(LagError) -> StoreMaterial {
        var stores = consumer
        stores.security.trust = try resolved(consumer.security.trust, resolver)
        stores.security.identity = try resolved(consumer.security.identity, resolver)
        // What librdkafka would read itself is taken from the Secrets elsewhere.
        stores.values = [:]
        let reader = StoreReader(unixSeconds: Date().timeIntervalSince1970) { (path, property) throws(ClientProblems) in
            do throws(LagError) {
                return try resolver.file(at: path, of: property)
            } catch {
                throw ClientProblems([error.message])
            }
        }
        do throws(ClientProblems) {
            return try reader.read(stores).material
        } catch {
            let message = error.messages[0]
            throw LagError(message.hasPrefix(unreadable) ? message : "\(unreadable)\(message)")
        }
    }

    private static let unreadable = "the lag cannot be read: "

    private static func resolved(
        _ source: KeyStoreSource?,
        _ resolver: SecretStandIns
    ) throws(LagError) -> KeyStoreSource? {
        guard var source else { return nil }
        if case .file(let path) = source.content, let text = try resolver.content(in: path) {
            source.content = .file(text)
        }
        for password in [\KeyStoreSource.password, \.keyPassword] {
            guard let written = source[keyPath: password]?.reveal(), let text = try resolver.content(in: written) else {
                continue
            }
            source[keyPath: password] = Secret(text)
        }
        return source
    }

    private static func isFile(_ name: String) -> Bool {
        ["ssl.keystore.location", "ssl.crl.location", "ssl.engine.location", "sasl.kerberos.keytab"].contains(name)
    }

    /// The most brokers that a cluster may name, whether in `bootstrap.servers` or by itself: the library runs a thread
    /// for each, in a process that all tenants share.
    static let brokerLimit = 200

    /// What the operator's own clients take at once: metadata and offsets are small, and the brokers belong to others.
    private static let answerLimits = ["fetch.max.bytes": 1 << 20, "receive.message.max.bytes": 8 << 20]

    /// The properties of the operator's own clients: those that a connection to the cluster depends on, without those
    /// that only name a sink or its member, and with bounds of the operator's.
    ///
    /// Sinks with the same ones share a client.
    var cluster: ClientProperties {
        let prefixes = ["bootstrap.", "security.", "sasl.", "ssl.", "socket.", "broker.address.", "reconnect.", "api."]
        let names = [
            "client.dns.lookup", "isolation.level", "metadata.broker.list", "enable.ssl.certificate.verification",
        ]
        var cluster = client
        cluster.origins = [:]
        cluster.values = client.values.filter { name, _ in
            names.contains(name) || prefixes.contains(where: name.hasPrefix)
        }
        for (name, limit) in Self.answerLimits { cluster.values[name] = .plain("\(limit)") }
        cluster.optionalNames = client.optionalNames.filter { cluster.values[$0] != nil }
        return cluster
    }

    /// The same for librdkafka.
    /// - Throws: ``LagError`` when they name too many brokers.
    static func configuration(of cluster: ClientProperties) throws(LagError) -> KafkaClientConfiguration {
        for name in ["bootstrap.servers", "metadata.broker.list"] {
            let count = (cluster.values[name]?.reveal() ?? "").split(separator: ",").count
            guard count <= brokerLimit else {
                throw LagError("\(name) names \(count) brokers; name a few, the others are found from them")
            }
        }
        return KafkaClientConfiguration(
            cluster.revealed(),
            secretNames: cluster.secretNames,
            optionalNames: cluster.optionalNames
        )
    }
}
