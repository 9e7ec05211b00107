internal import Kafka
internal import SinkConfiguration
internal import Threads

/// Whether the sink's user may read its topics and join its group, which describing topics does not tell.
struct KafkaRights: Sendable {
    private let cluster: ClusterConnection
    private let group: String
    private let servers: String
    private let grant: KafkaGrant

    init(cluster: ClusterConnection, consumer: ClientProperties) {
        self.cluster = cluster
        group = consumer["group.id"] ?? ""
        servers = consumer["bootstrap.servers"] ?? ""
        grant = KafkaGrant(consumer)
    }

    /// How long the brokers may take to answer: without an answer the sink starts all the same.
    private static let patience = Duration.seconds(5)

    /// Why these brokers are not asked, or `nil`.
    ///
    /// Event Hubs has no rights of Kafka's: policies and roles of Azure's take their place.
    static func reasonNotToAsk(_ servers: String) -> String? {
        servers.lowercased().contains(".servicebus.")
            ? "rights at Azure Event Hubs are policies and roles, which cannot be asked for here" : nil
    }

    /// Asks for the group, by joining it in a way that brokers refuse after they have looked at the right.
    /// - Parameter topic: A topic that the cluster has, or `nil`.
    func join(topic: String?, stop: StopSignal) async -> CheckedItem {
        guard let topic else {
            return CheckedItem(.group, group, .unchecked("not asked for: there is no topic to read"))
        }
        let verdict: AccessVerdict
        if let reason = Self.reasonNotToAsk(servers) {
            verdict = .unasked(reason)
        } else {
            do {
                verdict = try await BlockingThread.run(name: "group-check") { [cluster, group] in
                    cluster.mayJoin(group, topic: topic, timeout: Self.patience) { !stop.isRequested }
                }
            } catch {
                verdict = .unknown("\(error)")
            }
        }
        return CheckedItem(.group, group, outcome(ofJoining: verdict))
    }

    /// Asks for topics that exist, by reading what they do not have.
    func read(_ topics: [String], stop: StopSignal) async -> [String: AccessVerdict] {
        func all(_ verdict: AccessVerdict) -> [String: AccessVerdict] {
            Dictionary(topics.map { ($0, verdict) }) { $1 }
        }
        if let reason = Self.reasonNotToAsk(servers) { return all(.unasked(reason)) }
        do {
            return try await BlockingThread.run(name: "topic-check") { [cluster, group] in
                cluster.mayRead(topics, group: group, timeout: Self.patience) { !stop.isRequested }
            }
        } catch {
            return all(.unknown("\(error)"))
        }
    }

    /// What is shown of a topic that exists.
    func outcome(ofReading topic: String, _ partitions: Int, _ verdict: AccessVerdict?) -> CheckedItem.Outcome {
        let count = partitions == 1 ? "1 partition" : "\(partitions) partitions"
        switch verdict {
        case .allowed: return .passed("\(count), may be read")
        case .unasked(let reason): return .passed("\(count); whether it may be read was not asked for: \(reason)")
        case .unknown(let reason): return .passed("\(count); whether it may be read is not known: \(reason)")
        case nil: return .passed(count)
        case .refused(let error):
            let message = """
                topics: topic \(topic) at \(servers): \(error.message); grant the user the right with: \
                \(grant.command("Read", on: "topic", topic))
                """
            return .failed(StartupProblem(.service, message))
        }
    }

    private func outcome(ofJoining verdict: AccessVerdict) -> CheckedItem.Outcome {
        switch verdict {
        case .allowed: return .passed("may be joined")
        case .unasked(let reason): return .unchecked("not asked for: \(reason)")
        case .unknown(let reason): return .unchecked("whether it may be joined is not known: \(reason)")
        case .refused(let error):
            let message = """
                group.id: group \(group) at \(servers): \(error.message); grant the user the right with: \
                \(grant.command("Read", on: "group", group))
                """
            return .failed(StartupProblem(.service, message))
        }
    }
}
