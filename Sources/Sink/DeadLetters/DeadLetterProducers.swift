internal import Kafka
package import KafkaClients
package import Logging
package import SinkConfiguration

/// The clients of the configured dead-letter queues; queues whose brokers and properties are the same share one.
package struct DeadLetterProducers: Sendable {
    /// A queue, what its client was made of, and the client.
    private struct Queue: Sendable {
        let settings: DeadLetterSettings
        let prepared: PreparedClient
        let producer: DeadLetterProducer
    }

    private let queues: [DeadLetterQueue.Kind: Queue]

    /// Creates the clients, which connect in the background.
    /// - Parameters:
    ///   - errors: The queues.
    ///   - clients: What the clients need; where it has none, their properties suffice.
    ///   - logger: Takes the library's lines.
    /// - Throws: ``SinkFailure`` with `clientConfiguration`, which names the properties as the user wrote them.
    package init(
        _ errors: ErrorSettings,
        clients: [ClientName: PreparedClient] = [:],
        logger: Logger
    ) throws(SinkFailure) {
        var queues: [DeadLetterQueue.Kind: Queue] = [:]
        let wanted: [(DeadLetterQueue.Kind, DeadLetterSettings?)] = [
            (.errors, errors.deadLetterQueue), (.misc, errors.miscDeadLetterQueue),
        ]
        for (kind, settings) in wanted {
            guard let settings else { continue }
            let prepared = clients[kind.client] ?? PreparedClient(settings.producer)
            let shared = queues.values.first { $0.prepared.makesTheSame(as: prepared) }
            let producer = if let shared { shared.producer } else { try Self.make(kind, prepared, logger) }
            queues[kind] = Queue(settings: settings, prepared: prepared, producer: producer)
        }
        self.queues = queues
    }

    private static func make(
        _ kind: DeadLetterQueue.Kind,
        _ prepared: PreparedClient,
        _ logger: Logger
    ) throws(SinkFailure) -> DeadLetterProducer {
        do throws(KafkaError) {
            return try DeadLetterProducer(prepared, logger: logger)
        } catch {
            let written = prepared.properties.origins.filter { error.message.contains($0.key) }.map(\.value.name)
            let names = written.isEmpty ? "\(kind.prefix)*" : written.sorted().joined(separator: ", ")
            throw SinkFailure(.clientConfiguration, "\(names): \(error.message)")
        }
    }

    /// What a queue is and who writes to it; `nil` when the queue is not configured.
    subscript(kind: DeadLetterQueue.Kind) -> (settings: DeadLetterSettings, producer: DeadLetterProducer)? {
        queues[kind].map { ($0.settings, $0.producer) }
    }

    /// Has a queue's client sign in with another user and password from the next connection on.
    /// - Throws: ``KafkaError``.
    func setLogin(_ login: ClientSnapshot.Login, of kind: DeadLetterQueue.Kind) throws(KafkaError) {
        try queues[kind]?.producer.client.setCredentials(user: login.user, password: login.password)
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

extension DeadLetterQueue.Kind {
    /// The client that writes to the queue.
    var client: ClientName {
        switch self {
        case .errors: .errorsDeadLetterQueue
        case .misc: .miscDeadLetterQueue
        }
    }
}
