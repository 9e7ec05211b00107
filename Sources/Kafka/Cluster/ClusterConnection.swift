internal import CRdKafka
package import Logging
package import Secrets
internal import Synchronization

/// A client that is in no group: it asks the cluster about topics and offsets, and joins nothing.
///
/// One of them serves any number of ``OffsetReader``s. Its methods block and may be called from any thread.
package final class ClusterConnection: Sendable {
    let client: ClientHandle
    private let context: ClientContext
    private let configuration: Mutex<KafkaClientConfiguration>
    private let brokerLimit: Int

    /// Creates a client, which connects in the background.
    /// - Parameters:
    ///   - configuration: Properties under librdkafka's names; those that name a group or a member have no effect.
    ///   - logger: Takes the library's own lines too.
    ///   - brokerLimit: A cluster that names more brokers is refused: the library runs a thread for each.
    /// - Throws: ``KafkaError`` with `invalidConfiguration`.
    package init(
        configuration: KafkaClientConfiguration,
        logger: Logger,
        brokerLimit: Int = .max
    ) throws(KafkaError) {
        var configuration = configuration
        self.brokerLimit = brokerLimit
        // With a group, even one that is never joined, the client looks for its coordinator and keeps a connection to it.
        for name in ["group.id", "group.instance.id"] { configuration.values[name] = nil }
        context = ClientContext(configuration, logger: logger)
        self.configuration = Mutex(configuration)
        client = try ConfigurationHandle(configuration, context: context).makeClient(
            RD_KAFKA_CONSUMER,
            context: context
        )
    }

    /// Returns the partition counts of all topics and of those in `names`, or why the cluster does not say.
    ///
    /// Blocks at most `timeout`, and as long again for each of `names` that is not among all topics: a cluster says whether
    /// a topic is unknown or not allowed only when it is asked for by name.
    /// - Throws: ``KafkaError`` when the cluster does not answer, with `authentication` when it does not let the client
    ///   in, or with `tooManyBrokers`.
    package func topics(
        _ names: [String] = [],
        timeout: Duration
    ) throws(KafkaError) -> [String: Result<Int, KafkaError>] {
        try asking { () throws(KafkaError) in
            var topics = try TopicMetadata.read(client, timeout: timeout, brokerLimit: brokerLimit)
            for name in names where topics[name] == nil {
                topics[name] = try TopicMetadata.read(client, topic: name, timeout: timeout)
            }
            return topics
        }
    }

    /// Returns where the cluster says that its brokers are, which is what their `advertised.listeners` hold.
    ///
    /// Blocks at most `timeout`.
    /// - Throws: ``KafkaError`` when the cluster does not answer, or with `tooManyBrokers`.
    package func brokers(timeout: Duration) throws(KafkaError) -> [BrokerAddress] {
        try asking { () throws(KafkaError) in
            try TopicMetadata.brokers(client, timeout: timeout, brokerLimit: brokerLimit)
        }
    }

    /// Asks which broker leads each partition.
    ///
    /// Blocks at most `timeout`; with `names`, as long for each of them.
    /// - Parameter names: The topics to ask for, each by itself; `nil` asks for all topics in one request.
    /// - Throws: ``KafkaError`` when the cluster does not answer, or with `tooManyBrokers`.
    package func leaders(of names: Set<String>?, timeout: Duration) throws(KafkaError) -> [String: TopicLeaders] {
        try asking { () throws(KafkaError) in
            guard let names else {
                return try TopicMetadata.leaders(client, timeout: timeout, brokerLimit: brokerLimit)
            }
            var leaders: [String: TopicLeaders] = [:]
            for name in names.sorted() {
                let one = try TopicMetadata.leaders(client, topic: name, timeout: timeout, brokerLimit: brokerLimit)
                leaders.merge(one) { $1 }
            }
            return leaders
        }
    }

    /// Asks the cluster; when nobody answers since the client cannot sign in, that is what is thrown.
    private func asking<Answer>(_ body: () throws(KafkaError) -> Answer) throws(KafkaError) -> Answer {
        do throws(KafkaError) {
            let answer = try body()
            context.signIn.noteContact()
            return answer
        } catch {
            throw client.reason(for: error)
        }
    }

    /// Creates a client that belongs to a group without joining it, for a request to the group's coordinator.
    /// - Parameters:
    ///   - group: The group's name.
    ///   - changes: Properties that the client has otherwise, or not at all; a client with changes asks for what brokers
    ///     refuse, so the library's lines about it are dropped.
    /// - Throws: ``KafkaError`` with `invalidConfiguration`.
    func makeClient(of group: String, changes: [String: String?] = [:]) throws(KafkaError) -> ClientHandle {
        var configuration = configuration.withLock { $0 }.changed(changes)
        configuration.values["group.id"] = group
        configuration.values["enable.auto.commit"] = "false"
        let quiet = Logger(label: "kafka-rights", sink: MemoryLogSink(capacity: 10))
        let context = ClientContext(configuration, logger: changes.isEmpty ? client.context.logger : quiet)
        return try ConfigurationHandle(configuration, context: context).makeClient(RD_KAFKA_CONSUMER, context: context)
    }

    /// Signs in with another user and password from the next connection on (PLAIN and SCRAM); those that stand go on.
    /// - Throws: ``KafkaError``.
    package func setCredentials(user: Secret, password: Secret) throws(KafkaError) {
        configuration.withLock { $0.setCredentials(user: user, password: password) }
        try client.setCredentials(user: user, password: password)
    }

    /// Returns the client's errors since the last call, such as the reason why no broker could be reached.
    package func takeErrors() -> [KafkaError] {
        _ = unsafe rd_kafka_poll(client.pointer, 0)
        return context.takeEvents().compactMap { if case .error(let error) = $0 { error } else { nil } }
    }
}

/// Which broker leads each of a topic's partitions, by the partition's number, or why the cluster does not say.
///
/// `nil` stands for a partition that nobody leads at the moment.
package typealias TopicLeaders = Result<[Int32?], KafkaError>
