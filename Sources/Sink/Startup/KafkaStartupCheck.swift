internal import Kafka
internal import SinkConfiguration
internal import Threads

/// Whether Kafka answers and has the topics.
struct KafkaStartupCheck: Sendable {
    private let cluster: ClusterConnection
    private let servers: String
    private let topics: TopicSelection

    init(cluster: ClusterConnection, servers: String, topics: TopicSelection) {
        self.cluster = cluster
        self.servers = servers
        self.topics = topics
    }

    /// Asks until the brokers answer and the topics are there, or `timeout` is over; a refusal ends it at once.
    ///
    /// A topic that does not exist is waited for a few seconds: one that was just made is not known to every broker yet.
    func run(timeout: Duration, clock: SinkClock, stop: StopSignal) async -> [StartupProblem] {
        let deadline = clock.now() + timeout
        var last: Finding?
        var firstAnswer: Duration?
        while true {
            let left = max(deadline - clock.now(), .milliseconds(1))
            let isYoung = firstAnswer.map { clock.now() - $0 < Self.topicPatience } ?? true
            let finding = await ask(timeout: min(left, Self.patience), of: timeout, awaitsTopics: isYoung)
            if finding.isAnswer, firstAnswer == nil { firstAnswer = clock.now() }
            if !finding.mayPass { return finding.problems }
            // A last request that had too little time says less than the answer before it.
            if finding.isAnswer || left >= Self.patience || last == nil { last = finding }
            if clock.now() >= deadline || stop.isRequested { return last?.problems ?? [] }
            await clock.sleep(.milliseconds(100))
        }
    }

    /// How long one request may take.
    private static let patience = Duration.seconds(2)
    /// How long a topic that does not exist is waited for.
    private static let topicPatience = Duration.seconds(5)

    /// What one request found.
    private struct Finding {
        var problems: [StartupProblem]
        /// Whether there are problems, and all of them may pass by themselves.
        var mayPass: Bool
        /// Whether a broker said so.
        var isAnswer = true
    }

    private func ask(timeout: Duration, of limit: Duration, awaitsTopics: Bool) async -> Finding {
        let patience = "within \(limit.components.seconds) s (startup.timeout.ms)"
        switch await answer(timeout: timeout) {
        case .success(let answers): return judge(answers, patience, awaitsTopics)
        case .failure(let error) where error.isRetriable:
            let message = """
                bootstrap.servers=\(servers): no broker answers \(patience): \(error.message); check the addresses, that \
                the brokers run and that security.protocol is what they expect
                """
            return Finding(problems: [StartupProblem(.service, message)], mayPass: true, isAnswer: false)
        case .failure(let error):
            let message = "bootstrap.servers=\(servers): \(refusal(error))"
            return Finding(problems: [StartupProblem(.service, message)], mayPass: false)
        }
    }

    private func answer(timeout: Duration) async -> Result<[String: Result<Int, KafkaError>], KafkaError> {
        do {
            return try await BlockingThread.run(name: "kafka-check") { [cluster, names] in
                do throws(KafkaError) {
                    return .success(try cluster.topics(names, timeout: timeout))
                } catch {
                    // Without a connection the request only times out; why there is none is among the client's errors.
                    return .failure(Self.reason(of: cluster) ?? error)
                }
            }
        } catch {
            return .failure(KafkaError(.other, "\(error)"))
        }
    }

    /// The topics that must exist; a pattern may match none.
    private var names: [String] { if case .list(let names) = topics { names } else { [] } }

    private static func reason(of cluster: ClusterConnection) -> KafkaError? {
        let errors = cluster.takeErrors()
        return errors.first { !$0.isRetriable } ?? errors.last
    }

    private func refusal(_ error: KafkaError) -> String {
        switch error.code {
        case .authentication:
            "the brokers refuse the connection: \(error.message); check security.protocol, the sasl.* and ssl.* properties"
        case .authorization:
            "the brokers refuse the request: \(error.message); grant the user the right to describe and read"
        default: error.message
        }
    }

    /// Problems that cannot pass are reported alone: waiting for the others would only delay them.
    private func judge(
        _ answers: [String: Result<Int, KafkaError>],
        _ patience: String,
        _ awaitsTopics: Bool
    ) -> Finding {
        var lasting: [StartupProblem] = []
        var passing: [StartupProblem] = []
        for name in names {
            guard case .failure(let error) = answers[name] else { continue }
            if error.code == .unknownTopic {
                let message = "topics: topic \(name) does not exist at \(servers); create it or correct the name"
                let problem = StartupProblem(.configuration, message)
                if awaitsTopics { passing.append(problem) } else { lasting.append(problem) }
            } else if error.isRetriable {
                let message = """
                    topics: topic \(name) at \(servers) is not ready \(patience): \(error.message); check that its \
                    partitions have leaders
                    """
                passing.append(StartupProblem(.service, message))
            } else {
                lasting.append(StartupProblem(.service, "topics: topic \(name) at \(servers): \(refusal(error))"))
            }
        }
        return lasting.isEmpty
            ? Finding(problems: passing, mayPass: !passing.isEmpty) : Finding(problems: lasting, mayPass: false)
    }
}
