internal import Kafka
package import Logging
package import SinkConfiguration

/// The clients of the configured dead-letter queues; queues whose brokers and properties are the same share one.
package struct DeadLetterProducers: Sendable {
    private let queues: [DeadLetterQueue.Kind: (settings: DeadLetterSettings, producer: DeadLetterProducer)]

    /// Creates the clients, which connect in the background.
    /// - Throws: ``SinkFailure`` with `clientConfiguration`, which names the properties as the user wrote them.
    package init(_ errors: ErrorSettings, logger: Logger) throws(SinkFailure) {
        var queues: [DeadLetterQueue.Kind: (settings: DeadLetterSettings, producer: DeadLetterProducer)] = [:]
        let wanted: [(DeadLetterQueue.Kind, DeadLetterSettings?)] = [
            (.errors, errors.deadLetterQueue), (.misc, errors.miscDeadLetterQueue),
        ]
        for (kind, settings) in wanted {
            guard let settings else { continue }
            let shared = queues.values.first { $0.settings.producer.revealed() == settings.producer.revealed() }
            if let shared {
                queues[kind] = (settings, shared.producer)
            } else {
                queues[kind] = (settings, try Self.make(kind, settings.producer, logger))
            }
        }
        self.queues = queues
    }

    private static func make(
        _ kind: DeadLetterQueue.Kind,
        _ properties: ClientProperties,
        _ logger: Logger
    ) throws(SinkFailure) -> DeadLetterProducer {
        do throws(KafkaError) {
            return try DeadLetterProducer(properties: properties, logger: logger)
        } catch {
            let written = properties.origins.filter { error.message.contains($0.key) }.map(\.value.name)
            let names = written.isEmpty ? "\(kind.prefix)*" : written.sorted().joined(separator: ", ")
            throw SinkFailure(.clientConfiguration, "\(names): \(error.message)")
        }
    }

    /// What a queue is and who writes to it; `nil` when the queue is not configured.
    subscript(kind: DeadLetterQueue.Kind) -> (settings: DeadLetterSettings, producer: DeadLetterProducer)? {
        queues[kind]
    }

    /// Each client once.
    var distinct: [DeadLetterProducer] {
        DeadLetterQueue.Kind.allCases.compactMap { queues[$0]?.producer }.reduce(into: []) { known, producer in
            if !known.contains(where: { $0 === producer }) { known.append(producer) }
        }
    }

    /// Ends the clients; what is on its way is given up.
    package func close() { for producer in distinct { producer.close() } }
}
