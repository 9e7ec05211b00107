internal import CRdKafka

extension KafkaClientConfiguration {
    /// Returns every property whose value the loaded library refuses, by name, and why; nothing is opened.
    package func refusals() -> [(name: String, reason: String)] {
        let handle = ConfigurationHandle()
        var refusals: [(name: String, reason: String)] = []
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            let outcome = handle.set(name, value)
            guard outcome.result == RD_KAFKA_CONF_INVALID else { continue }
            refusals.append((name, secretNames.contains(name) ? "the value is not valid" : outcome.text))
        }
        return refusals
    }
}
