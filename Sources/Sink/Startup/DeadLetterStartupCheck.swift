internal import Kafka
internal import SinkConfiguration
internal import Threads

/// Whether the dead-letter topics are there and may be written to; the one for records that cannot be converted is created
/// when it is missing.
struct DeadLetterStartupCheck: Sendable {
    private let producers: DeadLetterProducers
    private let creates: Bool
    private let waiting: StartupWaiting?

    /// - Parameters:
    ///   - creates: Whether a missing topic is created; a mere check only asks whether that would be done.
    ///   - waiting: Is told what is waited for.
    init(_ producers: DeadLetterProducers, creates: Bool, waiting: StartupWaiting? = nil) {
        self.producers = producers
        self.creates = creates
        self.waiting = waiting
    }

    /// How long one request may take.
    private static let patience = Duration.seconds(2)
    /// How long a topic that does not exist is waited for: one that was just made is not known to every broker yet.
    private static let topicPatience = Duration.seconds(5)

    /// Asks until the brokers answer and the topics are there, or `timeout` is over; a refusal ends it at once.
    func run(timeout: Duration, clock: SinkClock, stop: StopSignal) async -> [CheckedItem] {
        await withTaskGroup(of: CheckedItem.self) { group in
            for kind in DeadLetterQueue.Kind.allCases {
                guard let (settings, producer) = producers[kind] else { continue }
                group.addTask {
                    let outcome = await check(kind, settings, producer, timeout: timeout, clock: clock, stop: stop)
                    return CheckedItem(.deadLetterTopic, settings.topic, outcome)
                }
            }
            var items: [CheckedItem] = []
            for await item in group { items.append(item) }
            return items.sorted { ($0.problem?.message ?? $0.name) < ($1.problem?.message ?? $1.name) }
        }
    }

    /// What one question found.
    private enum Finding {
        /// It is there.
        case ready
        /// It does not exist, and would be created.
        case wouldBeCreated
        /// The problem may pass by itself.
        case waits(StartupProblem)
        /// The topic does not exist, and nobody creates it.
        case missing(StartupProblem)
        case refused(StartupProblem)
    }

    private func check(
        _ kind: DeadLetterQueue.Kind,
        _ settings: DeadLetterSettings,
        _ producer: DeadLetterProducer,
        timeout: Duration,
        clock: SinkClock,
        stop: StopSignal
    ) async -> CheckedItem.Outcome {
        let deadline = clock.now() + timeout
        var missingSince: Duration?
        var lastMissing: StartupProblem?
        while true {
            let left = max(deadline - clock.now(), .milliseconds(1))
            let finding: Finding
            do {
                let patience = min(left, Self.patience)
                finding = try await BlockingThread.run(name: "dlq-check") {
                    ask(kind, settings, producer, timeout: patience, of: timeout)
                }
            } catch {
                return .failed(StartupProblem(.service, "\(kind.prefix)topic.name: \(error)"))
            }
            let name = "the dead-letter topic \(settings.topic)"
            switch finding {
            case .waits(let problem), .missing(let problem):
                let limit = " within \(timeout.components.seconds) s (startup.timeout.ms)"
                waiting?.note(name, problem.message.replacing(limit, with: ""))
            case .ready, .wouldBeCreated: waiting?.end(name)
            case .refused: break
            }
            switch finding {
            case .ready: return await rights(kind, settings, producer, stop)
            case .wouldBeCreated: return .passed("does not exist; the start creates it")
            case .refused(let problem): return .failed(problem)
            case .missing(let problem):
                let since = missingSince ?? clock.now()
                missingSince = since
                lastMissing = problem
                if clock.now() - since >= Self.topicPatience || clock.now() >= deadline || stop.isRequested {
                    return .failed(problem)
                }
            case .waits(let problem):
                // A last request that had too little time says less than the answer before it.
                if clock.now() >= deadline || stop.isRequested { return .failed(lastMissing ?? problem) }
                if left >= Self.patience { (missingSince, lastMissing) = (nil, nil) }
            }
            await clock.sleep(.milliseconds(100))
        }
    }

