internal import Kafka
internal import SinkConfiguration
internal import Threads

/// Whether the dead-letter topics are there; the one for records that cannot be converted is created when it is missing.
struct DeadLetterStartupCheck: Sendable {
    private let producers: DeadLetterProducers
    private let creates: Bool

    /// - Parameter creates: Whether a missing topic is created, which a mere check leaves to the start.
    init(_ producers: DeadLetterProducers, creates: Bool) {
        self.producers = producers
        self.creates = creates
    }

    /// How long one request may take.
    private static let patience = Duration.seconds(2)
    /// How long a topic that does not exist is waited for: one that was just made is not known to every broker yet.
    private static let topicPatience = Duration.seconds(5)

    /// Asks until the brokers answer and the topics are there, or `timeout` is over; a refusal ends it at once.
    func run(timeout: Duration, clock: SinkClock, stop: StopSignal) async -> [StartupProblem] {
        var problems: [StartupProblem] = []
        await withTaskGroup(of: StartupProblem?.self) { group in
            for kind in DeadLetterQueue.Kind.allCases {
                guard let (settings, producer) = producers[kind] else { continue }
                group.addTask {
                    await check(kind, settings, producer, timeout: timeout, clock: clock, stop: stop)
                }
            }
            for await problem in group { if let problem { problems.append(problem) } }
        }
        return problems.sorted { $0.message < $1.message }
    }

    /// What one question found.
    private enum Finding {
        case ready
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
    ) async -> StartupProblem? {
        let deadline = clock.now() + timeout
        var missingSince: Duration?
        while true {
            let left = max(deadline - clock.now(), .milliseconds(1))
            let finding: Finding
            do {
                let patience = min(left, Self.patience)
                finding = try await BlockingThread.run(name: "dlq-check") {
                    ask(kind, settings, producer, timeout: patience, of: timeout)
                }
            } catch {
                return StartupProblem(.service, "\(kind.prefix)topic.name: \(error)")
            }
            switch finding {
            case .ready: return nil
            case .refused(let problem): return problem
            case .missing(let problem):
                let since = missingSince ?? clock.now()
                missingSince = since
                if clock.now() - since >= Self.topicPatience || clock.now() >= deadline || stop.isRequested {
                    return problem
                }
            case .waits(let problem):
                missingSince = nil
                if clock.now() >= deadline || stop.isRequested { return problem }
            }
            await clock.sleep(.milliseconds(100))
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
            guard creates else { return .ready }
            try admin.createTopic(settings.topic, partitions: 1, replicationFactor: replicas, timeout: timeout)
            return .ready
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
                grant the user the rights to describe it and to write to it
                """
            return .refused(StartupProblem(.service, message))
        case .authentication:
            let message = """
                \(place): the brokers refuse the connection: \(error.message); check \(kind.prefix)security.protocol, \
                \(kind.prefix)sasl.* and \(kind.prefix)ssl.*, and the consumer's where these are not set
                """
            return .refused(StartupProblem(.service, message))
        default:
            guard error.isRetriable else {
                return .refused(StartupProblem(.service, "\(place): \(error.message)"))
            }
            let message = """
                \(place) is not ready within \(limit.components.seconds) s (startup.timeout.ms): \(error.message); check \
                \(kind.prefix)bootstrap.servers and that the brokers run
                """
            return .waits(StartupProblem(.service, message))
        }
    }
}
