internal import Kafka
internal import SinkConfiguration
internal import Threads

/// Whether Kafka answers, has the topics, and lets the sink read them and join its group.
struct KafkaStartupCheck: Sendable {
    private let cluster: ClusterConnection
    private let servers: String
    private let topics: TopicSelection
    private let isRouted: @Sendable (String) -> Bool
    private let rights: KafkaRights
    private let grant: KafkaGrant
    private let remedy: SignInRemedy
    private let group: String

    /// - Parameter isRouted: Whether a topic that matches a pattern has a table, without which it is not read.
    init(
        cluster: ClusterConnection,
        consumer: ClientProperties,
        topics: TopicSelection,
        isRouted: @escaping @Sendable (String) -> Bool = { _ in true }
    ) {
        self.isRouted = isRouted
        self.cluster = cluster
        servers = consumer["bootstrap.servers"] ?? ""
        group = consumer["group.id"] ?? ""
        self.topics = topics
        rights = KafkaRights(cluster: cluster, consumer: consumer)
        grant = KafkaGrant(consumer)
        remedy = SignInRemedy(consumer)
    }

    /// Asks until the brokers answer and the topics are there, or `timeout` is over; a refusal ends it at once.
    ///
    /// A topic that does not exist is waited for a few seconds: one that was just made is not known to every broker yet.
    func run(timeout: Duration, clock: SinkClock, stop: StopSignal) async -> [CheckedItem] {
        let finding = await find(timeout: timeout, clock: clock, stop: stop)
        guard finding.isAnswer, !stop.isRequested else { return finding.items }
        // What can be seen is asked about, whatever else is missing: all problems are told together.
        async let joined = rights.join(topic: finding.anyTopic, stop: stop)
        let verdicts = await rights.read(finding.partitions.keys.sorted(), stop: stop)
        var items = finding.items
        for (topic, partitions) in finding.partitions.sorted(by: { $0.key < $1.key }) {
            let outcome = rights.outcome(ofReading: topic, partitions, verdicts[topic])
            items.append(CheckedItem(.topic, topic, outcome))
        }
        return await inOrder(items) + [joined]
    }

    /// Asks as ``run(timeout:clock:stop:)`` does, but not for rights: nothing but the topics is wanted.
    /// - Returns: The partition counts of the topics that are there, and what keeps a start from reading topics.
    func topics(
        timeout: Duration,
        clock: SinkClock,
        stop: StopSignal
    ) async -> (partitions: [String: Int], problems: [StartupProblem]) {
        let finding = await find(timeout: timeout, clock: clock, stop: stop)
        return (finding.partitions, finding.items.problems)
    }

    /// The broker, then the topics as the configuration names them.
    private func inOrder(_ items: [CheckedItem]) -> [CheckedItem] {
        let places = Dictionary(names.enumerated().map { ($1, $0 + 1) }) { first, _ in first }
        return items.enumerated().sorted { left, right in
            let (a, b) = (places[left.element.name] ?? 0, places[right.element.name] ?? 0)
            return (a, left.offset) < (b, right.offset)
        }.map(\.element)
    }

    /// How long one request may take.
    private static let patience = Duration.seconds(2)
    /// How long a topic that does not exist is waited for.
    private static let topicPatience = Duration.seconds(5)

    /// What one request found.
    private struct Finding {
        /// All but the topics that are there.
        var items: [CheckedItem]
        /// The partition counts of the topics that are there and will be read.
        var partitions: [String: Int] = [:]
        /// Some topic of the cluster's.
        var anyTopic: String?
        /// Whether there are problems, and all of them may pass by themselves.
        var mayPass: Bool
        /// Whether a broker said so.
        var isAnswer = true
    }

    private func find(timeout: Duration, clock: SinkClock, stop: StopSignal) async -> Finding {
        let deadline = clock.now() + timeout
        var last: Finding?
        var firstAnswer: Duration?
        while true {
            let left = max(deadline - clock.now(), .milliseconds(1))
            let isYoung = firstAnswer.map { clock.now() - $0 < Self.topicPatience } ?? true
            let finding = await ask(timeout: min(left, Self.patience), of: timeout, awaitsTopics: isYoung)
            if finding.isAnswer, firstAnswer == nil { firstAnswer = clock.now() }
            if !finding.mayPass { return finding }
            // A last request that had too little time says less than the answer before it.
            if finding.isAnswer || left >= Self.patience || last == nil { last = finding }
            if clock.now() >= deadline || stop.isRequested { return last ?? finding }
            await clock.sleep(.milliseconds(100))
        }
    }

