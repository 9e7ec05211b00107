internal import Kafka
internal import SinkConfiguration
internal import Threads

/// Whether Kafka answers, has the topics, and lets the sink read them and join its group.
struct KafkaStartupCheck: Sendable {
    private let cluster: ClusterConnection
    private let servers: String
    private let addresses: [BrokerAddress]
    private let waiting: StartupWaiting?
    private let topics: TopicSelection
    private let isRouted: @Sendable (String) -> Bool
    private let rights: KafkaRights
    private let grant: KafkaGrant
    private let remedy: SignInRemedy
    private let group: String

    /// - Parameters:
    ///   - isRouted: Whether a topic that matches a pattern has a table, without which it is not read.
    ///   - waiting: Is told what is waited for.
    init(
        cluster: ClusterConnection,
        consumer: ClientProperties,
        topics: TopicSelection,
        waiting: StartupWaiting? = nil,
        isRouted: @escaping @Sendable (String) -> Bool = { _ in true }
    ) {
        self.isRouted = isRouted
        self.cluster = cluster
        servers = consumer["bootstrap.servers"] ?? ""
        addresses = BrokerAddress.list(servers)
        self.waiting = waiting
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
            let finding = await ask(left, of: timeout, awaitsTopics: isYoung, stop)
            if finding.isAnswer, firstAnswer == nil { firstAnswer = clock.now() }
            if !finding.mayPass {
                if finding.items.problems.isEmpty { waiting?.end("Kafka") }
                return finding
            }
            waiting?.note("Kafka", reason(finding, timeout))
            // A last request that had too little time says less than the answer before it.
            if finding.isAnswer || left >= Self.patience || last == nil { last = finding }
            if clock.now() >= deadline || stop.isRequested { return last ?? finding }
            await clock.sleep(.milliseconds(100))
        }
    }

    /// Why it is waited, without for how long.
    private func reason(_ finding: Finding, _ limit: Duration) -> String {
        finding.items.problems.map { $0.message.replacing(" \(Self.patience(limit))", with: "") }.joined(
            separator: "; "
        )
    }

    private static func patience(_ limit: Duration) -> String {
        "within \(limit.components.seconds) s (startup.timeout.ms)"
    }

    private func ask(
        _ left: Duration,
        of limit: Duration,
        awaitsTopics: Bool,
        _ stop: StopSignal
    ) async -> Finding {
        let patience = Self.patience(limit)
        switch await answer(timeout: min(left, Self.patience)) {
        case .success(let answer):
            async let bootstrap =
                addresses.count > 1 ? BrokerReach.look(at: addresses, timeout: left, stop: stop) : [:]
            let advertised = await BrokerReach.look(at: answer.brokers, timeout: left, stop: stop)
            let isReached = answer.brokers.isEmpty || advertised.values.contains { $0.isOpen }
            guard isReached else { return unreached(answer.brokers, advertised, patience) }
            return judge(answer.topics, await brokers(bootstrap, answer.brokers, advertised), patience, awaitsTopics)
        case .failure(let error) where error.isRetriable && error.signIn != nil:
            // It may pass, like that a broker cuts connections, or that nobody gives a token.
            let message = """
                bootstrap.servers=\(servers): the brokers cannot be used \(patience): \(error.message); \
                \(remedy.text(error.signIn))\(BrokerReach.hints(addresses))
                """
            return unanswered(message, mayPass: true)
        case .failure(let error) where error.isRetriable:
            let findings = await BrokerReach.look(
                at: addresses,
                greets: true,
                timeout: min(left, Self.patience),
                stop: stop
            )
            let reasons = addresses.compactMap { address in
                findings[address].map { addresses.count > 1 ? "\(address): \($0.words)" : $0.words }
            }
            let reason = reasons.isEmpty ? error.message : reasons.joined(separator: "; ")
            let message = """
                bootstrap.servers=\(servers): no broker answers \(patience): \(reason)\(BrokerReach.hints(addresses)); \
                check the addresses, that the brokers run and that security.protocol is what they expect
                """
            return unanswered(message, findings, mayPass: true)
        case .failure(let error) where error.name == "_UNSUPPORTED_FEATURE":
            let message = """
                bootstrap.servers=\(servers): what answers there is no broker: it does not know the request for the \
                cluster's topics, like the port of a KRaft controller; name a port of the brokers, see their listeners
                """
            return unanswered(message, mayPass: false)
        case .failure(let error):
            return unanswered("bootstrap.servers=\(servers): \(refusal(error))", mayPass: false)
        }
    }

    /// The rows of the servers that are named and of those that the cluster names.
    private func brokers(
        _ bootstrap: [BrokerAddress: PortFinding],
        _ brokers: [BrokerAddress],
        _ advertised: [BrokerAddress: PortFinding]
    ) -> [CheckedItem] {
        guard addresses.count > 1 else {
            return [CheckedItem(.broker, servers, .passed(""))] + lost(brokers, advertised)
        }
        let named = addresses.map { address in
            let finding = bootstrap[address] ?? .open
            let words = "\(finding.words); the sink starts all the same, since another one of bootstrap.servers answers"
            return CheckedItem(.broker, "\(address)", finding.isOpen ? .passed("") : .warning(words))
        }
        return named + lost(brokers.filter { !addresses.contains($0) }, advertised)
    }

    /// The rows of brokers that the cluster names and that cannot be reached.
    private func lost(_ brokers: [BrokerAddress], _ findings: [BrokerAddress: PortFinding]) -> [CheckedItem] {
        brokers.filter { findings[$0]?.isOpen == false }.map { address in
            let words = "the cluster names this broker (advertised.listeners), and \(findings[address]?.words ?? "")"
            return CheckedItem(.broker, "\(address)", .warning(words))
        }
    }

    /// The cluster answers, and sends clients to addresses that cannot be reached from here.
    private func unreached(
        _ brokers: [BrokerAddress],
        _ findings: [BrokerAddress: PortFinding],
        _ patience: String
    ) -> Finding {
        let places = brokers.map { "\($0): \(findings[$0]?.words ?? "")" }.joined(separator: "; ")
        let message = """
            bootstrap.servers=\(servers): a broker answers, and sends clients on to addresses of which none could be \
            reached \(patience): \(places); have the brokers' advertised.listeners name addresses that can be reached \
            from here, or name the port of another listener in bootstrap.servers
            """
        return unanswered(message, mayPass: true)
    }

    private func unanswered(
        _ message: String,
        _ findings: [BrokerAddress: PortFinding] = [:],
        mayPass: Bool
    ) -> Finding {
        let reason = CheckedItem.Outcome.unchecked("not asked for: no broker answers, or it refuses")
        let others = topics.subscription.map { CheckedItem(.topic, $0, reason) } + [CheckedItem(.group, group, reason)]
        let isOne = addresses.count <= 1 || findings.isEmpty
        let named =
            isOne
            ? []
            : addresses.compactMap { address in
                findings[address].map { CheckedItem(.broker, "\(address)", .warning($0.words)) }
            }
        let broker = CheckedItem(
            .broker,
            isOne ? servers : "bootstrap.servers",
            .failed(StartupProblem(.service, message))
        )
        return Finding(items: named + [broker] + others, mayPass: mayPass, isAnswer: false)
    }

    /// What the cluster says of itself.
    private struct Answer: Sendable {
        let topics: [String: Result<Int, KafkaError>]
        let brokers: [BrokerAddress]
    }

    private func answer(timeout: Duration) async -> Result<Answer, KafkaError> {
        do {
            return try await BlockingThread.run(name: "kafka-check") { [cluster, names] in
                do throws(KafkaError) {
                    let topics = try cluster.topics(names, timeout: timeout)
                    return .success(Answer(topics: topics, brokers: try cluster.brokers(timeout: timeout)))
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
        _ brokers: [CheckedItem],
        _ patience: String,
        _ awaitsTopics: Bool
    ) -> Finding {
        var finding = Finding(items: brokers, mayPass: false)
        finding.anyTopic = answers.filter { (try? $0.value.get()) != nil }.keys.min()
        if case .pattern(let pattern) = topics {
            let matches = answers.filter { topics.contains($0.key) && isRouted($0.key) }
            finding.partitions = matches.compactMapValues { try? $0.get() }
            guard finding.partitions.isEmpty else { return finding }
            finding.items.append(
                CheckedItem(
                    .topic,
                    pattern.subscription,
                    .warning("topics.regex matches no topic yet; one that is made later is read from then on")
                )
            )
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
