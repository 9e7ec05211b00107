internal import Daemon
internal import Kafka
internal import SinkConfiguration

/// Whether Kafka answers and has the topics.
struct KafkaStartupCheck: Sendable {
    private let consumer: KafkaConsumer
    private let servers: String
    private let topics: TopicSelection

    init(consumer: KafkaConsumer, servers: String, topics: TopicSelection) {
        self.consumer = consumer
        self.servers = servers
        self.topics = topics
    }

    /// Asks until the brokers answer or `timeout` is over; a refused credential ends it at once.
    func run(timeout: Duration, clock: SinkClock, stop: StopSignal) async -> [StartupProblem] {
        let deadline = clock.now() + timeout
        while true {
            let left = max(deadline - clock.now(), .milliseconds(1))
            let outcome = await ask(timeout: min(left, .seconds(2)))
            switch outcome {
            case .success(let partitions): return missing(in: partitions)
            case .failure(let error):
                if !error.isRetriable {
                    return [StartupProblem(.service, "bootstrap.servers=\(servers): \(refusal(error))")]
                }
                if clock.now() >= deadline || stop.isRequested {
                    return [
                        StartupProblem(
                            .service,
                            "bootstrap.servers=\(servers): no broker answers within \(timeout.components.seconds) s "
                                + "(startup.timeout.ms): \(error.message); check the addresses, that the brokers run and that "
                                + "security.protocol is what they expect"
                        )
                    ]
                }
                await clock.sleep(.milliseconds(100))
            }
        }
    }

    private func ask(timeout: Duration) async -> Result<[String: Int], KafkaError> {
        do {
            return try await BlockingThread.run(name: "kafka-check") { [consumer] in
                do throws(KafkaError) {
                    return .success(try consumer.topics(timeout: timeout))
                } catch {
                    // A metadata request that no connection could carry only times out; the reason is an event.
                    return .failure(Self.reason(of: consumer) ?? error)
                }
            }
        } catch {
            return .failure(KafkaError(.other, "\(error)"))
        }
    }

    private static func reason(of consumer: KafkaConsumer) -> KafkaError? {
        guard let events = try? consumer.poll(maximumMessages: 1, timeout: .zero).events else { return nil }
        let errors = events.compactMap { event in
            if case .error(let error) = event { error } else { nil }
        }
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

    private func missing(in partitions: [String: Int]) -> [StartupProblem] {
        guard case .list(let names) = topics else { return [] }
        return names.filter { partitions[$0] == nil }.map { name in
            StartupProblem(
                .configuration,
                "topics: topic \(name) does not exist at \(servers), or this user may not see it; create it, grant the right to "
                    + "describe it, or correct the name"
            )
        }
    }
}
