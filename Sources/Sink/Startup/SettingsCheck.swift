internal import Converters
internal import Kafka
internal import Metrics
package import SinkConfiguration

/// Finds out which settings Kafka's library and the converters refuse, without opening or asking anything.
package enum SettingsCheck {
    /// Returns every property that Kafka's library or the converters refuse.
    package static func problems(with settings: SinkSettings) -> [StartupProblem] {
        consumerProblems(with: settings) + producerProblems(with: settings) + routeProblems(with: settings)
    }

    /// Returns what a check shows of the settings themselves, and of what they need that is no service.
    static func items(_ settings: SinkSettings, _ parts: WorkerParts) -> [CheckedItem] {
        let path = settings.buffers.temporaryDirectory
        let ofDirectory = parts.problems.filter { $0.message.hasPrefix("tempdir.path=") }
        var items = self.items(settings, problems: parts.problems.filter { !ofDirectory.contains($0) })
        if settings.buffers.diskBytes == 0 {
            items.append(CheckedItem(.directory, path, .unchecked("not used: buffer.disk.bytes=0")))
        } else if let problem = ofDirectory.first {
            items.append(CheckedItem(.directory, path, .failed(problem)))
        } else {
            items.append(CheckedItem(.directory, path, .passed("can be written")))
        }
        if parts.registries.isEmpty {
            let urls = [settings.keyConverter, settings.valueConverter].flatMap { $0?.registryURLs ?? [] }
            let text = urls.isEmpty ? "no converter uses one" : "not asked for: the configuration allows no client"
            items.append(CheckedItem(.registry, "", .unchecked(text)))
        }
        let queues = [settings.errors.deadLetterQueue, settings.errors.miscDeadLetterQueue].compactMap(\.?.topic)
        if queues.isEmpty {
            items.append(CheckedItem(.deadLetterTopic, "", .unchecked("none is configured")))
        } else if parts.producers == nil {
            items += queues.map {
                CheckedItem(.deadLetterTopic, $0, .unchecked("not asked for: the configuration allows no client"))
            }
        }
        return items
    }

    /// Returns what a check shows of the settings themselves.
    static func items(_ settings: SinkSettings, problems: [StartupProblem]) -> [CheckedItem] {
        guard !problems.isEmpty else { return [CheckedItem(.configuration, "", .passed("in order"))] }
        return problems.map { CheckedItem(.configuration, "", .failed($0)) }
    }

    /// Returns every property of the consumer that Kafka's library refuses, under the name that the user wrote.
    static func consumerProblems(with settings: SinkSettings) -> [StartupProblem] {
        refusals(of: settings.consumer)
    }

    /// Returns every property of the dead-letter queues' producers that Kafka's library refuses, each once.
    static func producerProblems(with settings: SinkSettings) -> [StartupProblem] {
        var known: Set<StartupProblem> = []
        return [settings.errors.deadLetterQueue, settings.errors.miscDeadLetterQueue].flatMap { queue in
            (queue.map { refusals(of: $0.producer) } ?? []).filter { known.insert($0).inserted }
        }
    }

    private static func refusals(of properties: ClientProperties) -> [StartupProblem] {
        let configuration = KafkaClientConfiguration(properties.revealed(), secretNames: properties.secretNames)
        return configuration.refusals().map { name, reason in
            let written = properties.origins[name]
            let value = written.map { " \($0.printable)" } ?? ""
            let message = """
                Invalid value\(value) for configuration \(written?.name ?? name): librdkafka, which has it as \(name), \
                says: \(reason)
                """
            return StartupProblem(.configuration, message)
        }
    }

    private static func routeProblems(with settings: SinkSettings) -> [StartupProblem] {
        do throws(SinkFailure) {
            _ = try TopicRouter(settings: settings, registry: MetricsRegistry())
            return []
        } catch {
            return [StartupProblem(.configuration, error.message)]
        }
    }
}
