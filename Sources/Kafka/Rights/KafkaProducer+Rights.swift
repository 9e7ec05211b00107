internal import Logging
internal import Synchronization

extension KafkaProducer {
    /// Returns whether the brokers refuse to let this user write to a topic; Kafka's write nothing.
    ///
    /// Blocks at most `timeout`, and a few seconds more where the end of a client hangs.
    /// - Parameters:
    ///   - topic: A topic that exists.
    ///   - timeout: The most time to wait for an answer.
    ///   - isWanted: Asked all the while; once it says no, the wait ends.
    package func mayWrite(
        to topic: String,
        timeout: Duration,
        while isWanted: () -> Bool = { true }
    ) -> AccessVerdict {
        let deadline = ContinuousClock.now + timeout
        if let reason = client.reasonNotToAsk(timeout: timeout) { return .unasked(reason) }
        var configuration = configuration.changed(AccessProbe.writing)
        configuration.values["message.timeout.ms"] = String(max(1, timeout.milliseconds))
        // What the brokers refuse here is asked for, so the library's lines about it are nobody's business.
        let quiet = Logger(label: "kafka-rights", sink: MemoryLogSink(capacity: 10))
        let outcome = ProbeOutcome()
        do throws(KafkaError) {
            let probe = try KafkaProducer(configuration: configuration, logger: quiet)
            defer { probe.close() }
            try probe.enqueue(KafkaRecord(topic: topic, value: nil)) { outcome.note($0) }
            while outcome.result == nil, isWanted(), ContinuousClock.now < deadline {
                _ = probe.flush(timeout: .milliseconds(50))
            }
        } catch {
            return AccessProbe.verdict(ofWriting: error)
        }
        switch outcome.result {
        case .failure(let error): return AccessProbe.verdict(ofWriting: error)
        case .success:
            client.context.logger.warning(
                "a broker wrote an empty record that was only to show whether it refuses: it takes acks=2 unlike Kafka's",
                ["kafka.topic": topic]
            )
            return .unknown("the broker took acks=2, which Kafka's refuse, and wrote an empty record")
        case nil: return .unknown("the leader of the topic did not answer in time")
        }
    }
}

/// What became of the one record of a probe.
private final class ProbeOutcome: Sendable {
    private let state = Mutex<Result<Void, KafkaError>?>(nil)

    var result: Result<Void, KafkaError>? { state.withLock { $0 } }

    func note(_ result: Result<Void, KafkaError>) { state.withLock { $0 = result } }
}

extension KafkaClientConfiguration {
    /// The same properties with some set, and those that are `nil` left out.
    func changed(_ changes: [String: String?]) -> KafkaClientConfiguration {
        var changed = self
        for (name, value) in changes { changed.values[name] = value }
        return changed
    }
}