    private func ask(timeout: Duration, of limit: Duration, awaitsTopics: Bool) async -> Finding {
        let patience = "within \(limit.components.seconds) s (startup.timeout.ms)"
        switch await answer(timeout: timeout) {
        case .success(let answers): return judge(answers, patience, awaitsTopics)
        case .failure(let error) where error.isRetriable && error.signIn != nil:
            // It may pass, like that a broker cuts connections, or that nobody gives a token.
            let message = """
                bootstrap.servers=\(servers): the brokers cannot be used \(patience): \(error.message); \
                \(remedy.text(error.signIn))
                """
            return unanswered(message, mayPass: true)
        case .failure(let error) where error.isRetriable:
            let message = """
                bootstrap.servers=\(servers): no broker answers \(patience): \(error.message); check the addresses, that \
                the brokers run and that security.protocol is what they expect
                """
            return unanswered(message, mayPass: true)
        case .failure(let error):
            return unanswered("bootstrap.servers=\(servers): \(refusal(error))", mayPass: false)
        }
    }

    private func unanswered(_ message: String, mayPass: Bool) -> Finding {
        let reason = CheckedItem.Outcome.unchecked("not asked for: no broker answers, or it refuses")
        let others = topics.subscription.map { CheckedItem(.topic, $0, reason) } + [CheckedItem(.group, group, reason)]
        let broker = CheckedItem(.broker, servers, .failed(StartupProblem(.service, message)))
        return Finding(items: [broker] + others, mayPass: mayPass, isAnswer: false)
    }

    private func answer(timeout: Duration) async -> Result<[String: Result<Int, KafkaError>], KafkaError> {
        do {
            return try await BlockingThread.run(name: "kafka-check") { [cluster, names] in
                do throws(KafkaError) {
                    return .success(try cluster.topics(names, timeout: timeout))
                } catch {
                    // Without a connection the request only times out; why there is none is among the client's errors.
                    return .failure(
                        error.isRetriable && error.signIn == nil ? Self.reason(of: cluster) ?? error : error
                    )
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
            "the brokers refuse the connection: \(error.message); \(remedy.text(error.signIn))"
        case .authorization:
            "the brokers refuse the request: \(error.message); grant the user the right to describe and read"
        default: error.message
        }
    }

    /// With problems that cannot pass, those that can are not waited for.
    private func judge(
        _ answers: [String: Result<Int, KafkaError>],
        _ patience: String,
        _ awaitsTopics: Bool
    ) -> Finding {
        var finding = Finding(items: [CheckedItem(.broker, servers, .passed(""))], mayPass: false)
        finding.anyTopic = answers.filter { (try? $0.value.get()) != nil }.keys.min()
        if case .pattern(let pattern) = topics {
            let matches = answers.filter { topics.contains($0.key) && isRouted($0.key) }
            finding.partitions = matches.compactMapValues { try? $0.get() }
            guard finding.partitions.isEmpty else { return finding }
            finding.items.append(CheckedItem(.topic, pattern.subscription, .unchecked("no topic matches yet")))
            return finding
        }
        var lasting: [CheckedItem] = []
        var passing: [CheckedItem] = []
        for name in names {
            switch answers[name] {
            case .success(let count): finding.partitions[name] = count
            case .failure(let error):
                let (problem, mayPass) = problem(name, error, patience, awaitsTopics)
                let item = CheckedItem(.topic, name, .failed(problem))
                if mayPass { passing.append(item) } else { lasting.append(item) }
            case nil: continue
            }
        }
        if lasting.isEmpty {
            finding.items += passing
            finding.mayPass = !passing.isEmpty
        } else {
            finding.items += lasting
            finding.items += passing.map { item in
                CheckedItem(.topic, item.name, .unchecked("not waited for: \(item.problem?.message ?? "")"))
            }
        }
        return finding
    }

    private func problem(
        _ name: String,
        _ error: KafkaError,
        _ patience: String,
        _ awaitsTopics: Bool
    ) -> (StartupProblem, mayPass: Bool) {
        if error.code == .unknownTopic {
            let message = "topics: topic \(name) does not exist at \(servers); create it or correct the name"
            return (StartupProblem(.configuration, message), awaitsTopics)
        }
        if error.isRetriable {
            let message = """
                topics: topic \(name) at \(servers) is not ready \(patience): \(error.message); check that its partitions \
                have leaders
                """
            return (StartupProblem(.service, message), true)
        }
        let remedy =
            error.code == .authorization ? "; for instance with: \(grant.command("Read", on: "topic", name))" : ""
        return (StartupProblem(.service, "topics: topic \(name) at \(servers): \(refusal(error))\(remedy)"), false)
    }
}