    /// Whether a topic that is there may be written to.
    private func rights(
        _ kind: DeadLetterQueue.Kind,
        _ settings: DeadLetterSettings,
        _ producer: DeadLetterProducer,
        _ stop: StopSignal
    ) async -> CheckedItem.Outcome {
        let verdict: AccessVerdict
        if let reason = KafkaRights.reasonNotToAsk(producer.servers) {
            verdict = .unasked(reason)
        } else {
            do {
                verdict = try await BlockingThread.run(name: "dlq-rights") {
                    producer.client.mayWrite(to: settings.topic, timeout: Self.topicPatience) { !stop.isRequested }
                }
            } catch {
                verdict = .unknown("\(error)")
            }
        }
        switch verdict {
        case .allowed:
            // Before 2.8 brokers look at that right at the first request of an idempotent producer, which is none of these.
            let isIdempotent = settings.producer["enable.idempotence"] == "true"
            let other = "; not tested: IdempotentWrite, which brokers before 2.8 want"
            return .passed("the brokers do not refuse to write\(isIdempotent ? other : "")")
        case .unasked(let reason):
            return .passed("exists; whether it may be written to was not asked for: \(reason)")
        case .unknown(let reason): return .passed("exists; whether it may be written to is not known: \(reason)")
        case .refused(let error):
            let message = """
                \(kind.prefix)topic.name: topic \(settings.topic) at \(producer.servers): the brokers refuse to let the user \
                write: \(error.message); grant the user the right with: \
                \(KafkaGrant(settings.producer).command("Write", on: "topic", settings.topic))
                """
            return .failed(StartupProblem(.service, message))
        }
    }

    private func ask(
        _ kind: DeadLetterQueue.Kind,
        _ settings: DeadLetterSettings,
        _ producer: DeadLetterProducer,
        timeout: Duration,
        of limit: Duration
    ) -> Finding {
        let admin = KafkaAdmin(producer.client)
        let place = "\(kind.prefix)topic.name: topic \(settings.topic) at \(producer.servers)"
        do throws(KafkaError) {
            // A question for the topic by its name would have some brokers create it, with other settings.
            switch try admin.topics(timeout: timeout)[settings.topic] {
            case .success: return .ready
            case .failure(let error): throw error
            case nil: break
            }
            guard let replicas = settings.replicationFactor else {
                _ = try admin.topic(settings.topic, timeout: timeout).get()
                return .ready
            }
            try admin.createTopic(
                settings.topic,
                partitions: 1,
                replicationFactor: replicas,
                isRehearsal: !creates,
                timeout: timeout
            )
            return creates ? .ready : .wouldBeCreated
        } catch {
            return judge(error, kind, settings, producer, place, limit)
        }
    }

    private func judge(
        _ error: KafkaError,
        _ kind: DeadLetterQueue.Kind,
        _ settings: DeadLetterSettings,
        _ producer: DeadLetterProducer,
        _ place: String,
        _ limit: Duration
    ) -> Finding {
        // Without a connection a request only times out; why there is none is among the client's errors.
        let error = error.isRetriable ? producer.client.lastFailure ?? error : error
        if error.name == "INVALID_REPLICATION_FACTOR" {
            let message = """
                \(place) cannot be created with \(settings.replicationFactor ?? 0) replicas: \(error.message); set \
                \(kind.prefix)topic.replication.factor to at most the number of brokers, or to -1 for their default
                """
            return .refused(StartupProblem(.configuration, message))
        }
        switch error.code {
        case .unknownTopic:
            let message = "\(place) does not exist; create it or correct the name"
            return .missing(StartupProblem(.configuration, message))
        case .authorization:
            let message = """
                \(place): the brokers refuse the request: \(error.message); create the topic if it does not exist, and \
                grant the user the rights to describe it and to write to it, for instance with: \
                \(KafkaGrant(settings.producer).command("Write", on: "topic", settings.topic))
                """
            return .refused(StartupProblem(.service, message))
        case .authentication:
            let message = """
                \(place): the brokers refuse the connection: \(error.message); \
                \(SignInRemedy(settings.producer, prefix: kind.prefix).text(error.signIn))
                """
            return .refused(StartupProblem(.service, message))
        default:
            guard error.isRetriable else {
                return .refused(StartupProblem(.service, "\(place): \(error.message)"))
            }
            let remedy =
                error.signIn.map { SignInRemedy(settings.producer, prefix: kind.prefix).text($0) }
                ?? "check \(kind.prefix)bootstrap.servers and that the brokers run"
            let message = """
                \(place) is not ready within \(limit.components.seconds) s (startup.timeout.ms): \(error.message); \(remedy)
                """
            return .waits(StartupProblem(.service, message))
        }
    }
}
