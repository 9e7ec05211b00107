internal import Logging

extension KafkaProducer {
    /// Returns whether this user may write to a topic; nothing is written.
    /// - Parameters:
    ///   - topic: A topic that exists.
    ///   - timeout: The most time to wait for an answer.
    package func mayWrite(to topic: String, timeout: Duration) async -> AccessVerdict {
        if let reason = client.reasonNotToAsk(timeout: timeout) { return .unknown(reason) }
        var configuration = configuration.changed(AccessProbe.writing)
        configuration.values["message.timeout.ms"] = String(max(1, timeout.milliseconds))
        // What the brokers refuse here is asked for, so the library's lines about it are nobody's business.
        let logger = Logger(label: "kafka-rights", sink: MemoryLogSink(capacity: 10))
        do throws(KafkaError) {
            let probe = try KafkaProducer(configuration: configuration, logger: logger)
            defer { probe.close() }
            try await probe.send(KafkaRecord(topic: topic, value: nil))
            return .allowed
        } catch {
            return AccessProbe.verdict(ofWriting: error)
        }
    }
}

extension KafkaClientConfiguration {
    /// The same properties with some set, and those that are `nil` left out.
    func changed(_ changes: [String: String?]) -> KafkaClientConfiguration {
        var changed = self
        for (name, value) in changes { changed.values[name] = value }
        return changed
    }
}
